#pragma once

#include "core/gradient/method_info.hpp"
#include "core/gradient/observed_steps.hpp"
#include "core/gradient/sweep.hpp"

#include <vector>

namespace syzygy {

/// What the forward pass of ACA keeps. Reused from call to call, so that only a longer solve than any
/// before allocates.
template <class Problem>
struct AcaWorkspace {
    std::vector<Checkpoint<Problem>> checkpoints;        ///< N accepted steps and the end
    std::vector<typename Problem::Observed> cotangents;  ///< K: d term / d y at each observation time
    std::vector<typename Problem::Real> stops;
};

namespace detail {

/// The forward pass: keeps a checkpoint at each accepted step; `observations` works the loss out on the way.
template <class Problem, class Observations>
class AcaForward {
public:
    using Real = typename Problem::Real;

    AcaForward(const Problem& problem, AcaWorkspace<Problem>& workspace, Observations& observations)
        : problem_(problem), workspace_(workspace), observations_(observations)
    {
        workspace_.checkpoints.clear();
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        workspace_.checkpoints.push_back({step.t0(), step.h(), step.y0(), observations_.next()});
        if (problem_.trace) {
            trace(SweepEvent::Kind::step, step.t0(), step.t1());
            trace(SweepEvent::Kind::store, step.t0(), step.t1());
        }
        return observations_.accepted(step);
    }
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        if (problem_.trace) trace(SweepEvent::Kind::rejected, attempt.t, attempt.t + attempt.h);
    }

private:
    void trace(SweepEvent::Kind kind, Real t0, Real t1)
    {
        const auto kept = workspace_.checkpoints.size();
        const auto step = static_cast<long>(kept) - (kind == SweepEvent::Kind::rejected ? 0 : 1);
        problem_.trace->add(kind, step, static_cast<double>(t0), static_cast<double>(t1),
                            kept * sizeof(Checkpoint<Problem>));
    }

    const Problem& problem_;
    AcaWorkspace<Problem>& workspace_;
    Observations& observations_;
};

/// Sweeps back over all checkpoints. `before(n, start, end, cotangent)` is called before each step. False where the stop
/// token ended it.
template <class SweepType, class Problem, class Before>
bool sweep_back(SweepType& sweep, const Problem& problem, const AcaWorkspace<Problem>& workspace, Before&& before)
{
    using Kind = SweepEvent::Kind;
    const auto& checkpoints = workspace.checkpoints;
    const std::size_t last = checkpoints.size() - 1;
    auto* const trace = problem.trace;
    if (trace) trace->add_reverse(static_cast<double>(checkpoints[last].t), checkpoints[last].y, sweep.cotangent());
    for (std::size_t n = last; n-- > 0;) {
        if (problem.task.stop.stop_requested()) return false;
        const auto &start = checkpoints[n], &end = checkpoints[n + 1];
        const auto event = [&](Kind kind, std::size_t bytes) {
            trace->add(kind, static_cast<long>(n), static_cast<double>(start.t), static_cast<double>(end.t), bytes);
        };
        const std::size_t kept = (n + 1) * sizeof(Checkpoint<Problem>);
        if (trace) {
            event(Kind::load, kept);
            event(Kind::tape, kept + sweep.held_bytes());
        }
        before(n, start, end, sweep.cotangent());
        sweep.pull_back(start, end, {n == 0, n + 1 == last});
        if (trace) {
            event(Kind::pull_back, kept + sweep.held_bytes());
            event(Kind::discard, kept - sizeof(Checkpoint<Problem>));
            trace->add_reverse(static_cast<double>(start.t), start.y, sweep.whole_cotangent(start.t, start.y));
        }
    }
    sweep.finish(checkpoints[0]);
    return true;
}

/// The forward pass of every method that sweeps over checkpoints: solves, works the loss and its cotangents out, keeps a
/// checkpoint a step and one at the end. `result` gets outcome, loss and counts.
template <const auto& tableau, class Problem>
void checkpointed_solve(const Problem& problem, AcaWorkspace<Problem>& workspace,
                        GradientResult<typename Problem::System>& result)
{
    const Stopwatch watch;
    workspace.cotangents.resize(problem.loss->times().size());
    auto observations = observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
        result.loss += problem.loss->add(k, y, workspace.cotangents[k]);
    });
    AcaForward<Problem, decltype(observations)> observer(problem, workspace, observations);
    const auto solved = solve_with<tableau>(*problem.system, problem.task, observer);
    result.outcome = solved.outcome;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0, watch.seconds()};
    if (solved.outcome.ok()) workspace.checkpoints.push_back({solved.t, 0, solved.y, observations.next()});
}

