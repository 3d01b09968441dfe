#pragma once

#include "core/optimize/objective.hpp"
#include "core/optimize/optimizer.hpp"
#include "physics/model/gradient.hpp"

#include <limits>
#include <stop_token>
#include <string>

namespace syzygy {

/// The loss of a trajectory over masses, initial state and the correction's parameters together, with the gradient of a
/// method of the table: what experiments minimise.
///
///     (masses, initial state) = start + directions u,    parameters = start + weight_scale w,    x = (u, w)
class TrajectoryObjective final : public Objective {
public:
    /// What is free and in which units.
    struct Unknowns {
        Eigen::MatrixXd directions;  ///< 21 x n: of masses and initial state (columns); n = 0: none is free
        double weight_scale = 0;     ///< of the correction's parameters; 0: they are held
        double weight_decay = 0;     ///< adds weight_decay |parameters|^2 / 2 to the loss
    };
    /// `data` must outlive the objective.
    TrajectoryObjective(const PreparedData& data, const ModelOptions& model, std::string gradient, const ModelPoint& start,
                        Unknowns unknowns, std::stop_token stop);

    ModelPoint point(const Eigen::VectorXd& x) const;
    Eigen::VectorXd start() const { return Eigen::VectorXd::Zero(lower_.size()); }

    Eigen::Index size() const override { return lower_.size(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override;
    /// Not available: the objective is for gradient-based optimisers.
    bool linearise(const Eigen::VectorXd&, ReducedLeastSquares&) override { return false; }
    bool sum_of_squares(const Eigen::VectorXd&, double&) override { return false; }

    /// The outcome of the last solve that failed.
    const Outcome& last_failure() const { return last_failure_; }
    long evaluations() const { return evaluations_; }

private:
    ModelOptions model_;
    ModelPoint start_;
    Unknowns unknowns_;
    Eigen::VectorXd lower_, upper_;
    std::stop_token stop_;
    GradientEvaluator evaluator_;
    Outcome last_failure_;
    long evaluations_ = 0;
};

/// The result of a minimisation for experiments: the best point seen, whatever came after it.
struct Descent {
    Outcome outcome;
    Eigen::VectorXd x;
    double loss = std::numeric_limits<double>::infinity();
    long iterations = 0;
    long backed_off = 0;  ///< times that the learning rate was halved
};

/// Minimises from `x`. If the loss can no longer be evaluated (a weight too large makes a solve fail), goes back to the best
/// point with half the learning rate, five times at most.
Descent descend(Objective& objective, OptimizerOptions options, const Eigen::VectorXd& x, std::stop_token stop);

}  // namespace syzygy
