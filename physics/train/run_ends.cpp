#include "physics/train/run.hpp"

#include "physics/fit/describe.hpp"
#include "physics/model/missing_error_notes.hpp"
#include "physics/train/common_factor.hpp"
#include "physics/train/newton.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

// Where a training begins, and what it says when it ends.
namespace syzygy::detail {

namespace {

/// Observed components of a row, on average: of those that are fitted, and of those held out.
std::pair<double, double> components_of_rows(const std::vector<TrainingTrajectory>& trajectories)
{
    double fitted = 0, fitted_rows = 0, held_out = 0, held_out_rows = 0;
    for (const TrainingTrajectory& trajectory : trajectories) {
        const auto first = static_cast<Eigen::Index>(trajectory.held_out);
        const TrajectoryLoss::Table& weights = trajectory.whole.loss.weights();
        fitted += static_cast<double>((weights.leftCols(first).array() > 0).count());
        held_out += static_cast<double>((weights.rightCols(weights.cols() - first).array() > 0).count());
        fitted_rows += static_cast<double>(first);
        held_out_rows += static_cast<double>(weights.cols() - first);
    }
    return {fitted / fitted_rows, held_out_rows > 0 ? held_out / held_out_rows : 0};
}

}  // namespace

bool TrainingRun::begins_at_newton() const
{
    // What an earlier training found beside its masses is no correction of Newton's.
    return setup_.train.begin == "newton" && !setup_.trained && !setup_.correction.replace_newton && unknowns_.physical() > 0 &&
           state_.history.empty();
}

bool TrainingRun::begin_at_newton()
{
    newton_ = fit_newton(trajectories_, setup_, control_);
    if (control_.token().stop_requested()) {
        newton_.reset();
        return false;
    }
    Eigen::VectorXd x = unknowns_.start();
    for (std::size_t i = 0; i < trajectories_.size(); ++i) {
        const ParameterSet& physical = unknowns_.physical_set(i);
        const Eigen::VectorXd own = physical.unknowns(newton_->points[i]);
        for (Eigen::Index column = 0; column < own.size(); ++column) x[unknowns_.column(i, column)] = own[column];
    }
    const auto loss = [&](const Eigen::VectorXd& at) {
        double sum = 0;
        for (std::size_t i = 0; i < trajectories_.size(); ++i)
            sum += loss_sum(trajectories_[i].training, 0, unknowns_.point(at, i), model_, control_.token());
        return sum;
    };
    const double newton = loss(x), start = loss(unknowns_.start());
    if (control_.token().stop_requested()) return false;
    if (!x.allFinite() || !(newton < start || (std::isfinite(newton) && std::isnan(start)))) return true;
    remember("x", x);
    remember("best-x", x);
    state_.point = state_.best = unknowns_.point(x);
    return true;
}

TrainResult TrainingRun::result()
{
    TrainResult result;
    const std::stop_token abandoned = control_.abandoned();
    model_.solver.max_evaluations = setup_.solver.max_evaluations;
    const Eigen::VectorXd x = state_.memory.contains("best-x") ? remembered("best-x") : remembered("x");
    result.outcome = outcome_;
    result.correction = correction_;
    result.context = context_;
    double sum = 0, rows = 0;
    for (std::size_t i = 0; i < trajectories_.size(); ++i) {
        const PreparedData& training = trajectories_[i].training;
        result.points.push_back(unknowns_.point(x, i));
        sum += loss_sum(training, 0, result.points.back(), model_, abandoned);
        rows += static_cast<double>(training.size());
    }
    result.point = result.points.front();
    result.training_loss = sum / rows;
    std::tie(result.training_components, result.held_out_components) = components_of_rows(trajectories_);
    HeldOut held_out(trajectories_, unknowns_, model_, abandoned);
    for (const auto& task : held_out.tasks(x)) task();
    result.validation_loss = held_out.loss();

    result.fit.outcome = outcome_;
    result.fit.notes = notes_;
    for (std::string& note : missing_error_notes(trajectories_[0].training)) result.fit.notes.push_back(std::move(note));
    unknowns_.hold_correction(x);
    const ParameterSet& physical = unknowns_.physical_set(0);
    FitObjective objective(trajectories_[0].training, physical, model_, setup_.fit.gradient, abandoned);
    describe(trajectories_[0].training, physical, objective, unknowns_.physical_part(x, 0), model_, result.fit, abandoned,
             true);  // what a training ends with is what it offers, wherever its minimum may be
    const auto& masses = result.fit.parameters;
    // A mass that is not determined at all has been named.
    const bool factor_free = std::all_of(masses.begin(), masses.begin() + 3,
                                         [](const auto& mass) { return !mass.fixed && mass.identifiable; });
    const bool prior = !setup_.fit.priors.empty() || !setup_.fit.bounds.empty();
    if (const auto warning = common_factor_warning(setup_.correction); warning && factor_free && !prior)
        result.fit.warnings.push_back(*warning);
    if (!physical.free().empty())
        result.fit.notes.push_back(
            std::string("errors are those under the correction as it was found; its own uncertainty is not in them") +
            (trajectories_.size() > 1 ? ", and they are those of the first trajectory alone" : ""));
    result.epochs = result.fit.iterations = state_.epoch;
    result.backend = state_.backend.empty() ? "native" : state_.backend;
    result.device = state_.device;
    result.chosen_because = chosen_because_.empty() ? "as the training began" : chosen_because_;
    result.newton = std::move(newton_);
    result.seconds = result.fit.seconds = state_.seconds = seconds_before_ + watch_.seconds();
    return result;
}

}  // namespace syzygy::detail
