#include "physics/fit/fit.hpp"

#include "physics/fit/arcs.hpp"
#include "physics/fit/first_guess.hpp"
#include "physics/fit/objective.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/fit/uncertainty.hpp"

#include <cmath>

namespace syzygy {

namespace {

RobustLoss robust_of(const FitOptions& options)
{
    if (options.robust == "huber") return RobustLoss::huber;
    if (options.robust == "cauchy") return RobustLoss::cauchy;
    return RobustLoss::none;
}

/// The first guess with the user's masses, where given.
ModelPoint starting_point(const PreparedData& data, const FitOptions& options, std::vector<std::string>& notes)
{
    ModelPoint guess = first_guess(data);
    if (!options.start.empty()) {
        if (options.start.size() != 3)
            throw ArgumentError("start", fmt::format("{} numbers", options.start.size()), "must be three masses, m1,m2,m3");
        guess.masses = Eigen::Map<const Eigen::Vector3d>(options.start.data());
        return guess;
    }
    if (guess.masses.allFinite())
        notes.push_back(fmt::format("starting masses guessed from the observed accelerations: {:.6g}, {:.6g}, {:.6g}",
                                    guess.masses[0], guess.masses[1], guess.masses[2]));
    return guess;
}

/// The data of the window's rows up to `end`, in the magnitudes of the whole window.
PreparedData prepare_arc(const Observations& observations, const FitSetup& setup, const PreparedData& whole, double end)
{
    DataOptions options = setup.data;
    options.window = fmt::format("{}:{}", whole.epoch, whole.absolute(end) + 1e-9 * (whole.t1 - whole.t0));
    PreparedData arc = prepare(observations, options, robust_of(setup.fit), setup.fit.robust_scale);
    arc.length = whole.length;
    arc.velocity = whole.velocity;
    return arc;
}

/// How far a mass may move in one stage. From masses far off, a free step can send a light body's mass so far down
/// that nothing leads back: its effect vanishes with it.
constexpr double mass_ratio = 2;
constexpr long most_stages = 40;

/// A stage that others follow only has to bring the next one near.
OptimizerOptions for_early_stage(OptimizerOptions options)
{
    options.iterations = std::min<long>(options.iterations, 30);
    options.loss_tolerance = std::max(options.loss_tolerance, 1e-6);
    return options;
}

/// True where a mass ran into the side of its box that is not a bound of the user's.
bool at_side_of_box(const ParameterSet& parameters, const FitObjective& objective, const Eigen::VectorXd& x)
{
    constexpr double near = 1e-3;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        if (parameters.free()[static_cast<std::size_t>(i)] >= 3) continue;
        if (x[i] < objective.lower()[i] + near && objective.lower()[i] > parameters.lower()[i]) return true;
        if (x[i] > objective.upper()[i] - near && objective.upper()[i] < parameters.upper()[i]) return true;
    }
    return false;
}

void describe(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective, const Eigen::VectorXd& x,
              const ModelOptions& model, FitResult& result, std::stop_token stop)
{
    result.point = parameters.point(x);
    result.sigmas_known = data.sigmas_known;
    const Residuals residuals = compute_residuals(data, result.point, model, stop);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    result.loss = residuals.outcome.ok() ? residuals.loss : nan;
    result.rms_residual = residuals.outcome.ok() ? residuals.rms : nan;
    const auto uncertainty = estimate_uncertainty(data, parameters, objective, x, model, residuals,
                                                  result.outcome.status == Status::converged, stop);
    for (int i = 0; i < parameter_count; ++i)
        result.parameters.push_back({parameter_name(i), ParameterSet::value(result.point, i)});
    for (std::size_t column = 0; column < parameters.free().size(); ++column) {
        const int index = parameters.free()[column];
        const auto i = static_cast<Eigen::Index>(column);
        FittedParameter& parameter = result.parameters[static_cast<std::size_t>(index)];
        parameter.fixed = false;
        parameter.sigma = uncertainty ? uncertainty->sigma[i] : nan;
        parameter.scaled_sigma = uncertainty ? parameter.sigma * uncertainty->scaled_factor : parameter.sigma;
        parameter.identifiable = uncertainty && uncertainty->identifiable[column];
        parameter.at_bound = x[i] <= parameters.lower()[i] || x[i] >= parameters.upper()[i];
        result.correlation_names.push_back(parameter.name);
    }
    if (!uncertainty) {
        result.correlation.setConstant(x.size(), x.size(), nan);
        result.reduced_chi_square = nan;
        return;
    }
    result.correlation = uncertainty->correlation;
    result.reduced_chi_square = uncertainty->reduced_chi_square;
    result.degrees_of_freedom = uncertainty->degrees_of_freedom;
    if (result.outcome.status != Status::converged && uncertainty->from_minimum > 1)
        result.notes.push_back(fmt::format("the fit ended {:.3g} standard deviations short of the minimum; errors are those of the "
                                           "point where it ended",
                                           uncertainty->from_minimum));
    result.warnings.insert(result.warnings.end(), uncertainty->warnings.begin(), uncertainty->warnings.end());
    bool state_free = false;
    for (const int index : parameters.free()) state_free = state_free || index >= 3;
    for (Warning& warning : result.warnings)
        if (warning.code == "misfit" && !state_free)
            warning.message += "; the initial state is held as the first row has it: if that row has errors, free it "
                               "(--free masses,initial)";
}

}  // namespace

