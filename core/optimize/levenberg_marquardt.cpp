#include "core/optimize/optimizer.hpp"

#include <ceres/ceres.h>
#include <glog/logging.h>

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

/// The objective as one Ceres residual block of 2 n + 1 residuals: (q, sqrt(rest), 0) with the Jacobian (R, 0, H). Its cost,
/// gradient and J^T J are those of all rows, but for unknowns that stand still, which H holds.
class ReducedCost final : public ceres::CostFunction {
public:
    explicit ReducedCost(Objective& objective) : objective_(objective)
    {
        set_num_residuals(2 * static_cast<int>(objective.size()) + 1);
        mutable_parameter_block_sizes()->push_back(static_cast<int>(objective.size()));
    }

    bool Evaluate(const double* const* parameters, double* residuals, double** jacobians) const override
    {
        const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(parameters[0], objective_.size());
        const bool with_jacobian = jacobians && jacobians[0];
        Eigen::Map<Eigen::VectorXd> residual(residuals, 2 * x.size() + 1);
        if (!with_jacobian) {
            // Values alone are cheap. Their sum is not rounded as the QR's, though: a step that may be accepted is
            // valued by the QR, which its Jacobian needs anyway, so that a resumed fit compares the same bits.
            double sum = 0;
            if (!objective_.sum_of_squares(x, sum) || !std::isfinite(sum)) return false;
            if (sum > 1.000001 * accepted_) {
                residual.setZero();
                residual[x.size()] = std::sqrt(sum);
                return true;
            }
        }
        if (!linearise(x)) return false;
        residual << reduced_.q, std::sqrt(reduced_.rest), Eigen::VectorXd::Zero(x.size());
        if (!residual.allFinite()) return false;
        if (!with_jacobian) return true;
        accepted_ = reduced_.squared_norm();
        Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> jacobian(
            jacobians[0], 2 * x.size() + 1, x.size());
        jacobian << reduced_.r, Eigen::MatrixXd::Zero(x.size() + 1, x.size());
        // An unknown that its bound holds stands still, so that the step of the others is the best that is left to
        // them; projected on the bounds afterwards, as Ceres does it, the joint step is not. Nor does one move that has no
        // effect at all. A row of its own, of the size of the others, keeps its step at 0 whatever the damping.
        const Eigen::VectorXd gradient = reduced_.r.transpose() * reduced_.q;
        const double largest = reduced_.r.colwise().norm().maxCoeff();
        for (Eigen::Index i = 0; i < x.size(); ++i) {
            if ((x[i] <= objective_.lower()[i] && gradient[i] > 0) ||
                (x[i] >= objective_.upper()[i] && gradient[i] < 0))
                jacobian.col(i).setZero();
            if (jacobian.col(i).isZero(0)) jacobian(x.size() + 1 + i, i) = largest > 0 ? largest : 1;
        }
        return jacobian.allFinite();
    }

    /// The smallest diagonal of J^T J that damping is to know: an unknown whose effect is below the rounding of the largest
    /// one's is not moved by rounding. Above 0, as Ceres wants it, whatever x is.
    double least_diagonal(const Eigen::VectorXd& x) const
    {
        if (!linearise(x)) return std::numeric_limits<double>::min();
        const double effect = std::numeric_limits<double>::epsilon() * reduced_.r.colwise().norm().maxCoeff();
        return std::max(effect * effect, std::numeric_limits<double>::min());
    }

private:
    bool linearise(const Eigen::VectorXd& x) const
    {
        if (linearised_.size() == x.size() && linearised_ == x) return true;
        linearised_.resize(0);
        if (!objective_.linearise(x, reduced_)) return false;
        linearised_ = x;
        return true;
    }

    Objective& objective_;
    mutable Eigen::VectorXd linearised_;  ///< where reduced_ holds; empty: nowhere
    mutable ReducedLeastSquares reduced_;
    mutable double accepted_ = std::numeric_limits<double>::infinity();  ///< |r|^2 where a Jacobian was last asked for
};

