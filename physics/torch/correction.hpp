#pragma once

#include "core/torch/network.hpp"
#include "physics/corrections/corrections.hpp"

#include <memory>

namespace syzygy {

/// Three bodies of n trajectories, as corrections see them on LibTorch. Pair k is body k and the one after it: (1,2),
/// (2,3), (3,1).
struct TorchBodies {
    torch::Tensor t;     ///< [n], as in the data, in double
    torch::Tensor q, v;  ///< [n, 3, 3]: body, coordinate
    torch::Tensor m;     ///< [1, 3], or [n, 3] if each trajectory has its own
    torch::Tensor d;     ///< [n, 3, 3]: pair, coordinate; q_next - q
    torch::Tensor r2;    ///< [n, 3]: |d|^2

    /// For each pair, the value of its second body: rows of [..., 3, c], or entries of [..., 3].
    static torch::Tensor next(const torch::Tensor& of_bodies, std::int64_t dimension)
    {
        return of_bodies.roll(-1, dimension);
    }
    /// For each body, the value of the pair before it, whose second body it is.
    static torch::Tensor previous(const torch::Tensor& of_pairs, std::int64_t dimension)
    {
        return of_pairs.roll(1, dimension);
    }
};

/// A correction of physics/corrections on tensors, with the same formulae: batched, on any device, in double or float,
/// its derivatives by LibTorch. Its parameters p [P] are a tensor in the correction's own order.
class TorchCorrection {
public:
    virtual ~TorchCorrection() = default;

    virtual bool replaces_newton() const { return false; }
    /// For corrections with a force between pairs: s [n, 3] with a_i += m_j s d, a_j -= m_i s d; undefined for others.
    virtual torch::Tensor pair_strength(const TorchBodies&, const torch::Tensor& /*p*/) const { return {}; }
    /// Other accelerations [n, 3, 3]; undefined: none.
    virtual torch::Tensor accelerations(const TorchBodies&, const torch::Tensor& /*p*/) const { return {}; }
};

/// The correction that the options name, with the network of the native correction; null for "none". Throws
/// ArgumentError("correction", ...) for a correction that LibTorch does not compute.
std::shared_ptr<const TorchCorrection> make_torch_correction(const CorrectionOptions& options,
                                                             const CorrectionContext& context,
                                                             const NetworkSpec* network);

}  // namespace syzygy
