#pragma once

#include "core/ode/trajectory.hpp"

#include <algorithm>
#include <utility>
#include <vector>

/// A solve in one line, for any system. Only what is asked for is kept:
///
///     const auto task = task_of(system, y0, t0, t1, options);   // t1 before t0: backward in time
///     integrate(system, task).y                                 // the end state; nothing else is kept
///     integrate(system, task, times).states                     // the states at many times; nothing else is kept
///     record(system, task).at(t)                                // the state at any time afterwards (trajectory.hpp)
///
/// Each result has an outcome (reached, evaluation_limit, step_too_small, ...) with a sentence, and counts. With a tableau as
/// first template argument (`integrate<tsitouras54>(...)`) only that method is compiled, whatever method the options name.
namespace syzygy {

/// The task of a solve from (t0, y0) to t1. `options.atol` is one number, or one per component; empty: rtol times the largest
/// component of y0 (or rtol, if y0 is 0). Throws ArgumentError if `atol` has another length.
template <System SystemType>
SolveTask<typename SystemType::State> task_of(const SystemType&, const typename SystemType::State& y0,
                                              RealOf<typename SystemType::State> t0,
                                              RealOf<typename SystemType::State> t1, SolverOptions options = {},
                                              std::stop_token stop = {})
{
    using Real = RealOf<typename SystemType::State>;
    SolveTask<typename SystemType::State> task{y0, t0, t1, std::move(options), y0, {}, std::move(stop)};
    const std::vector<double>& atol = task.options.atol;
    if (atol.empty()) {
        const Real magnitude = y0.size() > 0 ? Real(y0.cwiseAbs().maxCoeff()) : Real(0);
        task.atol.setConstant(Real(task.options.rtol) * (magnitude > 0 ? magnitude : Real(1)));
    } else if (atol.size() == 1) {
        task.atol.setConstant(Real(atol[0]));
    } else if (static_cast<Eigen::Index>(atol.size()) == y0.size()) {
        for (Eigen::Index i = 0; i < y0.size(); ++i) task.atol.data()[i] = Real(atol[static_cast<std::size_t>(i)]);
    } else {
        throw ArgumentError("atol", fmt::format("{} numbers", atol.size()),
                            fmt::format("must be one number, or one for each of the {} components", y0.size()));
    }
    return task;
}

/// The end state; nothing else is kept.
template <System SystemType>
SolveResult<typename SystemType::State> integrate(const SystemType& system,
                                                  const SolveTask<typename SystemType::State>& task)
{
    NoObserver nobody;
    return solve(system, task, nobody);
}
template <const auto& tableau, System SystemType>
SolveResult<typename SystemType::State> integrate(const SystemType& system,
                                                  const SolveTask<typename SystemType::State>& task)
{
    NoObserver nobody;
    return solve_with<tableau>(system, task, nobody);
}

/// The solution at given times.
template <class State>
struct StatesAt {
    Outcome outcome;
    std::vector<State> states;  ///< one per time; if the solve ended early, only those reached
    SolveCounts counts;
};

namespace detail {

/// Reads states off a solve step by step: times in the direction of the solve, with dense output inside a step.
template <class State>
class StateReader {
public:
    using Real = RealOf<State>;
    StateReader(std::span<const Real> times, const SolveTask<State>& task, std::vector<State>& states)
        : times_(times), states_(states), direction_(task.t1 > task.t0 ? 1 : -1)
    {
        Real previous = task.t0;
        for (const Real t : times_) {
            if (!(direction_ * t >= direction_ * previous && direction_ * t <= direction_ * task.t1))
                throw ArgumentError("times", fmt::format("{}", t),
                                    fmt::format("times must run from {} to {} without going back", task.t0, task.t1));
            previous = t;
        }
        states_.clear();
        states_.reserve(times_.size());
        while (states_.size() < times_.size() && times_[states_.size()] == task.t0) states_.push_back(task.y0);
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        if (inside(step.t1())) {
            typename StepType::Polynomial polynomial;
            for (State& coefficient : polynomial) coefficient = step.y0();
            step.dense_polynomial(polynomial);
            while (inside(step.t1())) {
                State y = step.y0();
                evaluate_polynomial(polynomial, step.y0(), step.theta(times_[states_.size()]), y);
                states_.push_back(y);
            }
        }
        while (states_.size() < times_.size() && times_[states_.size()] == step.t1()) states_.push_back(step.y1());
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<Real>&) {}

private:
    bool inside(Real end) const
    {
        return states_.size() < times_.size() && direction_ * times_[states_.size()] < direction_ * end;
    }

    std::span<const Real> times_;
    std::vector<State>& states_;
    Real direction_;
};

}  // namespace detail

/// The states at `times`, which run from t0 to t1 without going back, from the dense output: the times force no step. Throws
/// ArgumentError for other times.
template <System SystemType>
StatesAt<typename SystemType::State> integrate(const SystemType& system,
                                               const SolveTask<typename SystemType::State>& task,
                                               std::span<const RealOf<typename SystemType::State>> times)
{
    StatesAt<typename SystemType::State> result;
    detail::StateReader<typename SystemType::State> reader(times, task, result.states);
    const auto solved = solve(system, task, reader);
    result.outcome = solved.outcome;
    result.counts = solved.counts;
    return result;
}
template <const auto& tableau, System SystemType>
StatesAt<typename SystemType::State> integrate(const SystemType& system,
                                               const SolveTask<typename SystemType::State>& task,
                                               std::span<const RealOf<typename SystemType::State>> times)
{
    StatesAt<typename SystemType::State> result;
    detail::StateReader<typename SystemType::State> reader(times, task, result.states);
    const auto solved = solve_with<tableau>(system, task, reader);
    result.outcome = solved.outcome;
    result.counts = solved.counts;
    return result;
}

}  // namespace syzygy
