#include "physics/model/solution.hpp"

#include "core/base/not_finite.hpp"
#include "physics/bodies/invariants.hpp"
#include "physics/model/dynamics.hpp"
#include "physics/model/encounters.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// Dense output of so many points a step shows a distance's minimum between the steps.
constexpr std::size_t points_a_step = 4;

SolveTask<State> make_task(const SolutionRequest& request, const State& y0, double t0, double t1, std::stop_token stop)
{
    const PreparedData& data = *request.data;
    return {y0,
            t0,
            t1,
            request.options.solver,
            absolute_tolerance(request.options.solver, data.length, data.velocity),
            {},
            std::move(stop),
            data.epoch};
}

/// The times that the steps of the window end at where observations are stopped at.
std::vector<double> stops_of(const SolutionRequest& request)
{
    std::vector<double> stops;
    if (request.options.observe != "stop") return stops;
    for (const double t : request.data->times())
        if (t > request.data->t0 && t < request.data->t1 && (stops.empty() || stops.back() != t)) stops.push_back(t);
    return stops;
}

/// The gradient's evaluations up to which its errors are estimated beside it: 16 ms at 80 ns each, five times over.
constexpr long most_evaluations_estimated = 40'000;

void estimate_errors(const SolutionRequest& request, ThreeBodyGradient& gradient, std::stop_token stop)
{
    if (!gradient.outcome.ok() || gradient.error || request.options.correction ||
        gradient.forward.rhs_evaluations + gradient.backward.rhs_evaluations > most_evaluations_estimated ||
        find_gradient_method(request.gradient_method).solvers == SolverSupport::own)
        return;
    ModelOptions options = request.options;
    options.gradient.error_estimate = true;
    gradient.error = compute_gradient(*request.data, request.point, options, request.gradient_method, std::move(stop)).error;
}

/// Calls visit(trajectory) for the one or two trajectories in order of time.
template <class Visit>
void for_each_trajectory(const Solution& solution, Visit&& visit)
{
    visit(solution.window);
    if (solution.beyond) visit(*solution.beyond);
}

/// Along the trajectories that for_each(visit) visits, the first of which begins at the start.
template <class ForEach>
DriftSeries make_drift(const Solution& solution, const State& start, ForEach&& for_each)
{
    const PreparedData& data = *solution.data;
    const Eigen::Vector3d& masses = solution.point.masses;
    const auto at = [&](const State& state, double* scale) {
        return invariants(data.units, masses, state, solution.options.softening, scale);
    };
    double energy_scale = 0, momentum_scale = 0, angular_scale = 0;
    const Invariants first = at(start, &energy_scale);
    energy_scale = std::max(std::abs(first.energy), 1e-3 * energy_scale);
    Eigen::Vector3d mean_velocity = Eigen::Vector3d::Zero();
    if (masses.sum() > 0) mean_velocity = first.momentum / masses.sum();
    for (int body = 0; body < 3; ++body) {
        const Eigen::Vector3d q = start.segment<3>(3 * body) - first.centre_of_mass, v = start.segment<3>(9 + 3 * body);
        momentum_scale += masses[body] * v.norm();
        angular_scale += masses[body] * q.norm() * (v - mean_velocity).norm();
    }
    const auto relative = [](double change, double scale) { return scale > 0 ? change / scale : 0; };

    DriftSeries drift;
    for_each([&](const Trajectory<State>& trajectory) {
        // The second trajectory begins where the first ended.
        for (std::size_t n = drift.times.empty() ? 0 : 1; n < trajectory.times().size(); ++n) {
            const Invariants now = at(trajectory.states()[n], nullptr);
            drift.times.push_back(data.absolute(trajectory.times()[n]));
            drift.energy.push_back(relative(now.energy - first.energy, energy_scale));
            drift.momentum.push_back(relative((now.momentum - first.momentum).norm(), momentum_scale));
            drift.angular_momentum.push_back(
                relative((now.angular_momentum - first.angular_momentum).norm(), angular_scale));
        }
    });
    return drift;
}

/// Calls visit(t, state) along a trajectory, at points_a_step points of each step.
template <class Visit>
void for_each_point(const Trajectory<State>& trajectory, Visit&& visit)
{
    visit(trajectory.times().front(), trajectory.states().front());
    for (std::size_t n = 0; n + 1 < trajectory.times().size(); ++n) {
        for (std::size_t part = 1; part < points_a_step; ++part) {
            const double t = trajectory.times()[n] + static_cast<double>(part) / points_a_step * trajectory.steps()[n];
            visit(t, trajectory.at(t));
        }
        visit(trajectory.times()[n + 1], trajectory.states()[n + 1]);
    }
}

