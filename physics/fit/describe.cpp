#include "physics/fit/describe.hpp"

#include "core/base/not_finite.hpp"
#include "physics/fit/gradient_check.hpp"
#include "physics/fit/motion.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/fit/series_result.hpp"
#include "physics/fit/uncertainty.hpp"

#include <cmath>

namespace syzygy {

namespace {

/// The loss of data without any errors by docs/equations.md, "The loss": velocities count as they are, whatever the fit weighs them by.
double unweighted_loss(const PreparedData& data, const Residuals& residuals)
{
    double sum = 0;
    for (Eigen::Index k = 0; k < residuals.residual.cols(); ++k)
        for (const double residual : residuals.residual.col(k))
            if (std::isfinite(residual)) sum += data.loss.time_weight(static_cast<std::size_t>(k)) * residual * residual;
    return sum / static_cast<double>(data.size());
}

/// What to say of an initial state that is held: whose numbers it has.
std::string held_state_text(const PreparedData& data, const State& state)
{
    std::string changed;
    int groups = 0;
    for (int group = 0; group < 6; ++group) {
        const auto held = state.segment<3>(3 * group), observed = data.first_row.segment<3>(3 * group);
        // A component that was not observed was given or guessed.
        if (!((held - observed).array() != 0 && observed.array().isFinite()).any()) continue;
        ++groups;
        changed += fmt::format("{}initial {} of {}", changed.empty() ? "" : ", ", group < 3 ? "position" : "velocity",
                               data.bodies[static_cast<std::size_t>(group % 3)]);
    }
    const std::string remedy = "free it (--free masses,initial)";
    if (groups == 0)
        return "; the initial state is held as the first row has it: if that row has errors, " + remedy;
    if (groups > 3) return "; the initial state is held at other numbers than the first row has: " + remedy;
    return fmt::format("; {} {} changed by hand and {} held: give it the numbers of the first row again, or {}", changed,
                       groups == 1 ? "was" : "were", groups == 1 ? "is" : "are", remedy);
}

/// A parameter with its value alone.
FittedParameter found_at(const ModelPoint& point, const Parameter& parameter)
{
    FittedParameter found;
    found.name = parameter.id;
    found.value = parameter.value(point);
    found.role = parameter.role;
    found.body = parameter.body;
    return found;
}

}  // namespace

void describe(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective,
              const Eigen::VectorXd& x, const ModelOptions& model, FitResult& result, std::stop_token stop, bool judged)
{
    result.point = parameters.point(x);
    result.sigmas_known = data.sigmas_known;
    const Residuals residuals = compute_residuals(data, result.point, model, stop);
    result.loss = residuals.outcome.ok() ? residuals.loss : nan;
    if (residuals.outcome.ok() && data.missing.common_velocities) result.loss = unweighted_loss(data, residuals);
    result.rms_residual = residuals.outcome.ok() && residuals.positions > 0 ? residuals.rms : nan;
    const MotionJudgement motion = residuals.outcome.ok() ? judge_motion(data, residuals) : MotionJudgement{};
    result.residual_share = motion.share;
    if (motion.phase_wrap) result.warnings.push_back(*motion.phase_wrap);
    const bool converged = result.outcome.status == Status::converged;
    // A training answers for its own outcome, and where nothing is free nothing was fitted.
    if (motion.no_fit && result.outcome.ok() && !judged && !parameters.free().empty())
        result.outcome = {Status::no_fit, fmt::format("{}; the optimiser itself ended as {}: {}", *motion.no_fit,
                                                      to_string(result.outcome.status), result.outcome.reason)};
    const auto uncertainty =
        estimate_uncertainty(data, parameters, objective, x, model, residuals, judged || converged, stop);
    // A minimum that the solver's own error moves by little of its errors was reached, whatever the gradients on the
    // way.
    constexpr double little = 0.1;
    if (!converged || !uncertainty || !(uncertainty->numerical_shift < little))
        if (auto warning = gradient_warning(data, parameters, x, model, stop)) result.warnings.push_back(*warning);
    for (int i = 0; i < parameters.count(); ++i)
        result.parameters.push_back(found_at(result.point, parameters[i]));
    for (std::size_t column = 0; column < parameters.free().size(); ++column) {
        const int index = parameters.free()[column];
        const auto i = static_cast<Eigen::Index>(column);
        FittedParameter& parameter = result.parameters[static_cast<std::size_t>(index)];
        parameter.fixed = false;
        parameter.sigma = uncertainty ? uncertainty->sigma[i] : nan;
        parameter.scaled_sigma = uncertainty ? parameter.sigma * uncertainty->scaled_factor : parameter.sigma;
        parameter.solver_sigma = uncertainty ? uncertainty->solver_sigma[i] : nan;
        parameter.identifiable = uncertainty && uncertainty->identifiable[column];
        parameter.at_bound = x[i] <= parameters.lower()[i] || x[i] >= parameters.upper()[i];
        result.correlation_names.push_back(parameter.name);
    }
    if (residuals.outcome.ok()) describe_series(data, parameters, objective, x, residuals, result);
    if (!uncertainty) {
        result.correlation.setConstant(x.size(), x.size(), nan);
        result.reduced_chi_square = nan;
        return;
    }
    result.correlation = uncertainty->correlation;
    result.reduced_chi_square = uncertainty->reduced_chi_square;
    result.degrees_of_freedom = uncertainty->degrees_of_freedom;
    if (!converged && uncertainty->from_minimum > 1)
        result.notes.push_back(
            fmt::format("the fit ended {:.3g} standard deviations short of the minimum; errors are those of the "
                        "point where it ended",
                        uncertainty->from_minimum));
    result.warnings.insert(result.warnings.end(), uncertainty->warnings.begin(), uncertainty->warnings.end());
    for (Warning& warning : result.warnings)
        if (warning.code == "misfit" && !parameters.frees_state()) warning.message += held_state_text(data, result.point.initial_state);
}

}  // namespace syzygy