FitResult run_fit(const Observations& observations, const FitSetup& setup, FitState& state, const FitCallback& callback,
                  Control& control)
{
    validate(fit_options(), setup.fit);
    validate(solver_options(), setup.solver);
    validate(optimizer_options(), setup.optimizer);
    const Stopwatch watch;
    const double seconds_before = state.seconds;

    FitResult result;
    result.notes = observations.notes;
    const PreparedData whole = prepare(observations, setup.data, robust_of(setup.fit), setup.fit.robust_scale);
    if (setup.fit.robust != "none" && !whole.sigmas_known)
        throw ArgumentError("robust", setup.fit.robust,
                            "needs the errors of the positions, to know what an outlier is: state them in the data or give --sigma");
    const ParameterSet parameters(whole, setup.fit, starting_point(whole, setup.fit, result.notes));
    if (setup.fit.start.empty())
        for (int body = 0; body < 3; ++body)
            if (parameters[body].held_at_guess)
                result.notes.push_back(fmt::format("{} is held at the guess {:.6g}; --fix {}=mass holds it at a known one",
                                                   parameter_name(body), parameters[body].start, body + 1));
    const ModelOptions model{setup.solver, setup.data.observe, setup.data.softening};
    const OptimizerInfo& optimizer = find_optimizer(setup.optimizer.optimizer);
    // The original recipe knows no growing arcs; unasked, Adam follows it.
    const bool recipe = setup.fit.grow == "auto" && setup.optimizer.optimizer == "adam";
    const std::vector<double> ends = arc_ends(whole, recipe ? "off" : setup.fit.grow, parameters.free().size());
    if (state.optimizer.x.size() == 0) state.optimizer.x.setZero(parameters.size());
    if (state.optimizer.x.size() != parameters.size() || state.arc >= ends.size())
        throw ArgumentError("resume", fmt::format("{} unknowns", state.optimizer.x.size()),
                            fmt::format("the saved state does not belong to this fit of {} unknowns", parameters.size()));

    if (recipe) state.boxed = false;
    while (!state.finished) {
        const bool whole_arc = state.arc + 1 == ends.size();
        const PreparedData arc_data = whole_arc ? whole : prepare_arc(observations, setup, whole, ends[state.arc]);
        FitObjective objective(arc_data, parameters, model, setup.fit.gradient, control.token());
        if (state.centre.empty()) state.centre.assign(state.optimizer.x.begin(), state.optimizer.x.end());
        if (state.boxed)
            objective.box_masses(Eigen::Map<const Eigen::VectorXd>(state.centre.data(), parameters.size()), mass_ratio);
        const double per_row = optimizer.uses_gradient ? 1 : 1 / static_cast<double>(arc_data.size());
        const auto report = [&](const OptimizerState& at) {
            const ModelPoint point = parameters.point(at.x);
            const double loss = at.loss * per_row;
            if (state.history.empty() || state.history.back().iteration != at.iteration || state.history.back().stage != state.stage)
                state.history.push_back({state.stage, at.iteration, loss, point.masses});
            state.seconds = seconds_before + watch.seconds();
            if (callback) callback({state.arc, ends.size(), whole.absolute(ends[state.arc]), static_cast<long>(state.history.size()), loss, point}, state);
            control.wait_while_paused();
            return !control.token().stop_requested();
        };
        const bool early = !whole_arc || state.boxed;
        result.outcome = minimize(objective, early ? for_early_stage(setup.optimizer) : setup.optimizer, state.optimizer, report,
                                  control.token());
        if (result.outcome.status == Status::stopped || control.token().stop_requested()) {
            result.outcome = {Status::stopped, "stopped on request; the parameters are the last good ones"};
            break;
        }
        if (!result.outcome.ok() && state.history.empty()) {
            // Not even the start could be evaluated: the solver's own reason says more.
            if (!objective.last_outcome().ok()) result.outcome = objective.last_outcome();
            break;
        }
        if (!early) {
            state.finished = true;
            state.outcome = result.outcome;
            break;
        }
        const bool again = state.boxed && at_side_of_box(parameters, objective, state.optimizer.x) && state.stage < most_stages;
        if (!again && whole_arc) state.boxed = false;
        if (!again && !whole_arc) ++state.arc;
        ++state.stage;
        state.centre.clear();
        state.optimizer = {0, state.optimizer.x, 0, {}};
    }
    if (state.finished) result.outcome = state.outcome;

    FitObjective objective(whole, parameters, model, setup.fit.gradient, {});
    describe(whole, parameters, objective, state.optimizer.x, model, result, {});
    result.iterations = static_cast<long>(state.history.size());
    result.seconds = state.seconds = seconds_before + watch.seconds();
    return result;
}

FitResult run_fit(const Observations& observations, const FitSetup& setup)
{
    FitState state;
    Control control;
    return run_fit(observations, setup, state, {}, control);
}

}  // namespace syzygy
