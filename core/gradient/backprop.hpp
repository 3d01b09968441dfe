#pragma once

#include "core/gradient/aca.hpp"
#include "core/gradient/step_tape.hpp"

namespace syzygy {

/// The tape of a whole solve: every accepted step with its stages, their states and what each evaluation left. Reused from
/// call to call, so that only a longer solve than any before allocates.
template <const auto& tableau, class Problem>
struct BackpropWorkspace {
    struct Taped {
        typename Sweep<tableau, Problem>::StepType step;
        std::size_t first_observation;  ///< the first one after its start
    };
    StepTape<Taped> tape;                             ///< N accepted steps
    std::vector<typename Problem::Observed> cotangents;  ///< K: d term / d y at each observation time
    std::vector<typename Problem::Real> stops;
};

namespace detail {

/// The forward pass: keeps every accepted step whole, its dense output's stages included.
template <const auto& tableau, class Problem, class Observations>
class BackpropForward {
public:
    using Workspace = BackpropWorkspace<tableau, Problem>;
    using Real = typename Problem::Real;

    BackpropForward(const Problem& problem, Workspace& workspace, Observations& observations)
        : problem_(problem), workspace_(workspace), observations_(observations)
    {
        workspace_.tape.clear();
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        const std::size_t first = observations_.next();
        const Continue answer = observations_.accepted(step);
        workspace_.tape.push_back({step, first});
        if (problem_.trace) {
            trace(SweepEvent::Kind::step, workspace_.tape.size() - 1, step.t0(), step.t1());
            trace(SweepEvent::Kind::store, workspace_.tape.size() - 1, step.t0(), step.t1());
        }
        return answer;
    }
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        if (problem_.trace) trace(SweepEvent::Kind::rejected, workspace_.tape.size(), attempt.t, attempt.t + attempt.h);
    }

private:
    void trace(SweepEvent::Kind kind, std::size_t step, Real t0, Real t1)
    {
        problem_.trace->add(kind, static_cast<long>(step), static_cast<double>(t0), static_cast<double>(t1),
                            workspace_.tape.bytes());
    }

    const Problem& problem_;
    Workspace& workspace_;
    Observations& observations_;
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> backprop_with(const Problem& problem, BackpropWorkspace<tableau, Problem>& workspace)
{
    using Kind = SweepEvent::Kind;
    using Taped = typename BackpropWorkspace<tableau, Problem>::Taped;
    GradientResult<typename Problem::System> result;
    const Stopwatch watch;
    workspace.cotangents.resize(problem.loss->times().size());
    auto observations = observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
        result.loss += problem.loss->add(k, y, workspace.cotangents[k]);
    });
    BackpropForward<tableau, Problem, decltype(observations)> observer(problem, workspace, observations);
    const auto solved = solve_with<tableau, true>(*problem.system, problem.task, observer);
    result.outcome = solved.outcome;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0, watch.seconds()};
    if (!result.outcome.ok()) return result;

    const Stopwatch backward;
    Sweep<tableau, Problem> sweep(problem, workspace.cotangents);
    Checkpoint<Problem> end{solved.t, 0, solved.y, observations.next()};
    auto* const trace = problem.trace;
    if (trace) trace->add_reverse(static_cast<double>(end.t), end.y, sweep.cotangent());
    for (std::size_t n = workspace.tape.size(); n-- > 0;) {
        if (problem.task.stop.stop_requested()) {
            result.outcome = stopped_backward();
            return result;
        }
        Taped& taped = workspace.tape[n];
        const Checkpoint<Problem> start{taped.step.t0(), taped.step.h(), taped.step.y0(), taped.first_observation};
        sweep.pull_back(taped.step, start, end, {n == 0, n + 1 == workspace.tape.size()});
        if (trace) {
            const auto event = [&](Kind kind, std::size_t bytes) {
                trace->add(kind, static_cast<long>(n), static_cast<double>(start.t), static_cast<double>(end.t), bytes);
            };
            event(Kind::pull_back, (n + 1) * sizeof(Taped) + sweep.cotangent_bytes());
            event(Kind::discard, n * sizeof(Taped));
            trace->add_reverse(static_cast<double>(start.t), start.y, sweep.whole_cotangent(start.t, start.y));
        }
        end = start;
    }
    sweep.finish(end);
    take_sweep(sweep, result, backward.seconds());
    result.tape_bytes_peak = workspace.tape.bytes() + sweep.cotangent_bytes() +
                             workspace.tape.size() * tableau.rows * tape_heap_bytes(*problem.system);
    result.graph_depth = result.forward.accepted * tableau.stages;
    return result;
}

}  // namespace detail

/// Back-propagation through the accepted steps, their sizes held (what torchdiffeq does since 2020): every evaluation of
/// them stays on the tape until the way back, which evaluates nothing. Rejected attempts are not taped. The gradient is
/// ACA's. Memory: N s evaluations.
template <class Problem>
GradientResult<typename Problem::System> backprop(const Problem& given)
{
    std::vector<typename Problem::Real> stops;
    const Problem problem = with_stops(given, stops);
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        thread_local BackpropWorkspace<tableau, Problem> workspace;
        const auto result = detail::backprop_with<tableau>(problem, workspace);
        workspace.tape.clear_to(kept_tape_bytes);
        return result;
    });
}

/// Its row of the table.
struct BackpropMethod {
    static constexpr GradientMethodInfo info{
        "backprop",
        "Back-propagation, steps held",
        "Chen, torchdiffeq (github.com/rtqichen/torchdiffeq), since 2020; the discrete adjoint of its steps",
        "keeps every accepted step on the tape, evaluates nothing on the way back; exact for the steps taken",
        Claim::discrete,
        SolverSupport::all,
        "N L (m + 1)",
        "N s L",
        "N L",
        "Nothing is computed twice: each accepted step waits on the tape with all its stages. Watch the memory, which grows by "
        "a whole step where ACA adds one state, and falls only on the way back."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return backprop(problem);
    }
};

}  // namespace syzygy
