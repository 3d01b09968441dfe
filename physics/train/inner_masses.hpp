#pragma once

#include "core/optimize/optimizer.hpp"
#include "physics/fit/objective.hpp"
#include "physics/train/unknowns.hpp"

#include "core/base/worker_pool.hpp"

#include <memory>

namespace syzygy {

/// Masses and states that minimise the loss under a given correction, of all trajectories together: what remains of the loss
/// is a function of the correction alone (variable projection, Golub and Pereyra 1973), and since the loss is stationary in
/// the others there, its gradient is the partial one.
class InnerMasses final : public Objective {
public:
    /// Refers to all of these. The windows are whole trajectories.
    InnerMasses(const std::vector<TrainingWindow>& windows, TrainingUnknowns& unknowns, const ModelOptions& model,
                WorkerPool& pool, std::stop_token stop);

    /// x with its masses and states replaced by the best under its correction, from those that x has. False where the model
    /// cannot be evaluated there.
    bool solve(Eigen::VectorXd& x);

    Eigen::Index size() const override { return unknowns_.physical(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override;
    bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) override;
    bool sum_of_squares(const Eigen::VectorXd& x, double& sum) override;

private:
    Eigen::VectorXd own(const Eigen::VectorXd& x, std::size_t window) const;

    TrainingUnknowns& unknowns_;
    WorkerPool& pool_;
    std::stop_token stop_;
    double loss_unit_;  ///< of the first window's data
    Eigen::VectorXd lower_, upper_;
    std::vector<std::size_t> trajectories_;  ///< of each window
    std::vector<std::unique_ptr<FitObjective>> parts_;
};

}  // namespace syzygy
