#pragma once

#include "core/gradient/error_estimate.hpp"
#include "core/gradient/forward.hpp"

#include <algorithm>
#include <cmath>

/// Choosing the steps of a gradient by a criterion other than the error of the state: `--control tangents` and `goal`. Each finds
/// a grid; any method that differentiates given steps then runs along the grid (SolveTask::grid).
namespace syzygy {

/// A grid, the outcome of the search for it, and the counts of the search.
template <class Real>
struct GridSearch {
    Outcome outcome;
    StepGrid<Real> grid;
    PassCounts forward, backward;
};

namespace detail {

template <class Counts>
void add_counts(Counts& sum, const Counts& more)
{
    sum.rejected += more.rejected;
    sum.rhs_evaluations += more.rhs_evaluations;
    sum.vjp_evaluations += more.vjp_evaluations;
    sum.jvp_evaluations += more.jvp_evaluations;
    sum.seconds += more.seconds;
}

/// The steps of a solve of the state with all tangents in the error norm: one tangent per parameter and per component of the
/// initial state, each scaled by its typical magnitude. A tangent may therefore err by the tolerance of its component.
template <const auto& tableau, class Problem>
GridSearch<typename Problem::Real> tangent_grid(const Problem& problem)
{
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    constexpr int parameters = System::Parameters::RowsAtCompileTime, states = State::RowsAtCompileTime;
    constexpr int count = parameters + states;
    using Tangents = TangentSystem<System, count>;

    typename Tangents::ParameterTangents parameter_tangents(parameters, count);
    parameter_tangents.setZero();
    parameter_tangents.leftCols(parameters) = problem.typical_parameters.asDiagonal();
    Eigen::Matrix<typename State::Scalar, states, count> initial_tangents;
    initial_tangents.setZero();
    initial_tangents.rightCols(states) = problem.typical_state.asDiagonal();

    const Tangents tangents(*problem.system, parameter_tangents, true);
    const typename Tangents::State initial = tangents.initial(problem.task.y0, initial_tangents);
    SolveTask<typename Tangents::State> task{initial, problem.task.t0, problem.task.t1, problem.task.options,
                                             initial, problem.task.stops, problem.task.stop, problem.task.epoch};
    task.atol.colwise() = problem.task.atol;
    GridSearch<Real> search;
    const Stopwatch watch;
    GridRecorder<Real> recorder(search.grid, task.t0);
    const auto solved = solve_with<tableau>(tangents, task, recorder);
    search.outcome = solved.outcome;
    search.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0,
                      solved.counts.rhs_evaluations * count, watch.seconds()};
    return search;
}

/// Steps redistributed so that each has the same share. With share = kappa |h|^(p+1), the fewest steps whose shares sum to
/// `target` are h(t) = alpha kappa(t)^(-1/(p+1)) (Cao and Petzold 2004, sec. 4; equal shares). A step ends at every stop; no step
/// is longer than `max_step` (0: no limit).
template <class Real>
StepGrid<Real> redistributed(const StepGrid<Real>& old, std::span<const Real> shares, std::span<const Real> stops, int order,
                             Real target, Real max_step)
{
    using std::abs, std::pow;
    constexpr Real longest = 3;     ///< a step is at most this many times as long as before,
    constexpr Real shortest = 10;   ///< at least 1 / this as long as before,
    constexpr Real roughness = 4;   ///< and the wishes of neighbours differ at most by this factor: a share near 0 is chance
    const std::size_t steps = old.h.size();
    std::vector<Real> wish(steps);  // kappa^(1/(p+1)): inverse to the step size wanted
    for (std::size_t n = 0; n < steps; ++n) wish[n] = pow(abs(shares[n]), Real(1) / Real(order + 1)) / abs(old.h[n]);
    for (std::size_t n = 1; n < steps; ++n) wish[n] = std::max(wish[n], wish[n - 1] / roughness);
    for (std::size_t n = steps - 1; n-- > 0;) wish[n] = std::max(wish[n], wish[n + 1] / roughness);
    Real sum = 0;
    for (std::size_t n = 0; n < steps; ++n) sum += wish[n] * abs(old.h[n]);
    const Real alpha = pow(target / sum, Real(1) / Real(order));

    // Number of new steps per old step; then each stretch between two stops gets a whole number of steps.
    StepGrid<Real> grid;
    grid.t.push_back(old.t.front());
    std::vector<Real> density(steps);
    for (std::size_t n = 0; n < steps; ++n) {
        const Real least = max_step > 0 ? std::max(1 / longest, abs(old.h[n]) / max_step) : 1 / longest;
        density[n] = std::clamp(wish[n] * abs(old.h[n]) / alpha, least, std::max(least, shortest));
    }
    for (std::size_t begin = 0, stop = 0; begin < steps; ++stop) {
        std::size_t end = steps;
        if (stop < stops.size()) {
            end = begin;
            while (old.t[end] != stops[stop]) ++end;
        }
        Real amount = 0;
        for (std::size_t n = begin; n < end; ++n) amount += density[n];
        const Real count = std::ceil(amount);
        std::size_t n = begin;
        Real before = 0;  // part of the amount before old step n
        for (Real i = 1; i < count; ++i) {
            const Real wanted = amount * i / count;
            while (before + density[n] < wanted && n + 1 < end) before += density[n++];
            grid.t.push_back(old.t[n] + old.h[n] * (wanted - before) / density[n]);
        }
        grid.t.push_back(old.t[end]);
        begin = end;
    }
    for (std::size_t n = 0; n + 1 < grid.t.size(); ++n) grid.h.push_back(grid.t[n + 1] - grid.t[n]);
    return grid;
}

/// The contribution of each step to the error of the gradient: the change of its share of the loss error along the direction of
/// the largest gradient error, in units of the typical magnitudes, from the difference to an estimate a little further along this
/// direction over the same steps. Empty if it cannot be computed.
template <const auto& tableau, class Problem>
std::vector<typename Problem::Real> gradient_shares(const Problem& problem, const StepGrid<typename Problem::Real>& grid,
                                                    const ErrorEstimate<typename Problem::Real>& error, PassCounts& counts)
{
    using Real = typename Problem::Real;
    using std::sqrt;
    constexpr Real distance = Real(1e-5);
    const auto parameters = error.parameters_error.cwiseProduct(problem.typical_parameters).eval();
    const auto state = error.initial_state_error.cwiseProduct(problem.typical_state).eval();
    const Real norm = sqrt(parameters.squaredNorm() + state.squaredNorm());
    if (!(norm > 0)) return {};
    auto system = *problem.system;
    system.set_parameters(system.parameters() + distance / norm * parameters.cwiseProduct(problem.typical_parameters));
    Problem moved = problem;
    moved.trace = nullptr;
    moved.task.grid = &grid;
    moved.system = &system;
    moved.task.y0 += distance / norm * state.cwiseProduct(problem.typical_state);
    AcaWorkspace<Problem> workspace;
    const auto further = aca_with_error<tableau>(moved, workspace);
    for (const PassCounts& pass : {further.forward, further.backward}) add_counts(counts, pass);
    if (!further.error) return {};
    add_counts(counts, further.error->counts);
    if (further.error->step_shares.size() != grid.h.size()) return {};
    std::vector<Real> shares(grid.h.size());
    for (std::size_t n = 0; n < shares.size(); ++n)
        shares[n] = (further.error->step_shares[n] - error.step_shares[n]) / distance;
    return shares;
}

template <class Real>
Real absolute_sum(const std::vector<Real>& values)
{
    using std::abs;
    Real sum = 0;
    for (const Real value : values) sum += abs(value);
    return sum;
}

/// Steps whose shares of the loss error sum, in absolute value, to less than the goal tolerance: found from a loose solve, and
/// redistributed by the estimate of each round. Shares of the gradient error and of the loss error count equally, each as a
/// fraction of its sum, so the same steps serve the gradient (measured on the ACA example: a quarter fewer steps for the same
/// gradient error than with the loss alone). The outcome reports if the tolerance is not reached.
template <const auto& tableau, class Problem>
GridSearch<typename Problem::Real> goal_grid(const Problem& problem)
{
    using Real = typename Problem::Real;
    using std::abs;
    constexpr int rounds = 20;
    constexpr Real loosest = Real(1e-4), aim = Real(0.7);
    const auto goal = static_cast<Real>(problem.options.goal_tol);

    GridSearch<Real> search;
    Problem trial = problem;
    trial.trace = nullptr;
    AcaWorkspace<Problem> workspace;
    Real rtol = std::max(loosest, static_cast<Real>(problem.task.options.rtol));
    StepGrid<Real> next;
    Real reached = std::numeric_limits<Real>::infinity();
    int stalls = 0;
    for (int round = 0; round < rounds; ++round) {
        if (!trial.task.grid) {
            trial.task.options.rtol = static_cast<double>(rtol);
            trial.task.atol = problem.task.atol * (rtol / static_cast<Real>(problem.task.options.rtol));
        }
        const auto tried = aca_with_error<tableau>(trial, workspace);
        add_counts(search.forward, tried.forward);
        add_counts(search.backward, tried.backward);
        search.outcome = tried.outcome;
        if (tried.outcome.status == Status::stopped) return search;
        // The evaluation limit allows no more steps than this.
        if (tried.outcome.status == Status::evaluation_limit && trial.task.grid) return search;
        Real shares = std::numeric_limits<Real>::infinity();
        if (tried.error && tried.error->step_shares.size() > 0) {
            add_counts(search.backward, tried.error->counts);
            shares = absolute_sum(tried.error->step_shares);
        }
        // Until the error of a solve falls with its steps, the solve does not show where steps are needed.
        if (!(shares < std::numeric_limits<Real>::infinity()) ||
            abs(tried.error->loss_error - tried.error->loss_witness) > std::max(shares, goal) / 2) {
            if (rtol < Real(1e-13)) break;
            rtol /= 10;
            trial.task.grid = nullptr;
            continue;
        }
        const auto& points = workspace.checkpoints;
        search.grid.t.assign(1, points.front().t);
        search.grid.h.clear();
        for (std::size_t n = 0; n + 1 < points.size(); ++n) {
            search.grid.t.push_back(points[n + 1].t);
            search.grid.h.push_back(points[n].h);
        }
        // If more steps no longer help, only rounding is left.
        if (trial.task.grid && !(shares < reached / 2)) ++stalls;
        reached = std::min(reached, shares);
        if (shares < goal && trial.task.grid) return search;
        if (stalls == 2) break;
        std::vector<Real> wanted = tried.error->step_shares;
        const auto of_gradient = gradient_shares<tableau>(problem, search.grid, *tried.error, search.backward);
        const Real scale = of_gradient.empty() ? 0 : shares / absolute_sum(of_gradient);
        if (std::isfinite(scale) && scale > 0)
            for (std::size_t n = 0; n < wanted.size(); ++n) wanted[n] = (abs(wanted[n]) + scale * abs(of_gradient[n])) / 2;
        next = redistributed<Real>(search.grid, wanted, problem.task.stops, tableau.order, aim * goal,
                                   static_cast<Real>(problem.task.options.max_step));
        trial.task.grid = &next;
    }
    if (search.outcome.ok())
        search.outcome = {Status::no_progress, fmt::format("the steps' shares of the loss error sum to {:.3g} at best; the goal "
                                                           "tolerance is {:.3g}", static_cast<double>(reached),
                                                           static_cast<double>(goal))};
    return search;
}

/// The grid that the options ask for: control "tangents" or "goal". The problem's stops must be set.
template <class Problem>
GridSearch<typename Problem::Real> find_grid(const Problem& problem)
{
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        if constexpr (tableau.adaptive())
            return problem.options.control == "goal" ? goal_grid<tableau>(problem) : tangent_grid<tableau>(problem);
        else
            return GridSearch<typename Problem::Real>{};  // checked_gradient_row refuses such methods
    });
}