DistanceSeries make_distances(const Solution& solution)
{
    DistanceSeries series;
    const auto add = [&](double t, const State& state) {
        series.times.push_back(solution.data->absolute(t));
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto [i, j] = body_pairs[pair];
            series.pairs[pair].push_back((state.segment<3>(3 * j) - state.segment<3>(3 * i)).norm());
        }
    };
    for_each_trajectory(solution, [&](const Trajectory<State>& trajectory) {
        for_each_point(trajectory, [&](double t, const State& state) {
            // The second trajectory begins where the first ended.
            if (series.times.empty() || solution.data->absolute(t) > series.times.back()) add(t, state);
        });
    });
    return series;
}

/// Over all data from the window's start on, as far as the solve reaches.
ResidualSeries make_residuals(const Solution& solution, const PreparedData& data, std::stop_token stop)
{
    const auto times = data.times();
    const auto first = static_cast<std::size_t>(
        std::lower_bound(times.begin(), times.end(), solution.begin() - data.epoch) - times.begin());
    // Rounding of epochs: the window's own first row is always in.
    const std::size_t begin = first > 0 && data.absolute(times[first - 1]) >= solution.begin() ? first - 1 : first;
    std::size_t end = begin;
    while (end < times.size() && data.absolute(times[end]) <= solution.end()) ++end;
    const auto count = static_cast<Eigen::Index>(end - begin);

    ResidualSeries series;
    series.residual.setConstant(9, count, nan);
    if (data.sigmas_known) series.sigma.setConstant(9, count, nan);
    for (Eigen::Index column = 0; column < count; ++column) {
        if (column % 4096 == 0 && stop.stop_requested()) break;
        const std::size_t k = begin + static_cast<std::size_t>(column);
        const double time = data.absolute(times[k]);
        series.times.push_back(time);
        const State predicted = solution.compared(solution.at(time));
        for (int c = 0; c < 9; ++c) {
            const double weight = data.loss.weight(c, k);
            if (weight == 0) continue;
            series.residual(c, column) = predicted[c] - data.loss.observed(c, k);
            if (data.sigmas_known) series.sigma(c, column) = 1 / std::sqrt(weight);
        }
    }
    series.in_window = std::min(series.times.size(), solution.data->size());
    return series;
}

/// All series over the rows of `data` that the solve reaches.
std::vector<SeriesComparison> compare_series(const Solution& solution, const PreparedData& data, std::stop_token stop)
{
    std::vector<SeriesComparison> all;
    const auto times = data.times();
    for (std::size_t i = 0; i < data.series.size(); ++i) {
        SeriesComparison found;
        found.series = data.series[i];
        if (solution.point.offsets.size() > 0) found.offset = solution.point.offsets[static_cast<Eigen::Index>(i)];
        const int component = 18 + static_cast<int>(i);
        for (std::size_t k = 0; k < times.size(); ++k) {
            if (k % 4096 == 0 && stop.stop_requested()) return all;
            const double weight = data.loss.weight(component, k), time = data.absolute(times[k]);
            if (weight == 0 || time < solution.begin() || time > solution.end()) continue;
            const double value = data.loss.observed(component, k) - found.offset;
            found.times.push_back(time);
            found.values.push_back(value);
            found.residual.push_back(found.series.observable->value(solution.at(time), found.series.body) - value);
            found.sigma.push_back(1 / std::sqrt(weight));
            if (time <= solution.window_end()) found.in_window = found.times.size();
        }
        all.push_back(std::move(found));
    }
    return all;
}

std::vector<ObservableCurve> make_curves(const Solution& solution)
{
    std::vector<ObservableCurve> curves;
    for (const SeriesComparison& compared : solution.series) {
        const Observable* const observable = compared.series.observable;
        const int body = compared.series.body;
        if (std::ranges::any_of(curves, [&](const auto& curve) { return curve.observable == observable && curve.body == body; }))
            continue;
        curves.push_back({observable, body, {}, {}});
    }
    if (curves.empty()) return curves;
    const auto add = [&](double t, const State& state) {
        for (ObservableCurve& curve : curves) {
            curve.times.push_back(solution.data->absolute(t));
            curve.values.push_back(curve.observable->value(state, curve.body));
        }
    };
    for_each_trajectory(solution, [&](const Trajectory<State>& trajectory) { for_each_point(trajectory, add); });
    return curves;
}

}  // namespace

