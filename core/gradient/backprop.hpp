#pragma once

#include "core/gradient/aca.hpp"
#include "core/gradient/step_tape.hpp"

namespace syzygy {

/// The tape of a whole solve: every accepted step with its stages, their states and the data each evaluation keeps for its vjp.
/// Reused from call to call, so only a solve longer than all before allocates memory.
template <const auto& tableau, class Problem>
struct BackpropWorkspace {
    struct Taped {
        typename Sweep<tableau, Problem>::StepType step;
        std::size_t first_observation;  ///< the first observation after the start of the step
    };
    StepTape<Taped> tape;                             ///< N accepted steps
    std::vector<typename Problem::Observed> cotangents;  ///< K: d term / d y at each observation time
    std::vector<typename Problem::Real> stops;
};

namespace detail {

/// Keeps every accepted step whole, including the stages of its dense output.
template <const auto& tableau, class Problem>
class StepKeeper {
public:
    using Real = typename Problem::Real;
    using Kind = SweepEvent::Kind;
    using Taped = typename BackpropWorkspace<tableau, Problem>::Taped;
    static constexpr bool whole_steps = true, stays = false;

    explicit StepKeeper(StepTape<Taped>& tape) : tape_(tape) {}

    void clear() { tape_.clear(); }
    template <class StepType, class Tell>
    void offer(StepType& step, long n, std::size_t first_observation, const Tell& tell)
    {
        tape_.push_back({step, first_observation});
        live_ = tape_.size();
        tell(Kind::step, n, step.t0(), step.t1());
        tell(Kind::store, n, step.t0(), step.t1());
    }
    template <class Tell>
    const Checkpoint<Problem>* load(long n, const Tell&)
    {
        const Taped& taped = tape_[static_cast<std::size_t>(n)];
        start_ = {taped.step.t0(), taped.step.h(), taped.step.y0(), taped.first_observation};
        return &start_;
    }
    template <class SweepType>
    void pull_back(SweepType& sweep, long n, const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, StepEdges edges)
    {
        sweep.pull_back(tape_[static_cast<std::size_t>(n)].step, start, end, edges);
    }
    template <class Tell>
    void drop(long n, Real t0, Real t1, const Tell& tell)
    {
        live_ = static_cast<std::size_t>(n);
        tell(Kind::discard, n, t0, t1);
    }
    std::size_t bytes() const { return live_ * sizeof(Taped); }

private:
    StepTape<Taped>& tape_;
    Checkpoint<Problem> start_;
    std::size_t live_ = 0;  ///< steps that are still needed
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> backprop_with(const Problem& problem, BackpropWorkspace<tableau, Problem>& workspace)
{
    GradientResult<typename Problem::System> result;
    StepKeeper<tableau, Problem> keeper(workspace.tape);
    const Checkpoint<Problem> end = kept_solve<tableau>(problem, keeper, workspace.cotangents, result);
    if (!result.outcome.ok()) return result;

    const Stopwatch backward;
    Sweep<tableau, Problem> sweep(problem, workspace.cotangents);
    if (!kept_sweep(problem, keeper, sweep, end, result.forward.accepted, [](auto&&...) {})) {
        result.outcome = stopped_backward();
        return result;
    }
    take_sweep(sweep, result, backward.seconds());
    result.tape_bytes_peak = workspace.tape.bytes() + sweep.cotangent_bytes() +
                             workspace.tape.size() * tableau.rows * tape_heap_bytes(*problem.system);
    result.graph_depth = result.forward.accepted * tableau.stages;
    return result;
}

}  // namespace detail

/// Back-propagation through the accepted steps, with their sizes held fixed (as torchdiffeq does since 2020): every evaluation of
/// these steps stays on the tape until the backward pass, which evaluates nothing. Rejected attempts are not taped. The gradient
/// equals the gradient of ACA. Memory: N s evaluations.
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

/// This method's row in the table of gradient methods.
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
