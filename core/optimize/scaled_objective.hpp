#pragma once

#include "core/optimize/objective.hpp"

#include <cmath>

namespace syzygy {

/// An objective in another unit: loss, gradient and sum of squares of `objective` divided by `unit` (above 0), residuals divided
/// by its square root. Gives an optimiser a dimensionless form of a loss with a dimension, so that its criteria are
/// dimensionless.
class ScaledObjective final : public Objective {
public:
    /// Refers to `objective`, which must outlive this object.
    ScaledObjective(Objective& objective, double unit) : objective_(objective), unit_(unit) {}

    Eigen::Index size() const override { return objective_.size(); }
    const Eigen::VectorXd& lower() const override { return objective_.lower(); }
    const Eigen::VectorXd& upper() const override { return objective_.upper(); }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override
    {
        if (!objective_.evaluate(x, loss, gradient)) return false;
        loss /= unit_;
        if (gradient) *gradient /= unit_;
        return true;
    }
    bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) override
    {
        if (!objective_.linearise(x, reduced)) return false;
        const double root = std::sqrt(unit_);
        reduced.r /= root;
        reduced.q /= root;
        reduced.rest /= unit_;
        return true;
    }
    bool sum_of_squares(const Eigen::VectorXd& x, double& sum) override
    {
        if (!objective_.sum_of_squares(x, sum)) return false;
        sum /= unit_;
        return true;
    }

private:
    Objective& objective_;
    double unit_;
};

}  // namespace syzygy
