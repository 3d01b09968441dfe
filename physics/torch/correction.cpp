#include "physics/torch/correction.hpp"

#include "core/base/error.hpp"

namespace syzygy {

using torch::Tensor;
using torch_ode::TorchNetwork;

namespace {

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
        const Tensor along = at::cat({at::ones_like(x.narrow(-1, 0, 1)), at::zeros_like(x.narrow(-1, 1, x.size(-1) - 1))}, -1);
        const auto [n, n_dot] = network_.forward_tangent(layers, x, along);
        return newton * (n - n_dot).squeeze(-1);
    }

private:
    bool potential_, mass_inputs_;
    TorchNetwork network_;
    double k1_, inverse_length2_, velocity2_, inverse_mass_;
};

}  // namespace

std::shared_ptr<const TorchCorrection> make_torch_correction(const CorrectionOptions& options,
                                                             const CorrectionContext& context, const NetworkSpec* network)
{
    if (options.correction == "none") return nullptr;
    if (network) {
        if (options.correction == "pairwise") return std::make_shared<TorchPairwise>(options, context, *network);
    }
    throw ArgumentError("correction", options.correction,
                        "is computed natively only; with --backend torch it must be one of pairwise, external, full");
}

}  // namespace syzygy
