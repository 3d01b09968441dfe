#pragma once

#include "core/optimize/optimizer.hpp"
#include "physics/fit/objective.hpp"
#include "physics/train/unknowns.hpp"

#include "core/base/worker_pool.hpp"

#include <memory>

namespace syzygy {

/// Masses and states of all trajectories that together minimise the loss under a given correction: the minimal loss is a
/// function of the correction alone (variable projection, Golub and Pereyra 1973), and since the loss is stationary in masses
/// and states there, its gradient is the partial derivative with respect to the correction.
class InnerMasses final : public Objective {
public:
    /// Refers to all arguments. The windows are whole trajectories.
    InnerMasses(const std::vector<TrainingWindow>& windows, TrainingUnknowns& unknowns, const ModelOptions& model,
                WorkerPool& pool, std::stop_token stop);

    /// Replaces the masses and states in x by the best ones under the correction in x, starting from those in x. False if the
    /// model cannot be evaluated there.
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