/// What a finished sweep found, and what it took.
template <class SweepType, class Result>
void take_sweep(const SweepType& sweep, Result& result, double seconds)
{
    result.initial_state = sweep.initial_state();
    result.parameters = sweep.parameters();
    result.t0 = sweep.t0();
    result.t1 = sweep.t1();
    result.backward = {result.forward.accepted, 0, sweep.rhs_evaluations(), sweep.vjp_evaluations(), 0, seconds};
}

/// The outcome of a backward pass that the stop token ended.
inline Outcome stopped_backward()
{
    return {Status::stopped, "stopped on request during the backward pass"};
}

/// The backward pass of ACA; `before(sweep, n, start, end)` is called before each step.
template <const auto& tableau, Replay replay = Replay::taped, class Problem, class Before>
void aca_sweep(const Problem& problem, const AcaWorkspace<Problem>& workspace,
               GradientResult<typename Problem::System>& result, Before&& before)
{
    const Stopwatch watch;
    Sweep<tableau, Problem, replay> sweep(problem, workspace.cotangents);
    const auto hook = [&](std::size_t n, const auto& start, const auto& end, const auto&) { before(sweep, n, start, end); };
    if (!sweep_back(sweep, problem, workspace, hook)) {
        result.outcome = stopped_backward();
        return;
    }
    take_sweep(sweep, result, watch.seconds());
    result.checkpoint_bytes = workspace.checkpoints.size() * sizeof(Checkpoint<Problem>);
    result.tape_bytes_peak = sweep.held_bytes();
    result.graph_depth = result.forward.accepted * tableau.stages;
}

template <const auto& tableau, Replay replay = Replay::taped, class Problem>
GradientResult<typename Problem::System> aca_with(const Problem& problem, AcaWorkspace<Problem>& workspace)
{
    GradientResult<typename Problem::System> result;
    checkpointed_solve<tableau>(problem, workspace, result);
    if (result.outcome.ok()) aca_sweep<tableau, replay>(problem, workspace, result, [](auto&&...) {});
    return result;
}

/// The same with the method that the problem names.
template <Replay replay, class Problem>
GradientResult<typename Problem::System> checkpointed_gradient(const Problem& given, AcaWorkspace<Problem>& workspace)
{
    const Problem problem = with_stops(given, workspace.stops);
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        return aca_with<tableau, replay>(problem, workspace);
    });
}

}  // namespace detail

/// The adaptive checkpoint adjoint (Zhuang et al. 2020, algorithm 2): the exact gradient of the discrete
/// solution with the accepted steps held. Keeps (t, h, y) of each accepted step, replays one step at a time
/// and pulls the cotangent back through it; rejected attempts are left out. Memory: N states and one step.
template <class Problem>
GradientResult<typename Problem::System> aca(const Problem& given, AcaWorkspace<Problem>& workspace)
{
    return detail::checkpointed_gradient<Replay::taped>(given, workspace);
}

/// The same with the method of that tableau, whatever the options name: only it is compiled.
template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> aca(const Problem& given, AcaWorkspace<Problem>& workspace)
{
    return detail::aca_with<tableau>(with_stops(given, workspace.stops), workspace);
}
template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> aca(const Problem& given)
{
    AcaWorkspace<Problem> workspace;
    return aca<tableau>(given, workspace);
}

template <class Problem>
GradientResult<typename Problem::System> aca(const Problem& problem)
{
    AcaWorkspace<Problem> workspace;
    return aca(problem, workspace);
}

/// Its row of the table.
struct AcaMethod {
    static constexpr GradientMethodInfo info{
        "aca",
        "Adaptive checkpoint adjoint",
        "Zhuang et al., ICML 2020, arXiv:2006.02493, algorithm 2",
        "keeps each accepted state, replays one step at a time; exact for the steps taken",
        Claim::discrete,
        SolverSupport::all,
        "N L (m + 1)",
        "L + N",
        "N L",
        "Every accepted state is kept on the way forward and taken up again on the way back, so the reverse trajectory lies "
        "on the forward one. Only one step at a time is held whole: memory rises by one state a step and falls again."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return aca(problem);
    }
};

}  // namespace syzygy
