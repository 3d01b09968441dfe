#pragma once

#include "core/gradient/aca.hpp"

#include <string>
#include <vector>

/// Estimates, from a run itself, how far its loss and gradient are from the exact solution's loss and gradient.
///
/// The local error e_n of a step is its difference from two half steps with the same start, times Richardson's factor
/// 2^p / (2^p - 1). The cotangent after the step weights e_n by its effect on the loss (dual-weighted residual; Becker and
/// Rannacher, Acta Numerica 10, 1 (2001), sec. 2; Cao and Petzold, SIAM J. Sci. Comput. 26, 359 (2004)):
///
///     loss error = sum_n mean lambda_{n+1} . e_n + sum_k mean w_k . (error of the dense output at observation k)
///
/// `mean` averages the cotangents of the solve and the cotangents of a second solve over the half steps. The mean includes the
/// second order of the loss and of the flow (the trapezoidal rule for a difference of loss values; Becker and Rannacher, prop.
/// 2.2), which near a minimum is the whole error. The gradient error is the difference from the second solve's gradient, times
/// the same factor; the loss of the second solve is the witness that checks the estimate.
namespace syzygy {

/// The numbers by which an estimate of the loss error is judged.
struct ErrorEvidence {
    double loss_error = 0;         ///< the estimate
    double witness = 0;            ///< loss minus the second solve's loss, times Richardson's factor
    double second_order = 0;       ///< part of the estimate due to the difference of the cotangents
    double shares = 0;             ///< sum of the absolute values of all terms of the estimate
    double rounding = 0;           ///< rounding error of the loss, propagated
    double gradient_error = 0;     ///< relative
};

/// Why the estimate is not to be trusted, in words for the user; "" if it can be trusted.
std::string doubt_of(const ErrorEvidence& evidence);

namespace detail {

/// 2^order / (2^order - 1): the error of a step from its difference to two half steps (Hairer, Norsett, Wanner I, II.4.4).
template <class Real>
constexpr Real richardson_factor(int order)
{
    const Real power = static_cast<Real>(1L << order);
    return power / (power - 1);
}

/// The grid with every step halved.
template <class Problem>
StepGrid<typename Problem::Real> halved(const std::vector<Checkpoint<Problem>>& checkpoints)
{
    using Real = typename Problem::Real;
    StepGrid<Real> grid;
    grid.t.push_back(checkpoints.front().t);
    for (std::size_t n = 0; n + 1 < checkpoints.size(); ++n) {
        const Real start = checkpoints[n].t, end = checkpoints[n + 1].t, middle = start + checkpoints[n].h / 2;
        grid.t.insert(grid.t.end(), {middle, end});
        grid.h.insert(grid.h.end(), {middle - start, end - middle});
    }
    return grid;
}

/// Repeats steps, whole and as two half steps, to find their local errors.
template <const auto& tableau, class Problem>
class StepDoubling {
public:
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using Observed = typename Problem::Observed;

    explicit StepDoubling(const Problem& problem)
        : times_(problem.loss->times()), whole_(*problem.system), half_(*problem.system)
    {
    }

    /// The local error of the step from `start` to `end`; inside(k, error) receives the error of the dense output at each
    /// observation inside the step.
    template <class Inside>
    State operator()(const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, Inside&& inside)
    {
        std::size_t k = start.first_observation, inside_end = end.first_observation;
        while (inside_end > k && times_[inside_end - 1] == end.t) --inside_end;
        const Real middle = start.t + start.h / 2;
        const bool dense = k < inside_end;
        Polynomial whole, part;
        if (dense) {
            whole_.start(start.t, start.y);
            whole_.compute(start.h);
            whole_.finish(end.t);
            whole_.template dense_polynomial<rows>(whole);
        }
        const auto visit = [&](Real until) {
            const Real direction = start.h > 0 ? 1 : -1;
            if (!(k < inside_end && direction * times_[k] < direction * until)) return;
            half_.template dense_polynomial<rows>(part);
            for (; k < inside_end && direction * times_[k] < direction * until; ++k) {
                Observed of_whole, of_part;
                evaluate_polynomial(whole, whole_.y0().template head<rows>(), whole_.theta(times_[k]), of_whole);
                evaluate_polynomial(part, half_.y0().template head<rows>(), half_.theta(times_[k]), of_part);
                inside(k, Observed(dense_factor * (of_whole - of_part)));
            }
        };
        half_.start(start.t, start.y);
        half_.compute(middle - start.t);
        half_.finish(middle);
        visit(middle);
        half_.advance();
        half_.compute(end.t - middle);
        if (k < inside_end) {
            half_.finish(end.t);
            visit(end.t);
        }
        return richardson_factor<Real>(tableau.order) * (end.y - half_.y1());
    }

