#pragma once

#include "core/gradient/search_sweep.hpp"
#include "core/gradient/step_tape.hpp"

namespace syzygy {

/// The tape of a whole solve with its search for step sizes: every attempt, including rejected attempts. Reused from call to
/// call, so only a solve longer than all before allocates memory.
template <const auto& tableau, class Problem>
struct NaiveWorkspace {
    StepTape<TapedAttempt<tableau, Problem>> tape;    ///< N m attempts
    std::vector<typename Problem::Observed> cotangents;  ///< K: d term / d y at each observation time
    std::vector<typename Problem::Real> stops;
};

namespace detail {

/// Keeps every attempt whole. The backward pass runs over attempts, not steps, so naive_with has its own.
template <const auto& tableau, class Problem>
class AttemptKeeper {
public:
    using Real = typename Problem::Real;
    using Kind = SweepEvent::Kind;
    using Taped = TapedAttempt<tableau, Problem>;
    static constexpr bool whole_steps = true;

    explicit AttemptKeeper(StepTape<Taped>& tape) : tape_(tape) {}

    void clear() { tape_.clear(); }
    void attempted(const typename Taped::StepType& step, const Attempt<Real>& attempt, std::size_t first_observation)
    {
        if (attempt.accepted())
            attempt_ = attempt;  // stored once the step is finished
        else
            tape_.push_back({step, attempt, first_observation});
    }
    template <class Tell>
    void offer(typename Taped::StepType& step, long n, std::size_t first_observation, const Tell& tell)
    {
        tape_.push_back({step, *attempt_, first_observation});
        tell(Kind::step, n, step.t0(), step.t1());
        tell(Kind::store, n, step.t0(), step.t1());
    }
    std::size_t bytes() const { return tape_.bytes(); }

private:
    StepTape<Taped>& tape_;
    std::optional<Attempt<Real>> attempt_;
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> naive_with(const Problem& problem, NaiveWorkspace<tableau, Problem>& workspace)
{
    using Kind = SweepEvent::Kind;
    using Taped = TapedAttempt<tableau, Problem>;
    GradientResult<typename Problem::System> result;
    AttemptKeeper<tableau, Problem> keeper(workspace.tape);
    Checkpoint<Problem> end = kept_solve<tableau>(problem, keeper, workspace.cotangents, result);
    if (!result.outcome.ok()) return result;

    const Stopwatch backward;
    SearchSweep<tableau, Problem> sweep(problem, workspace.cotangents);
    auto* const trace = problem.trace;
    if (trace) trace->add_reverse(static_cast<double>(end.t), end.y, sweep.cotangent());
    long n = result.forward.accepted;
    for (std::size_t i = workspace.tape.size(); i-- > 0;) {
        if (problem.task.stop.stop_requested()) {
            result.outcome = stopped_backward();
            return result;
        }
        Taped& taped = workspace.tape[i];
        const bool accepted = taped.attempt.accepted();
        if (accepted) {
            --n;
            sweep.pull_back_accepted(taped, end, i + 1 == workspace.tape.size());
            end = {taped.step.t0(), taped.step.h(), taped.step.y0(), taped.first_observation};
        } else {
            sweep.pull_back_rejected(taped);
        }
        if (trace) {
            const auto event = [&](Kind kind, std::size_t bytes) {
                const auto t = static_cast<double>(taped.step.t0()), h = static_cast<double>(taped.step.h());
                trace->add(kind, n, t, t + h, bytes);
            };
            event(Kind::pull_back, (i + 1) * sizeof(Taped) + sweep.cotangent_bytes());
            event(Kind::discard, i * sizeof(Taped));
            if (i == 0 || workspace.tape[i - 1].attempt.accepted())
                trace->add_reverse(static_cast<double>(end.t), end.y, sweep.whole_cotangent(end.t, end.y));
        }
    }
    sweep.finish_search(end);
    take_sweep(sweep, result, backward.seconds());
    result.backward.rejected = result.forward.rejected;
    result.backward.rhs_evaluations = sweep.search_evaluations();
    result.tape_bytes_peak = workspace.tape.bytes() + sweep.cotangent_bytes() +
                             workspace.tape.size() * tableau.rows * tape_heap_bytes(*problem.system);
    result.graph_depth = static_cast<long>(workspace.tape.size()) * tableau.stages;
    return result;
}

}  // namespace detail

/// The naive method as defined in the ACA paper (Zhuang et al. 2020, section 3.3): the whole adaptive solve is differentiated,
/// including its search for step sizes. The accepted h_n depends on the state through the error norms of all attempts, the
/// controller with its memory, the choice of the first step and the shortening before stops and t1; t_n moves with the step
/// sizes. Decisions (accepted or not, which clamp holds) are kept as taken. `t0` and `t1` are the derivatives of the whole map:
/// the times between them move. Memory: N m attempts. Solver methods without an error estimate have no search and are refused.
template <class Problem>
GradientResult<typename Problem::System> naive(const Problem& given)
{
    std::vector<typename Problem::Real> stops;
    const Problem problem = with_stops(given, stops);
    return with_method(problem.task.options.method,
                       [&]<const auto& tableau>(Method<tableau>) -> GradientResult<typename Problem::System> {
                           if constexpr (tableau.adaptive()) {
                               thread_local NaiveWorkspace<tableau, Problem> workspace;
                               const auto result = detail::naive_with<tableau>(problem, workspace);
                               workspace.tape.clear_to(kept_tape_bytes);
                               return result;
                           } else {
                               throw ArgumentError("method", tableau.id,
                                                   "must have an error estimate: naive differentiates the search for step sizes");
                           }
                       });
}

/// This method's row in the table of gradient methods.
struct NaiveMethod {
    static constexpr GradientMethodInfo info{
        "naive",
        "Naive: through the step-size search",
        "Zhuang et al., ICML 2020, arXiv:2006.02493, section 3.3",
        "keeps every attempt on the tape, rejected ones included, and differentiates how step sizes were found",
        Claim::search,
        SolverSupport::adaptive,
        "2 N L m",
        "N L m",
        "N L m",
        "It answers another question: how the computed solution moves when the steps move with it, so its gradient differs from "
        "ACA's by about the error of the solve. Look at the tape, which holds rejected attempts too, and at the depth."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return naive(problem);
    }
};

}  // namespace syzygy
