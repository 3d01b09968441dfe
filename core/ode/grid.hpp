#pragma once

#include "core/ode/solver.hpp"

#include <optional>
#include <vector>

namespace syzygy {

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

/// Takes exactly the steps of the grid from y0: no error estimate, no rejection. Returns the number of right-hand-side
/// evaluations, or nothing if the stop token ended the replay.
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

}  // namespace syzygy