/// Sets the estimate for a result of another method, whose gradient may differ from ACA's gradient along the same steps.
template <class Result, class AcaResult>
void take_estimate(Result& result, const AcaResult& aca)
{
    result.error = aca.error;
    auto& error = *result.error;
    error.loss_error += result.loss - aca.loss;
    error.parameters_error += result.parameters - aca.parameters;
    error.initial_state_error += result.initial_state - aca.initial_state;
    error.gradient_error = relative_gradient_error(result);
    error.counts.rhs_evaluations += aca.forward.rhs_evaluations + aca.backward.rhs_evaluations;
    error.counts.vjp_evaluations += aca.backward.vjp_evaluations;
    error.counts.seconds += aca.forward.seconds + aca.backward.seconds;
}

/// With given steps the forward trajectory is the sweep's own, not an adaptive solve's.
template <class State>
void take_own_steps(GradientTrace<State>& trace)
{
    trace.own_times.assign(trace.reverse_times.rbegin(), trace.reverse_times.rend());
    trace.own_states.assign(trace.reverse_states.rbegin(), trace.reverse_states.rend());
}

}  // namespace detail

/// Runs a method with the options common to all methods: steps chosen for the tangents or a goal, with the search counted in the
/// passes in addition to the differentiated steps; and the estimate of its errors, by ACA along the same steps.
template <class Problem>
GradientResult<typename Problem::System> run_as_asked(const GradientMethodInfo& info, GradientRun<Problem> run,
                                                      const Problem& given)
{
    GradientResult<typename Problem::System> result;
    std::vector<typename Problem::Real> stops;
    Problem problem = with_stops(given, stops);
    GridSearch<typename Problem::Real> search;
    if (problem.options.control != "state") {
        search = detail::find_grid(problem);
        problem.task.grid = &search.grid;
        result.outcome = search.outcome;
    }
    if (result.outcome.ok() && problem.options.error_estimate && info.id == AcaMethod::info.id) {
        result = aca_with_error(problem);
    } else if (result.outcome.ok()) {
        result = run(problem);
        if (result.outcome.ok() && problem.options.error_estimate) {
            problem.trace = nullptr;
            const auto beside = aca_with_error(problem);
            result.outcome = beside.outcome;
            if (beside.error) detail::take_estimate(result, beside);
        }
    }
    if (problem.task.grid) {
        if (given.trace) detail::take_own_steps(*given.trace);
        detail::add_counts(result.forward, search.forward);
        detail::add_counts(result.backward, search.backward);
    }
    return result;
}

}  // namespace syzygy
