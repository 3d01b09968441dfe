#include "physics/torch/three_bodies.hpp"

namespace syzygy {

using torch::Tensor;

TorchThreeBodies::TorchThreeBodies(const UnitSystem& units, double softening,
                                   std::shared_ptr<const TorchCorrection> correction)
    : k1_(units.k1()), k2_(units.k2()), softening2_(softening * softening), correction_(std::move(correction))
{
}

Tensor TorchThreeBodies::rhs(const Tensor& t, const Tensor& y, const Tensor& masses, const Tensor& parameters) const
{
    const std::int64_t n = y.size(0);
    TorchBodies bodies;
    bodies.t = t;
    bodies.q = y.narrow(1, 0, 9).view({n, 3, 3});
    bodies.v = y.narrow(1, 9, 9).view({n, 3, 3});
    bodies.m = masses.dim() == 1 ? masses.unsqueeze(0) : masses;
    bodies.d = TorchBodies::next(bodies.q, 1) - bodies.q;
    bodies.r2 = (bodies.d * bodies.d).sum(-1);

    Tensor strength, accelerations;
    if (!correction_ || !correction_->replaces_newton())
        strength = k1_ * at::pow(softening2_ > 0 ? bodies.r2 + softening2_ : bodies.r2, -1.5);
    if (correction_) {
        const Tensor more = correction_->pair_strength(bodies, parameters);
        if (more.defined()) strength = strength.defined() ? strength + more : more;
        accelerations = correction_->accelerations(bodies, parameters);
    }
    if (strength.defined()) {
        const Tensor force = strength.unsqueeze(-1) * bodies.d, m = bodies.m.unsqueeze(-1);
        const Tensor between = TorchBodies::next(m, 1) * force - TorchBodies::previous(m * force, 1);
        accelerations = accelerations.defined() ? accelerations + between : between;
    }
    return at::cat({k2_ * bodies.v.reshape({n, 9}), accelerations.reshape({n, 9})}, 1);
}

}  // namespace syzygy