    long evaluations() const { return whole_.evaluations() + half_.evaluations(); }

private:
    static constexpr int rows = Observed::RowsAtCompileTime;
    /// The order of the dense output's local error: its degree or the order of the step, whichever is less, plus one.
    static constexpr Real dense_factor = richardson_factor<Real>(std::min(tableau.dense_degree, tableau.order) + 1);
    using StepType = Step<tableau, typename Problem::System>;
    using Polynomial = std::array<Observed, tableau.dense_degree>;

    std::span<const Real> times_;
    StepType whole_, half_;
};

/// The full cotangent at the end of a step, before the sweep pulls the step back: includes the cotangent that waits for the next
/// first stage, and the observations at the end itself. Costs one vjp.
template <class SweepType, class Problem>
typename Problem::State end_cotangent(const SweepType& sweep, const Problem& problem, const AcaWorkspace<Problem>& workspace,
                                      const Checkpoint<Problem>& end)
{
    typename Problem::State cotangent = sweep.whole_cotangent(end.t, end.y);
    for (std::size_t k = end.first_observation; k-- > 0 && problem.loss->times()[k] == end.t;)
        cotangent.template head<Problem::Observed::RowsAtCompileTime>() += workspace.cotangents[k];
    return cotangent;
}

/// ACA over the half steps, and its cotangents at the ends of the whole steps.
template <class Problem>
struct SecondSolve {
    GradientResult<typename Problem::System> result;
    AcaWorkspace<Problem> workspace;
    std::vector<typename Problem::State> cotangents;
};

template <const auto& tableau, class Problem>
SecondSolve<Problem> second_solve(const Problem& given, const std::vector<Checkpoint<Problem>>& checkpoints)
{
    SecondSolve<Problem> second;
    const StepGrid<typename Problem::Real> halves = halved(checkpoints);
    Problem problem = given;
    problem.task.grid = &halves;
    problem.trace = nullptr;
    second.cotangents.resize(checkpoints.size() - 1);
    checkpointed_solve<tableau>(problem, second.workspace, second.result);
    if (second.result.outcome.ok())
        aca_sweep<tableau>(problem, second.workspace, second.result,
                           [&](const auto& sweep, std::size_t n, const auto&, const auto& end) {
                               if (n % 2 == 1) second.cotangents[n / 2] = end_cotangent(sweep, problem, second.workspace, end);
                           });
    return second;
}

/// Computes the loss error and the shares of the steps; returns the evidence to judge them by. `cotangents`: from the first
/// solve, at the ends of its steps.
template <const auto& tableau, class Problem>
ErrorEvidence sum_shares(const Problem& problem, const AcaWorkspace<Problem>& workspace,
                         const std::vector<typename Problem::State>& cotangents, const SecondSolve<Problem>& second,
                         ErrorEstimate<typename Problem::Real>& error)
{
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using std::abs, std::sqrt;
    const auto& checkpoints = workspace.checkpoints;
    StepDoubling<tableau, Problem> doubling(problem);
    Real second_order = 0, rounding_squares = 0, absolute = 0;
    error.step_shares.assign(cotangents.size(), 0);
    for (std::size_t n = 0; n < cotangents.size() && !problem.task.stop.stop_requested(); ++n) {
        const auto add = [&](Real by_first, Real by_second) {
            const Real mean = (by_first + by_second) / 2;
            error.step_shares[n] += mean;
            error.loss_error += mean;
            second_order += (by_second - by_first) / 2;
            absolute += abs(mean);
        };
        const auto inside = [&](std::size_t k, const typename Problem::Observed& of_dense) {
            add(workspace.cotangents[k].dot(of_dense), second.workspace.cotangents[k].dot(of_dense));
        };
        const State local = doubling(checkpoints[n], checkpoints[n + 1], inside);
        add(cotangents[n].dot(local), second.cotangents[n].dot(local));
        const Real rounding = cotangents[n].cwiseAbs().dot(checkpoints[n + 1].y.cwiseAbs());
        rounding_squares += rounding * rounding;
    }
    error.counts.rhs_evaluations += doubling.evaluations();
    return {static_cast<double>(error.loss_error), 0, static_cast<double>(second_order), static_cast<double>(absolute),
            static_cast<double>(sqrt(rounding_squares)), 0};
}

/// |error| / |gradient|, over parameters and initial state.
template <class Result>
auto relative_gradient_error(const Result& result)
{
    using std::sqrt;
    return sqrt((result.error->parameters_error.squaredNorm() + result.error->initial_state_error.squaredNorm()) /
                (result.parameters.squaredNorm() + result.initial_state.squaredNorm()));
}

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> aca_with_error(const Problem& problem, AcaWorkspace<Problem>& workspace)
{
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    GradientResult<typename Problem::System> result;
    checkpointed_solve<tableau>(problem, workspace, result);
    if (!result.outcome.ok()) return result;
    std::vector<State> cotangents(workspace.checkpoints.size() - 1);
    aca_sweep<tableau>(problem, workspace, result, [&](const auto& sweep, std::size_t n, const auto&, const auto& end) {
        cotangents[n] = end_cotangent(sweep, problem, workspace, end);
    });
    if (!result.outcome.ok()) return result;

    const Stopwatch watch;
    const auto second = second_solve<tableau>(problem, workspace.checkpoints);
    ErrorEstimate<Real>& error = result.error.emplace();
    const auto steps = static_cast<long>(cotangents.size());
    error.counts = {2 * steps, 0, second.result.forward.rhs_evaluations + second.result.backward.rhs_evaluations,
                    second.result.backward.vjp_evaluations + 2 * steps};
    constexpr Real factor = richardson_factor<Real>(tableau.order);
    error.loss_witness = factor * (result.loss - second.result.loss);
    error.parameters_error = factor * (result.parameters - second.result.parameters);
    error.initial_state_error = factor * (result.initial_state - second.result.initial_state);
    if (second.result.outcome.ok()) {
        ErrorEvidence evidence = sum_shares<tableau>(problem, workspace, cotangents, second, error);
        error.gradient_error = relative_gradient_error(result);
        evidence.witness = static_cast<double>(error.loss_witness);
        evidence.rounding = static_cast<double>(std::numeric_limits<Real>::epsilon()) *
                            (evidence.rounding + std::abs(static_cast<double>(result.loss)));
        evidence.gradient_error = static_cast<double>(error.gradient_error);
        error.doubt = doubt_of(evidence);
    } else {
        constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
        error.loss_error = error.loss_witness = error.gradient_error = nan;
        error.parameters_error.setConstant(nan);
        error.initial_state_error.setConstant(nan);
        error.counts.accepted = second.result.forward.accepted;
        error.counts.vjp_evaluations = second.result.backward.vjp_evaluations + steps;
        error.doubt = "a second solve at half the steps was not possible: " + second.result.outcome.reason;
    }
    error.loss_corrected = result.loss - error.loss_error;
    error.trusted = error.doubt.empty();
    error.counts.seconds = watch.seconds();
    if (problem.task.stop.stop_requested()) {
        result.outcome = {Status::stopped, "stopped on request during the error estimate"};
        result.error.reset();
    }
    return result;
}

}  // namespace detail

/// ACA with an estimate of its own errors in `error`. Takes about four times as long as ACA alone.
template <class Problem>
GradientResult<typename Problem::System> aca_with_error(const Problem& given)
{
    AcaWorkspace<Problem> workspace;
    const Problem problem = with_stops(given, workspace.stops);
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        return detail::aca_with_error<tableau>(problem, workspace);
    });
}

}  // namespace syzygy
