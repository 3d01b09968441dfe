#pragma once

#include "core/gradient/aca.hpp"

#include <cmath>
#include <utility>
#include <vector>

namespace syzygy {

/// All that a reversible method keeps of an accepted step: its start time and its size. No state.
template <class Real>
struct HeldStep {
    Real t, h;
    std::size_t first_observation;  ///< the first observation after t
};

/// The observations of a step: first those inside the step, then those at its end.
struct ObservationRange {
    std::size_t begin, inside_end, end;
    bool any_inside() const { return inside_end > begin; }
};

template <class Real>
ObservationRange observations_of(const HeldStep<Real>& start, const HeldStep<Real>& end, std::span<const Real> times)
{
    ObservationRange range{start.first_observation, end.first_observation, end.first_observation};
    while (range.inside_end > range.begin && times[range.inside_end - 1] == end.t) --range.inside_end;
    return range;
}

namespace detail {

/// The forward pass: records the accepted steps; `observations` computes the loss on the way. Keeps states only for a trace.
template <class Problem, class Observations>
class ReversibleForward {
public:
    using Real = typename Problem::Real;
    using State = typename Problem::State;

    ReversibleForward(const Problem& problem, std::vector<HeldStep<Real>>& held, Observations& observations)
        : problem_(problem), held_(held), observations_(observations)
    {
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        held_.push_back({step.t0(), step.h(), observations_.next()});
        if (problem_.trace) {
            problem_.trace->add_own(static_cast<double>(step.t0()), step.y0());
            trace(SweepEvent::Kind::step, held_.size() - 1, step.t0(), step.t1());
        }
        return observations_.accepted(step);
    }
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        if (problem_.trace) trace(SweepEvent::Kind::rejected, held_.size(), attempt.t, attempt.t + attempt.h);
    }

private:
    void trace(SweepEvent::Kind kind, std::size_t step, Real t0, Real t1)
    {
        problem_.trace->add(kind, static_cast<long>(step), static_cast<double>(t0), static_cast<double>(t1),
                            held_.size() * sizeof(HeldStep<Real>));
    }

    const Problem& problem_;
    std::vector<HeldStep<Real>>& held_;
    Observations& observations_;
};

/// Sweeps back over the held steps, inverting each and pulling back through it. `result` receives the largest distance of the
/// reconstructed states from the forward states. Returns false if the sweep ended early; the outcome then gives the reason.
template <class SweepType, class Problem, class Result>
bool sweep_back_reversibly(SweepType& sweep, const Problem& problem,
                           const std::vector<HeldStep<typename Problem::Real>>& held, Result& result)
{
    using Kind = SweepEvent::Kind;
    using Real = typename Problem::Real;
    auto* const trace = problem.trace;
    const std::size_t last = held.size() - 1;
    Real largest = 0;
    if (trace)
        trace->add_reverse(static_cast<double>(held[last].t), sweep.state(), sweep.whole_cotangent(held[last].t));
    for (std::size_t n = last; n-- > 0;) {
        if (problem.task.stop.stop_requested()) {
            result.outcome = stopped_backward();
            return false;
        }
        const HeldStep<Real>&start = held[n], &end = held[n + 1];
        sweep.pull_back(start, end, {n == 0, n + 1 == last});
        if (!sweep.state().allFinite()) {
            result.outcome = {
                Status::non_finite,
                fmt::format("on the way back the reconstructed state became nan or infinite at t = {:.9g}: {}",
                            static_cast<double>(start.t + problem.task.epoch), sweep.rounding_growth())};
            return false;
        }
        if (trace) {
            const auto event = [&](Kind kind, std::size_t tape) {
                trace->add(kind, static_cast<long>(n), static_cast<double>(start.t), static_cast<double>(end.t),
                           (n + 1) * sizeof(HeldStep<Real>) + SweepType::pair_bytes() + tape);
            };
            event(Kind::recompute, SweepType::tape_bytes());
            event(Kind::tape, SweepType::tape_bytes());
            event(Kind::pull_back, SweepType::tape_bytes());
            event(Kind::discard, 0);
            largest = std::max(largest, (sweep.state() - trace->own_states[n]).norm());
            trace->add_reverse(static_cast<double>(start.t), sweep.state(), sweep.whole_cotangent(start.t));
        }
    }
    largest = std::max(largest, (sweep.state() - problem.task.y0).norm());
    sweep.finish(held[0]);
    result.reverse_error = largest;
    return true;
}

/// Loss and gradient by a reversible step that has one `parameter`. `depth`: number of consecutive evaluations through which an
/// accepted step is differentiated.
template <const auto& order, class StepType, class SweepType, class Problem>
GradientResult<typename Problem::System> reversible_gradient(const Problem& problem, typename Problem::Real parameter,
                                                             long depth)
{
    using System = typename Problem::System;
    using Real = typename Problem::Real;
    GradientResult<System> result;
    std::vector<HeldStep<Real>> held;
    std::vector<typename Problem::Observed> cotangents(problem.loss->times().size());

    const Stopwatch watch;
    auto observations =
        observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
            result.loss += problem.loss->add(k, y, cotangents[k]);
        });
    ReversibleForward<Problem, decltype(observations)> observer(problem, held, observations);
    Solver<order, System, StepType> solver(*problem.system, problem.task, parameter);
    const auto solved = run_to_end(solver, problem.task, observer);
    result.outcome = solved.outcome;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0,
                      watch.seconds()};
    if (!solved.outcome.ok()) return result;
    held.push_back({solved.t, 0, observations.next()});
    if (problem.trace) problem.trace->add_own(static_cast<double>(solved.t), solved.y);

    const Stopwatch backward_watch;
    SweepType sweep(problem, cotangents, solver.step(), parameter);
    if (!sweep_back_reversibly(sweep, problem, held, result)) return result;
    take_sweep(sweep, result, backward_watch.seconds());
    result.checkpoint_bytes = held.size() * sizeof(HeldStep<Real>) + sweep.pair_bytes();
    result.tape_bytes_peak = sweep.tape_bytes();
    result.graph_depth = result.forward.accepted * depth;
    return result;
}

}  // namespace detail

}  // namespace syzygy
