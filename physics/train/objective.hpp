#pragma once

#include "physics/train/batch_gradient.hpp"
#include "physics/train/unknowns.hpp"

namespace syzygy {

/// A loss and its gradient with respect to the unknowns of a training, or why there are none.
struct TrainingValue {
    Outcome outcome;
    double loss = 0;
    Eigen::VectorXd gradient;
    long evaluations = 0;  ///< of the right-hand side, maximum over windows; 0: not counted
    std::vector<std::string> messages;  ///< what the back end had to do about memory

    /// True if the solve succeeded, and loss and gradient are finite.
    bool good() const { return outcome.ok() && std::isfinite(loss) && gradient.allFinite(); }
};

/// The loss of a training over windows:
///
///     L = (sum_i N_i L_i + sum over priors ((p - mean) / sigma)^2) / sum_i N_i
///
/// with L_i the loss of docs/equations.md over the N_i rows of window i: the mean over all rows. Windows of a trajectory
/// share masses and correction; sums are taken in the order of the windows, so that the bits do not depend on which thread
/// computed them.
class TrainingObjective {
public:
    /// Refers to all arguments, which must outlive this object.
    TrainingObjective(const std::vector<TrainingWindow>& windows, const TrainingUnknowns& unknowns, BatchGradient& gradients,
                      std::stop_token stop)
        : windows_(windows), unknowns_(unknowns), gradients_(gradients), stop_(std::move(stop))
    {
    }

    /// The loss over the windows with these indices; meanwhile the tasks in `beside` run.
    TrainingValue evaluate(const Eigen::VectorXd& x, std::span<const std::size_t> indices,
                           std::span<const std::function<void()>> beside = {});
    /// The loss over all windows.
    TrainingValue evaluate(const Eigen::VectorXd& x, std::span<const std::function<void()>> beside = {});

    std::size_t windows() const { return windows_.size(); }

private:
    const std::vector<TrainingWindow>& windows_;
    const TrainingUnknowns& unknowns_;
    BatchGradient& gradients_;
    std::stop_token stop_;
};

/// The held-out rows of the trajectories, predicted from the trajectories' start: data that the training did not see.
class HeldOut {
public:
    /// Refers to all arguments, which must outlive this object.
    HeldOut(const std::vector<TrainingTrajectory>& trajectories, const TrainingUnknowns& unknowns, const ModelOptions& model,
            std::stop_token stop)
        : trajectories_(trajectories), unknowns_(unknowns), model_(model), stop_(std::move(stop))
    {
    }

    bool empty() const { return trajectories_[0].held_out_rows() == 0; }
    /// One task for each trajectory; loss() is the loss at x once all tasks are done.
    std::span<const std::function<void()>> tasks(const Eigen::VectorXd& x);
    /// The mean over the held-out rows, as in a loss; nan if a prediction does not reach these rows, or if no rows are held
    /// out.
    double loss() const;

private:
    const std::vector<TrainingTrajectory>& trajectories_;
    const TrainingUnknowns& unknowns_;
    const ModelOptions& model_;
    std::stop_token stop_;
    std::vector<std::function<void()>> tasks_;
    std::vector<double> sums_;  ///< of each trajectory, over its held-out rows
};

/// The mean term of the loss over the rows from `begin` on, times the number of these rows, for one trajectory at a point;
/// nan if the solve does not reach the end.
double loss_sum(const PreparedData& data, std::size_t begin, const ModelPoint& point, const ModelOptions& model,
                std::stop_token stop = {});

}  // namespace syzygy
