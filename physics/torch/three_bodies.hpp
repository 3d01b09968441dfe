#pragma once

#include "physics/torch/correction.hpp"
#include "physics/units/units.hpp"

namespace syzygy {

/// The right-hand side of physics/corrections/corrected_three_body.hpp for n trajectories at once:
///
///     t [n], y [n, 18] = (q1, q2, q3, v1, v2, v3)  ->  dy/dt [n, 18]
///
/// with masses [3], or [n, 3] if each trajectory has its own, and the correction's parameters [P]. Everything is on the
/// device and of the dtype of y.
class TorchThreeBodies {
public:
    /// `correction` may be null: Newton alone.
    TorchThreeBodies(const UnitSystem& units, double softening, std::shared_ptr<const TorchCorrection> correction);

    /// `t` [n] are times as in the data.
    torch::Tensor rhs(const torch::Tensor& t, const torch::Tensor& y, const torch::Tensor& masses,
                      const torch::Tensor& parameters) const;

private:
    double k1_, k2_, softening2_;
    std::shared_ptr<const TorchCorrection> correction_;
};

}  // namespace syzygy
