#include "physics/train/inner_masses.hpp"

#include "core/optimize/scaled_objective.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

InnerMasses::InnerMasses(const std::vector<TrainingWindow>& windows, TrainingUnknowns& unknowns, const ModelOptions& model,
                         WorkerPool& pool, std::stop_token stop)
    : unknowns_(unknowns),
      pool_(pool),
      stop_(stop),
      loss_unit_(windows.front().data.loss_unit()),
      lower_(unknowns.lower().head(unknowns.physical())),
      upper_(unknowns.upper().head(unknowns.physical()))
{
    for (const TrainingWindow& window : windows) {
        trajectories_.push_back(window.trajectory);
        parts_.push_back(std::make_unique<FitObjective>(window.data, unknowns.physical_set(window.trajectory), model, "aca",
                                                        stop));
    }
}

bool InnerMasses::solve(Eigen::VectorXd& x)
{
    unknowns_.hold_correction(x);
    // Under a force that is not yet good a mass can run to nothing, from where nothing leads back.
    constexpr double most_at_once = 2, most = 1e3;
    for (Eigen::Index i = 0; i < unknowns_.masses(); ++i) {
        const double least_at = std::max(x[i] - std::log(most_at_once), std::min(x[i], -std::log(most)));
        const double most_at = std::min(x[i] + std::log(most_at_once), std::max(x[i], std::log(most)));
        lower_[i] = std::max(unknowns_.lower()[i], least_at);
        upper_[i] = std::min(unknowns_.upper()[i], most_at);
    }
    OptimizerOptions options;
    options.iterations = 30;
    // The partial gradient is the whole one only as far as the loss is stationary in these.
    options.loss_tolerance = 1e-16;
    OptimizerState state{0, x.head(size()), 0, {}};
    if (size() == 0) return sum_of_squares(state.x, state.loss);
    ScaledObjective dimensionless(*this, loss_unit_);
    const Outcome outcome =
        minimize_levenberg_marquardt(dimensionless, options, state, [this](const auto&) { return !stop_.stop_requested(); }, stop_);
    x.head(size()) = state.x;
    return outcome.ok() || (state.iteration > 0 && outcome.status != Status::stopped) ||
           (outcome.status == Status::iteration_limit);
}

Eigen::VectorXd InnerMasses::own(const Eigen::VectorXd& x, std::size_t window) const
{
    return unknowns_.physical_part(x, trajectories_[window]);
}

bool InnerMasses::evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient)
{
    if (gradient) return false;  // Levenberg-Marquardt asks for rows
    return sum_of_squares(x, loss);
}

bool InnerMasses::linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced)
{
    std::vector<ReducedLeastSquares> parts(parts_.size());
    std::vector<char> reached(parts_.size(), 0);
    pool_.run(parts_.size(), [&](std::size_t i) { reached[i] = parts_[i]->linearise(own(x, i), parts[i]); });
    if (std::find(reached.begin(), reached.end(), 0) != reached.end()) return false;
    RowReducer reducer(size());
    double rest = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        for (Eigen::Index row = 0; row < parts[i].r.rows(); ++row) {
            Eigen::RowVectorXd derivatives = Eigen::RowVectorXd::Zero(size());
            for (Eigen::Index column = 0; column < parts[i].r.cols(); ++column)
                derivatives[unknowns_.column(trajectories_[i], column)] = parts[i].r(row, column);
            reducer.add(derivatives, parts[i].q[row]);
        }
        rest += parts[i].rest;
    }
    reduced = reducer.result();
    reduced.rest += rest;
    return true;
}

bool InnerMasses::sum_of_squares(const Eigen::VectorXd& x, double& sum)
{
    std::vector<double> sums(parts_.size());
    std::vector<char> reached(parts_.size(), 0);
    pool_.run(parts_.size(), [&](std::size_t i) { reached[i] = parts_[i]->sum_of_squares(own(x, i), sums[i]); });
    sum = 0;
    for (const double part : sums) sum += part;
    return std::find(reached.begin(), reached.end(), 0) == reached.end();
}

}  // namespace syzygy
