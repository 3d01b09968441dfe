#pragma once

#include "physics/model/gradient.hpp"

namespace syzygy {

/// Second derivatives of the loss of three bodies against observations, together with the loss and its gradient. The
/// derivatives are those of the discrete solution with the accepted steps held fixed (core/gradient/hessian.hpp).
struct ThreeBodyHessian {
    ThreeBodyGradient gradient;                          ///< of the same steps; its outcome is the outcome of all
    Eigen::Matrix<double, 21, Eigen::Dynamic> products;  ///< 21 x n: H times each direction, over (m1 m2 m3, q1 .. v3)
    PassCounts tangents;                                 ///< of replay and sweep; an evaluation carries three tangents
};

/// The Hessian over (m1 m2 m3, q1 .. v3) times each column of `directions` (21 x n). Outcomes and exceptions are those of
/// compute_gradient, by ACA here, and non_finite if a derivative is not finite.
ThreeBodyHessian hessian_products(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                  const Eigen::Matrix<double, 21, Eigen::Dynamic>& directions,
                                  std::stop_token stop = {});

/// d^2 loss / d m_i d m_j (symmetric to rounding), for a loss of positions alone or of positions and velocities.
struct MassHessian {
    ThreeBodyGradient gradient;
    Eigen::Matrix3d matrix = Eigen::Matrix3d::Zero();
    PassCounts tangents;
};
MassHessian mass_hessian(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                         std::stop_token stop = {});

}  // namespace syzygy
