#pragma once

#include "core/gradient/kept_pass.hpp"
#include "core/gradient/method_info.hpp"

#include <vector>

namespace syzygy {

/// What the forward pass of ACA keeps. Reused from call to call, so only a solve longer than all before allocates memory.
template <class Problem>
struct AcaWorkspace {
    std::vector<Checkpoint<Problem>> checkpoints;        ///< the N accepted steps and the end
    std::vector<typename Problem::Observed> cotangents;  ///< K: d term / d y at each observation time
    std::vector<typename Problem::Real> stops;
};

namespace detail {

/// ACA keeps (t, h, y) of each accepted step.
template <class Problem>
class AcaKeeper {
public:
    using Real = typename Problem::Real;
    using Kind = SweepEvent::Kind;
    static constexpr bool whole_steps = false, stays = true;

    /// `checkpoints` holds the accepted steps; on the way back it also holds the end.
    explicit AcaKeeper(std::vector<Checkpoint<Problem>>& checkpoints) : checkpoints_(checkpoints) {}

    void clear() { checkpoints_.clear(); }
    template <class StepType, class Tell>
    void offer(StepType& step, long n, std::size_t first_observation, const Tell& tell)
    {
        checkpoints_.push_back({step.t0(), step.h(), step.y0(), first_observation});
        live_ = checkpoints_.size();
        tell(Kind::step, n, step.t0(), step.t1());
        tell(Kind::store, n, step.t0(), step.t1());
    }
    template <class Tell>
    const Checkpoint<Problem>* load(long n, const Tell& tell)
    {
        const auto place = static_cast<std::size_t>(n);
        live_ = place + 1;
        tell(Kind::load, n, checkpoints_[place].t, checkpoints_[place + 1].t);
        return &checkpoints_[place];
    }
    template <class SweepType>
    void pull_back(SweepType& sweep, long, const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, StepEdges edges)
    {
        sweep.pull_back(start, end, edges);
    }
    template <class Tell>
    void drop(long n, Real t0, Real t1, const Tell& tell)
    {
        live_ = static_cast<std::size_t>(n);
        tell(Kind::discard, n, t0, t1);
    }
    std::size_t bytes() const { return live_ * sizeof(Checkpoint<Problem>); }

private:
    std::vector<Checkpoint<Problem>>& checkpoints_;
    std::size_t live_ = 0;  ///< checkpoints that are still needed
};

/// The forward pass of every method that sweeps over checkpoints: keeps one checkpoint per step and one at the end.
template <const auto& tableau, class Problem>
void checkpointed_solve(const Problem& problem, AcaWorkspace<Problem>& workspace,
                        GradientResult<typename Problem::System>& result)
{
    AcaKeeper<Problem> keeper(workspace.checkpoints);
    const Checkpoint<Problem> end = kept_solve<tableau>(problem, keeper, workspace.cotangents, result);
    if (result.outcome.ok()) workspace.checkpoints.push_back(end);
}

/// Sweeps back over all checkpoints, with `before(n, start, end)` before each step. False if the stop token ended the sweep.
template <class SweepType, class Problem, class Before>
bool sweep_back(SweepType& sweep, const Problem& problem, AcaWorkspace<Problem>& workspace, Before&& before)
{
    AcaKeeper<Problem> keeper(workspace.checkpoints);
    const auto steps = static_cast<long>(workspace.checkpoints.size()) - 1;
    return kept_sweep(problem, keeper, sweep, workspace.checkpoints.back(), steps, before);
}

/// The backward pass of ACA; `before(sweep, n, start, end)` is called before each step.
template <const auto& tableau, Replay replay = Replay::taped, class Problem, class Before>
void aca_sweep(const Problem& problem, AcaWorkspace<Problem>& workspace,
               GradientResult<typename Problem::System>& result, Before&& before)
{
    const Stopwatch watch;
    Sweep<tableau, Problem, replay> sweep(problem, workspace.cotangents);
    const auto hook = [&](long n, const auto& start, const auto& end) { before(sweep, static_cast<std::size_t>(n), start, end); };
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

/// Loss and gradient with the solver method that the problem's options name.
template <Replay replay, class Problem>
GradientResult<typename Problem::System> checkpointed_gradient(const Problem& given, AcaWorkspace<Problem>& workspace)
{
    const Problem problem = with_stops(given, workspace.stops);
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        return aca_with<tableau, replay>(problem, workspace);
    });
}

}  // namespace detail

/// The adaptive checkpoint adjoint (Zhuang et al. 2020, algorithm 2): the exact gradient of the discrete solution with the
/// accepted steps held fixed. Keeps (t, h, y) of each accepted step, replays one step at a time and pulls the cotangent back
/// through it; rejected attempts are left out. Memory: N states and one step.
template <class Problem>
GradientResult<typename Problem::System> aca(const Problem& given, AcaWorkspace<Problem>& workspace)
{
    return detail::checkpointed_gradient<Replay::taped>(given, workspace);
}

/// ACA with the given tableau, whatever method the options name; only this tableau is compiled.
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

/// This method's row in the table of gradient methods.
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
