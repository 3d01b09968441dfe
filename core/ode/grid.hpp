#pragma once

#include "core/ode/solver.hpp"

#include <optional>
#include <vector>

namespace syzygy {

/// The accepted steps of a solve: what is held when the discrete solution is differentiated.
template <class Time>
struct StepGrid {
    std::vector<Time> t;  ///< N + 1 times
    std::vector<Time> h;  ///< N signed steps
};

/// Records the grid of a solve.
template <class Real>
class GridRecorder {
public:
    GridRecorder(StepGrid<Real>& grid, Real t0) : grid_(grid)
    {
        grid_.t.assign(1, t0);
        grid_.h.clear();
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        grid_.t.push_back(step.t1());
        grid_.h.push_back(step.h());
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<Real>&) {}

private:
    StepGrid<Real>& grid_;
};

/// Takes exactly the steps of the grid from y0: no error estimate, no rejection. Returns the number of
/// right-hand-side evaluations, or nothing where the stop token ended it.
template <const auto& tableau, class SystemType, class Time, class Observer>
std::optional<long> replay_with(const SystemType& system, const typename SystemType::State& y0,
                                const StepGrid<Time>& grid, Observer& observer, std::stop_token stop = {})
{
    Step<tableau, SystemType, Time> step(system);
    step.start(grid.t[0], y0);
    for (std::size_t n = 0; n < grid.h.size(); ++n) {
        if (stop.stop_requested()) return std::nullopt;
        if (n > 0) step.advance();
        step.compute(grid.h[n]);
        step.finish(grid.t[n + 1]);
        if (observer.accepted(step) == Continue::no) break;
    }
    return step.evaluations();
}

/// The solve of a task along given steps, as `solve_with` would have found them: its outcome may be stopped, a limit on
/// evaluations or a state that is not finite. The grid goes from the task's t0 to its t1.
template <const auto& tableau, System SystemType, class Observer>
SolveResult<typename SystemType::State> solve_along(const SystemType& system,
                                                    const SolveTask<typename SystemType::State>& task,
                                                    const StepGrid<RealOf<typename SystemType::State>>& grid,
                                                    Observer& observer)
{
    validate(task);
    SolveResult<typename SystemType::State> result{{}, task.t0, task.y0, {}};
    const auto at = [&] { return static_cast<double>(result.t + task.epoch); };
    Step<tableau, SystemType> step(system);
    step.start(task.t0, task.y0);
    for (std::size_t n = 0; n < grid.h.size(); ++n) {
        if (task.stop.stop_requested())
            result.outcome = {Status::stopped, fmt::format("stopped on request at t = {:.9g}", at())};
        else if (step.evaluations() + tableau.stages > task.options.max_evaluations)
            result.outcome = {Status::evaluation_limit,
                              fmt::format("{} evaluations did not suffice for {} steps: the solve is at t = {:.9g}",
                                          task.options.max_evaluations, grid.h.size(), at())};
        if (!result.outcome.ok()) break;
        if (n > 0) step.advance();
        step.compute(grid.h[n]);
        if (!step.y1().allFinite()) {
            result.outcome = {Status::non_finite, fmt::format("the state became nan or infinite near t = {:.9g}", at())};
            break;
        }
        step.finish(grid.t[n + 1]);
        ++result.counts.accepted;
        result.t = step.t1();
        result.y = step.y1();
        if (observer.accepted(step) == Continue::no) break;
    }
    result.counts.rhs_evaluations = step.evaluations();
    return result;
}

}  // namespace syzygy
