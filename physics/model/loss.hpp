#pragma once

#include "physics/bodies.hpp"

#include <Eigen/Core>

#include <cmath>
#include <span>
#include <vector>

namespace syzygy {

/// Robust losses rho(s) of a squared residual s, in units of sigma (Triggs et al. 2000, sec. 3).
enum class RobustLoss { none, huber, cauchy };

/// rho(s), its derivative, and the curvature of rho(r^2) / 2 along the residual r: rho' + 2 s rho''. `scale` is the
/// residual beyond which an observation loses weight.
template <class Scalar>
struct RobustValueOf {
    Scalar value, derivative, curvature;
};
using RobustValue = RobustValueOf<double>;
/// For numbers, and for duals (second derivatives; at Huber's corner those of the quadratic inside).
template <class Scalar>
RobustValueOf<Scalar> robust_value(RobustLoss loss, double scale, const Scalar& s)
{
    using std::log1p, std::sqrt;
    const double limit = scale * scale;
    switch (loss) {
    case RobustLoss::huber:
        if (s > limit) return {2 * scale * sqrt(s) - limit, scale / sqrt(s), Scalar(0)};
        break;
    case RobustLoss::cauchy:
        return {limit * log1p(s / limit), 1 / (1 + s / limit), (1 - s / limit) / ((1 + s / limit) * (1 + s / limit))};
    case RobustLoss::none: break;
    }
    return {s, Scalar(1), Scalar(1)};
}

/// The loss of docs/equations.md over K times, of the leading `Rows` rows of the state (9: positions; 18: velocities too):
///
///     L = (1/N) sum_k w_k sum_c rho(((predicted_c - observed_c) / sigma_c)^2)
///
/// Held column by column ready for use: a missing component has weight 0 and observed 0.
///
/// `Components` are observed; `rows` are read off the state: one more where that number is odd, with weight 0, since
/// vectors of an even length are worked on two numbers at a time.
template <int Components>
class TrajectoryLoss {
public:
    static constexpr int components = Components;
    static constexpr int rows = Components + Components % 2;
    using Observed = Eigen::Matrix<double, rows, 1>;
    using Table = Eigen::Matrix<double, rows, Eigen::Dynamic>;

    std::span<const double> times() const { return times_; }

    /// Predictions as they are compared: relative to the reference body where there is one.
    template <class Vector>
    Vector compared(const Vector& y) const
    {
        Vector result = y;
        if (reference_ >= 0)
            for (int block = 0; block < Components / 3; ++block)
                result.template segment<3>(3 * block) -= y.template segment<3>(reference_ * 3 + (block >= 3 ? 9 : 0));
        return result;
    }

    /// The term of time k at y, and its cotangent: in numbers, or in duals for second derivatives.
    template <class Scalar>
    Scalar add(std::size_t k, const Eigen::Matrix<Scalar, rows, 1>& y, Eigen::Matrix<Scalar, rows, 1>& cotangent) const
    {
        const auto column = static_cast<Eigen::Index>(k);
        if (reference_ < 0 && robust_ == RobustLoss::none) {
            // The common case, kept free of copies.
            cotangent = scaled_weights_.col(column).cwiseProduct(y - observed_.col(column));
            const Scalar loss = cotangent.dot(y - observed_.col(column));
            cotangent *= 2;
            return loss;
        }
        const Eigen::Matrix<Scalar, rows, 1> residual = compared(y) - observed_.col(column);
        Scalar loss(0);
        for (int c = 0; c < rows; ++c) {
            const double weight = weights_(c, column);
            const auto rho = robust_value(robust_, robust_scale_, Scalar(weight * residual[c] * residual[c]));
            loss += time_weights_[k] * rho.value;
            cotangent[c] = 2 * time_weights_[k] * rho.derivative * weight * residual[c];
        }
        if (reference_ >= 0)
            for (int block = 0; block < Components / 3; ++block)
                if (block % 3 != reference_)
                    cotangent.template segment<3>(reference_ * 3 + (block >= 3 ? 9 : 0)) -=
                        cotangent.template segment<3>(3 * block);
        cotangent /= static_cast<double>(times_.size());
        return loss / static_cast<double>(times_.size());
    }

    const Table& observed() const { return observed_; }
    const Table& weights() const { return weights_; }            ///< 1/sigma^2, or 0 where missing
    double time_weight(std::size_t k) const { return time_weights_[k]; }
    int reference() const { return reference_; }                  ///< -1: none
    RobustLoss robust() const { return robust_; }
    double robust_scale() const { return robust_scale_; }
    /// Number of observed components.
    long count() const { return (weights_.array() > 0).count(); }

    /// `times` ascending; tables rows x K. The reference's own rows of `weights` must be 0.
    TrajectoryLoss(std::vector<double> times, Table observed, Table weights, std::vector<double> time_weights,
                   int reference, RobustLoss robust, double robust_scale)
        : times_(std::move(times)),
          observed_(std::move(observed)),
          weights_(std::move(weights)),
          time_weights_(std::move(time_weights)),
          reference_(reference),
          robust_(robust),
          robust_scale_(robust_scale)
    {
        scaled_weights_ = weights_;
        for (Eigen::Index k = 0; k < scaled_weights_.cols(); ++k)
            scaled_weights_.col(k) *= time_weights_[static_cast<std::size_t>(k)] / static_cast<double>(times_.size());
    }

private:
    std::vector<double> times_;
    Table observed_, weights_, scaled_weights_;
    std::vector<double> time_weights_;
    int reference_;
    RobustLoss robust_;
    double robust_scale_;
};

}  // namespace syzygy