State Solution::at(double time) const
{
    const double t = time - data->epoch;
    const Trajectory<State>& part = beyond && t > window.times().back() ? *beyond : window;
    if (part.steps().empty()) return part.states().front();
    return part.at(std::clamp(t, part.times().front(), part.times().back()));
}

State Solution::compared(const State& state) const
{
    State result = state;
    if (data->reference < 0) return result;
    for (int block = 0; block < 6; ++block)
        result.segment<3>(3 * block) -= state.segment<3>(3 * data->reference + (block >= 3 ? 9 : 0));
    return result;
}

State propagate(const PreparedData& data, const ModelPoint& point, const ModelOptions& options, double from, double to,
                std::stop_token stop)
{
    if (from == to) return point.initial_state;
    NoObserver none;
    const SolveTask<State> task{point.initial_state,
                                0,
                                to - from,
                                options.solver,
                                absolute_tolerance(options.solver, data.length, data.velocity),
                                {},
                                std::move(stop),
                                from};
    const auto solved = with_dynamics(data.units, point, options, from,
                                      [&](const auto& dynamics) { return solve(dynamics, task, none); });
    return solved.outcome.ok() ? solved.y : State::Constant(nan).eval();
}

namespace {

void look_at_correction(const SolutionRequest& request, Solution& solution, std::stop_token stop)
{
    const PreparedData& data = *request.data;
    solution.correction =
        make_correction_series(sample_states(solution), data.units, request.options.softening,
                               {request.options.correction, request.point.correction}, request.point.masses);
    ModelOptions newton = request.options;
    newton.correction = nullptr;
    // As far as the model with it came: in sight is what both did.
    const double end = solution.end() - data.epoch;
    if (!(end > data.t0) || !request.point.initial_state.allFinite()) return;
    const Trajectory<State> without =
        with_dynamics(data.units, request.point, newton, data.epoch, [&](const auto& dynamics) {
            return record(dynamics, make_task(request, request.point.initial_state, data.t0, end, stop));
        });
    DriftSeries drift =
        make_drift(solution, without.states().front(), [&](auto&& visit) { visit(without); });
    solution.correction->newton_times = std::move(drift.times);
    solution.correction->newton_energy = std::move(drift.energy);
}

}  // namespace

Solution solve_model(const SolutionRequest& request, std::stop_token stop)
{
    const Stopwatch watch;
    const PreparedData& data = *request.data;
    Solution solution;
    solution.data = request.data;
    solution.point = request.point;
    solution.options = request.options;
    solution.gradient_method = request.gradient_method;
    solution.gradient = compute_gradient(data, request.point, request.options, request.gradient_method, stop);
    if (request.estimate_errors) estimate_errors(request, solution.gradient, stop);

    const auto record_task = [&](const SolveTask<State>& task) {
        return with_dynamics(data.units, request.point, request.options, data.epoch,
                             [&](const auto& dynamics) { return record(dynamics, task); });
    };
    const std::vector<double> stops = stops_of(request);
    SolveTask<State> task = make_task(request, request.point.initial_state, data.t0, data.t1, stop);
    task.stops = stops;
    solution.window = record_task(task);
    solution.outcome = with_encounter(solution.window.outcome, data.absolute(solution.window.times().back()),
                                      solution.window.states().back(), data.bodies, data.units);

    const double horizon = request.horizon - data.epoch;
    if (solution.outcome.ok() && horizon > data.t1) {
        task = make_task(request, solution.window.states().back(), data.t1, horizon, stop);
        // The steps go on as they were: the window's last one may have been cut short by its end.
        const auto& steps = solution.window.steps();
        if (find_method(task.options.method).adaptive() && steps.size() > 1)
            task.options.step = std::abs(steps[steps.size() - 2]);
        Trajectory<State> beyond = record_task(task);
        if (beyond.times().size() > 1) solution.beyond = std::move(beyond);
    }
    solution.drift = make_drift(solution, solution.window.states().front(),
                                [&](auto&& visit) { for_each_trajectory(solution, visit); });
    solution.distances = make_distances(solution);
    solution.residuals = make_residuals(solution, request.all_data ? *request.all_data : data, stop);
    solution.series = compare_series(solution, request.all_data ? *request.all_data : data, stop);
    solution.curves = make_curves(solution);
    if (request.options.correction) look_at_correction(request, solution, stop);
    solution.seconds = watch.seconds();
    return solution;
}

}  // namespace syzygy
