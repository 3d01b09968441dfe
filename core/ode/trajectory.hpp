#pragma once

#include "core/ode/solver.hpp"

#include <algorithm>
#include <vector>

namespace syzygy {

/// The record of a solve: accepted steps, rejected attempts, counts and dense output. Plots, energy checks and the orbit view all
/// read this one object. As an observer of a solve it fills itself.
template <class State>
class Trajectory {
public:
    using Real = RealOf<State>;

    /// Starts a record at (t0, y0). With `keep_dense` the whole solution can be evaluated afterwards (bytes per step: degree of
    /// the dense output times a state).
    void begin(Real t0, const State& y0, bool keep_dense = true)
    {
        times_.assign(1, t0);
        states_.assign(1, y0);
        steps_.clear();
        error_ratios_.clear();
        rejected_.clear();
        dense_.clear();
        degree_ = 0;
        keep_dense_ = keep_dense;
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        times_.push_back(step.t1());
        states_.push_back(step.y1());
        steps_.push_back(step.h());
        error_ratios_.push_back(step.error_ratio());
        if (keep_dense_) {
            typename StepType::Polynomial polynomial;
            for (State& coefficient : polynomial) coefficient = step.y0();
            step.dense_polynomial(polynomial);
            degree_ = polynomial.size();
            dense_.insert(dense_.end(), polynomial.begin(), polynomial.end());
        }
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<Real>& attempt) { rejected_.push_back(attempt); }

    /// N + 1 times and states of the N accepted steps.
    const std::vector<Real>& times() const { return times_; }
    const std::vector<State>& states() const { return states_; }
    /// N signed step sizes.
    const std::vector<Real>& steps() const { return steps_; }
    /// The local errors of the steps in units of the tolerance, at most 1; 0 for fixed steps.
    const std::vector<Real>& error_ratios() const { return error_ratios_; }
    const std::vector<RejectedAttempt<Real>>& rejected_attempts() const { return rejected_; }

    /// The solution at a time between the first and the last, without solving again: dense output of the method's own order.
    /// Throws ArgumentError for times outside, or if dense output was not kept.
    State at(Real t) const
    {
        if (!keep_dense_ || steps_.empty()) throw ArgumentError("t", fmt::format("{}", t), "no dense output was kept");
        const bool forward = times_.back() >= times_.front();
        if (!(forward ? t >= times_.front() && t <= times_.back() : t <= times_.front() && t >= times_.back()))
            throw ArgumentError("t", fmt::format("{}", t),
                                fmt::format("must be between {} and {}", times_.front(), times_.back()));
        const auto after = std::upper_bound(times_.begin() + 1, times_.end() - 1, t,
                                            [forward](Real a, Real b) { return forward ? a < b : a > b; });
        const auto n = static_cast<std::size_t>(after - times_.begin()) - 1;
        const Real theta = (t - times_[n]) / steps_[n];
        const State* coefficients = dense_.data() + n * degree_;
        State y = theta * coefficients[degree_ - 1];
        for (std::size_t p = degree_ - 1; p-- > 0;) y = theta * (y + coefficients[p]);
        return states_[n] + y;
    }

    Outcome outcome;
    SolveCounts counts;

private:
    std::vector<Real> times_, steps_, error_ratios_;
    std::vector<State> states_, dense_;
    std::vector<RejectedAttempt<Real>> rejected_;
    std::size_t degree_ = 0;
    bool keep_dense_ = true;
};

/// Solves and records.
template <System SystemType>
Trajectory<typename SystemType::State> record(const SystemType& system, const SolveTask<typename SystemType::State>& task,
                                              bool keep_dense = true)
{
    Trajectory<typename SystemType::State> trajectory;
    trajectory.begin(task.t0, task.y0, keep_dense);
    const auto result = solve(system, task, trajectory);
    trajectory.outcome = result.outcome;
    trajectory.counts = result.counts;
    return trajectory;
}

}  // namespace syzygy