/// Keeps the state to resume from: the last accepted point and the trust region there. A rejected step
/// leaves it alone, since going on from the accepted point repeats the rejections.
class StateKeeper final : public ceres::IterationCallback {
public:
    StateKeeper(const Eigen::VectorXd& x, OptimizerState& state, long first, const syzygy::IterationCallback& callback,
                const std::stop_token& stop)
        : x_(x), state_(state), first_(first), callback_(callback), stop_(stop)
    {
    }

    ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override
    {
        if (summary.step_is_successful) {
            state_.x = x_;
            state_.loss = 2 * summary.cost;
            state_.iteration = first_ + summary.iteration;
            state_.memory["radius"] = {summary.trust_region_radius};
        }
        if (stop_.stop_requested() || !callback_(state_)) return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
        return ceres::SOLVER_CONTINUE;
    }

private:
    const Eigen::VectorXd& x_;
    OptimizerState& state_;
    long first_;
    const syzygy::IterationCallback& callback_;
    const std::stop_token& stop_;
};

}  // namespace

Outcome minimize_levenberg_marquardt(Objective& objective, const OptimizerOptions& options, OptimizerState& state,
                                     const IterationCallback& callback, std::stop_token stop)
{
    if (stop.stop_requested()) return {Status::stopped, "stopped on request"};
    // What Ceres logs is in its summary as well. (Once: fits may run in several threads.)
    [[maybe_unused]] static const int silenced = FLAGS_minloglevel = google::GLOG_FATAL;
    Eigen::VectorXd x = state.x;
    ReducedCost cost(objective);
    ceres::Problem::Options problem_options;
    problem_options.cost_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
    ceres::Problem problem(problem_options);
    problem.AddResidualBlock(&cost, nullptr, x.data());
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        if (std::isfinite(objective.lower()[i]))
            problem.SetParameterLowerBound(x.data(), static_cast<int>(i), objective.lower()[i]);
        if (std::isfinite(objective.upper()[i]))
            problem.SetParameterUpperBound(x.data(), static_cast<int>(i), objective.upper()[i]);
    }

    ceres::Solver::Options solver;
    solver.minimizer_type = ceres::TRUST_REGION;
    solver.trust_region_strategy_type = ceres::LEVENBERG_MARQUARDT;
    solver.linear_solver_type = ceres::DENSE_QR;
    solver.num_threads = 1;
    solver.logging_type = ceres::SILENT;
    solver.max_num_iterations = static_cast<int>(std::max<long>(0, options.iterations - state.iteration));
    solver.max_num_consecutive_invalid_steps = 30;
    solver.function_tolerance = options.loss_tolerance;
    solver.gradient_tolerance = options.gradient_tolerance;
    solver.parameter_tolerance = options.step_tolerance;
    solver.update_state_every_iteration = true;
    // Only bounded problems search along the step; values alone are enough for that.
    solver.line_search_interpolation_type = ceres::BISECTION;
    // The unknowns are scaled already; a scaling made anew at the start of a run would make resuming differ.
    solver.jacobi_scaling = false;
    // Ceres' own limits are numbers for any unit and any size of errors: a light body's mass would stand still under them.
    if (!state.memory.contains("least-diagonal")) state.memory["least-diagonal"] = {cost.least_diagonal(x)};
    solver.min_lm_diagonal = state.memory.at("least-diagonal").at(0);
    solver.max_lm_diagonal = std::numeric_limits<double>::max();
    if (const auto radius = state.memory.find("radius"); radius != state.memory.end())
        solver.initial_trust_region_radius = radius->second.at(0);
    StateKeeper keeper(x, state, state.iteration, callback, stop);
    solver.callbacks.push_back(&keeper);

    ceres::Solver::Summary summary;
    ceres::Solve(solver, &problem, &summary);
    switch (summary.termination_type) {
    case ceres::CONVERGENCE: return {Status::converged, summary.message};
    case ceres::NO_CONVERGENCE:
        return {Status::iteration_limit,
                fmt::format("{} iterations of the last stage did not suffice; raise --iterations", options.iterations)};
    case ceres::USER_SUCCESS: return {Status::stopped, "stopped on request"};
    default: return {Status::no_progress, summary.message};
    }
}

}  // namespace syzygy
