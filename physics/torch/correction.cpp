#include "physics/torch/correction.hpp"

#include "core/base/error.hpp"

namespace syzygy {

using torch::Tensor;
using torch_ode::TorchNetwork;

namespace {

/// K1 M / L^2.
double unit_acceleration(const CorrectionContext& context)
{
    return context.units.k1() * context.mass / (context.length * context.length);
}

/// physics/corrections/pairwise.cpp.
class TorchPairwise final : public TorchCorrection {
public:
    TorchPairwise(const CorrectionOptions& options, const CorrectionContext& context, const NetworkSpec& network)
        : potential_(options.potential),
          mass_inputs_(options.mass_inputs),
          network_(network),
          k1_(context.units.k1()),
          inverse_length2_(1 / (context.length * context.length)),
          velocity2_(context.velocity * context.velocity),
          inverse_mass_(1 / context.mass)
    {
    }

    Tensor pair_strength(const TorchBodies& bodies, const Tensor& p) const override
    {
        const Tensor xi = 0.5 * at::log(bodies.r2 * inverse_length2_);
        std::vector<Tensor> inputs{xi};
        if (!potential_) {
            const Tensor w = TorchBodies::next(bodies.v, 1) - bodies.v;
            inputs.push_back(0.5 * at::log1p((w * w).sum(-1) / velocity2_));
        }
        if (mass_inputs_) {
            const Tensor other = TorchBodies::next(bodies.m, 1);
            inputs.push_back((0.5 * inverse_mass_ * (bodies.m + other)).expand_as(xi));
            inputs.push_back((inverse_mass_ * inverse_mass_ * bodies.m * other).expand_as(xi));
        }
        const Tensor x = at::stack(inputs, -1);
        const auto layers = network_.layers(p);
        const Tensor newton = k1_ * at::pow(bodies.r2, -1.5);
        if (!potential_) return newton * network_.forward(layers, x).squeeze(-1);
        // The slope along xi, the first input.
        const Tensor along =
            at::cat({at::ones_like(x.narrow(-1, 0, 1)), at::zeros_like(x.narrow(-1, 1, x.size(-1) - 1))}, -1);
        const auto [n, n_dot] = network_.forward_tangent(layers, x, along);
        return newton * (n - n_dot).squeeze(-1);
    }

private:
    bool potential_, mass_inputs_;
    TorchNetwork network_;
    double k1_, inverse_length2_, velocity2_, inverse_mass_;
};

/// physics/corrections/external.cpp.
class TorchExternal final : public TorchCorrection {
public:
    TorchExternal(const CorrectionContext& context, const NetworkSpec& network)
        : context_(context), network_(network), unit_(unit_acceleration(context))
    {
    }

    Tensor accelerations(const TorchBodies& bodies, const Tensor& p) const override
    {
        const Tensor since = ((bodies.t - context_.t0) * (1 / context_.time)).to(bodies.q.scalar_type());
        const Tensor time = since.view({-1, 1, 1}).expand({-1, 3, 1});
        const Tensor x = at::cat({bodies.q * (1 / context_.length), bodies.v * (1 / context_.velocity), time}, -1);
        return unit_ * network_.forward(network_.layers(p), x);
    }

private:
    CorrectionContext context_;
    TorchNetwork network_;
    double unit_;
};

/// physics/corrections/full.cpp.
class TorchFull final : public TorchCorrection {
public:
    TorchFull(const CorrectionOptions& options, const CorrectionContext& context, const NetworkSpec& network)
        : augmented_(options.augmented),
          replaces_newton_(options.replace_newton),
          context_(context),
          network_(network),
          unit_(unit_acceleration(context))
    {
    }

    bool replaces_newton() const override { return replaces_newton_; }

    Tensor accelerations(const TorchBodies& bodies, const Tensor& p) const override
    {
        const std::int64_t n = bodies.q.size(0);
        std::vector<Tensor> parts{bodies.q.reshape({n, 9}) / context_.length,
                                  bodies.v.reshape({n, 9}) * (1 / context_.velocity)};
        if (augmented_) parts.push_back(augmented_inputs(bodies).reshape({n, 36}));
        return unit_ * network_.forward(network_.layers(p), at::cat(parts, 1)).view({n, 3, 3});
    }

private:
    /// [n, pair, power, coordinate] with the pairs (1,2), (1,3), (2,3): L^(k-1) d / |d|^k, k = 0 .. 3.
    Tensor augmented_inputs(const TorchBodies& bodies) const
    {
        const auto pair = [](const Tensor& of_pairs, std::int64_t k) { return of_pairs.select(1, k); };
        const Tensor d = at::stack({pair(bodies.d, 0), -pair(bodies.d, 2), pair(bodies.d, 1)}, 1);
        const Tensor r2 = at::stack({pair(bodies.r2, 0), pair(bodies.r2, 2), pair(bodies.r2, 1)}, 1);
        const Tensor ratio = context_.length * at::rsqrt(r2);
        std::vector<Tensor> factors{at::full_like(ratio, 1 / context_.length)};
        for (int power = 1; power < 4; ++power) factors.push_back(factors.back() * ratio);
        return at::stack(factors, -1).unsqueeze(-1) * d.unsqueeze(2);
    }

    bool augmented_, replaces_newton_;
    CorrectionContext context_;
    TorchNetwork network_;
    double unit_;
};

}  // namespace

std::shared_ptr<const TorchCorrection> make_torch_correction(const CorrectionOptions& options,
                                                             const CorrectionContext& context,
                                                             const NetworkSpec* network)
{
    if (options.correction == "none") return nullptr;
    if (network) {
        if (options.correction == "pairwise") return std::make_shared<TorchPairwise>(options, context, *network);
        if (options.correction == "external") return std::make_shared<TorchExternal>(context, *network);
        if (options.correction == "full") return std::make_shared<TorchFull>(options, context, *network);
    }
    throw ArgumentError("correction", options.correction,
                        "is computed natively only; with --backend torch it must be one of pairwise, external, full");
}

}  // namespace syzygy
