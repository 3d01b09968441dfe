#pragma once

#include "core/gradient/observed_steps.hpp"
#include "core/gradient/sweep.hpp"

#include <vector>

/// The two passes of every method that keeps part of an adaptive solve and sweeps back over it. A method defines what it keeps,
/// as in the checkpoint scheme of SUNDIALS, which asks what needs saving, inserts, loads and removes (Serban and Hindmarsh,
/// CVODES, 2005, sec. 2):
///
///     struct Keeper {
///         static constexpr bool whole_steps;  // steps are kept with their stages and tapes, and the sweep evaluates nothing
///         static constexpr bool stays;        // what load() returns stays at its address until it is dropped
///         void clear();
///         void offer(StepType& step, long n, std::size_t first_observation, const Tell& tell);  // step n was accepted
///         void attempted(const StepType& step, const Attempt<Real>& attempt, std::size_t first_observation);  // optional
///         const Checkpoint<Problem>* load(long n, const Tell& tell);  // where step n begins; null if the stop token ended it
///         void pull_back(SweepType& sweep, long n, const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, StepEdges edges);
///         void drop(long n, Real t0, Real t1, const Tell& tell);      // step n, from t0 to t1, is no longer needed
///         std::size_t bytes() const;                                  // held now
///     };
///
/// A keeper calls `tell(kind, n, t0, t1)` for each action, in order; a trace records the action and the bytes then held.
namespace syzygy::detail {

/// Reports to the trace, if there is one.
template <class Problem, class Keeper>
class KeeperTrace {
public:
    using Real = typename Problem::Real;

    KeeperTrace(const Problem& problem, const Keeper& keeper) : problem_(problem), keeper_(keeper) {}

    /// `beside`: bytes held in addition to the keeper's bytes.
    void operator()(SweepEvent::Kind kind, long n, Real t0, Real t1, std::size_t beside = 0) const
    {
        if (problem_.trace)
            problem_.trace->add(kind, n, static_cast<double>(t0), static_cast<double>(t1), keeper_.bytes() + beside);
    }

private:
    const Problem& problem_;
    const Keeper& keeper_;
};

/// Observer of every step of the forward pass: `observations` computes the loss on the way, and the keeper stores.
template <class Problem, class Keeper, class Observations>
class KeptForward {
public:
    using Real = typename Problem::Real;

    KeptForward(const Problem& problem, Keeper& keeper, Observations& observations)
        : keeper_(keeper), observations_(observations), tell_(problem, keeper)
    {
        keeper_.clear();
    }

    template <class StepType>
    void attempted(const StepType& step, const Attempt<Real>& attempt)
        requires requires(Keeper& keeper, std::size_t first) { keeper.attempted(step, attempt, first); }
    {
        keeper_.attempted(step, attempt, observations_.next());
    }
    template <class StepType>
    Continue accepted(StepType& step)
    {
        const std::size_t first = observations_.next();
        const Continue answer = observations_.accepted(step);
        keeper_.offer(step, accepted_++, first, tell_);
        return answer;
    }
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        tell_(SweepEvent::Kind::rejected, accepted_, attempt.t, attempt.t + attempt.h);
    }

private:
    Keeper& keeper_;
    Observations& observations_;
    KeeperTrace<Problem, Keeper> tell_;
    long accepted_ = 0;
};

/// The forward pass: solves, computes the loss and its cotangents, and stores. `result` receives outcome, loss and counts.
/// Returns the end of the solve.
template <const auto& tableau, class Problem, class Keeper>
Checkpoint<Problem> kept_solve(const Problem& problem, Keeper& keeper, std::vector<typename Problem::Observed>& cotangents,
                               GradientResult<typename Problem::System>& result)
{
    const Stopwatch watch;
    cotangents.resize(problem.loss->times().size());
    auto observations = observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
        result.loss += problem.loss->add(k, y, cotangents[k]);
    });
    KeptForward<Problem, Keeper, decltype(observations)> observer(problem, keeper, observations);
    const auto solved = solve_with<tableau, Keeper::whole_steps>(*problem.system, problem.task, observer);
    result.outcome = solved.outcome;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0, watch.seconds()};
    return {solved.t, 0, solved.y, observations.next()};
}

/// The backward pass over `steps` steps, the last of which ended at `end`. `before(n, start, end)` is called before each step.
/// Returns false if the stop token ended the sweep.
template <class Problem, class Keeper, class SweepType, class Before>
bool kept_sweep(const Problem& problem, Keeper& keeper, SweepType& sweep, Checkpoint<Problem> end, long steps, Before&& before)
{
    using Kind = SweepEvent::Kind;
    const KeeperTrace<Problem, Keeper> tell(problem, keeper);
    auto* const trace = problem.trace;
    const Checkpoint<Problem>* end_at = &end;
    if (trace) trace->add_reverse(static_cast<double>(end.t), end.y, sweep.cotangent());
    for (long n = steps; n-- > 0;) {
        if (problem.task.stop.stop_requested()) return false;
        const Checkpoint<Problem>* const start = keeper.load(n, tell);
        if (!start) return false;
        const std::size_t held = Keeper::whole_steps ? SweepType::cotangent_bytes() : sweep.held_bytes();
        if constexpr (!Keeper::whole_steps) tell(Kind::tape, n, start->t, end_at->t, held);
        before(n, *start, *end_at);
        keeper.pull_back(sweep, n, *start, *end_at, {n == 0, n + 1 == steps});
        tell(Kind::pull_back, n, start->t, end_at->t, held);
        if (trace) trace->add_reverse(static_cast<double>(start->t), start->y, sweep.whole_cotangent(start->t, start->y));
        const typename Problem::Real t0 = start->t, t1 = end_at->t;
        if constexpr (Keeper::stays) {
            end_at = start;
        } else {
            end = *start;
            end_at = &end;
        }
        keeper.drop(n, t0, t1, tell);
    }
    sweep.finish(*end_at);
    return true;
}

/// Copies the results and the counts of a finished sweep.
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

}  // namespace syzygy::detail
