#pragma once

#include "core/base/outcome.hpp"
#include "core/ode/methods.hpp"
#include "core/ode/options.hpp"
#include "core/ode/step.hpp"
#include "core/ode/step_grid.hpp"
#include "core/ode/step_loop.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <span>
#include <stop_token>
#include <utility>

namespace syzygy {

/// The counts of a solve.
struct SolveCounts {
    long accepted = 0;
    long rejected = 0;
    long rhs_evaluations = 0;
};

/// An attempt that the controller rejected.
template <class Real>
struct RejectedAttempt {
    Real t, h, error_ratio;
};

/// An attempt as seen by the step-size search: all that a derivative of the search needs. An observer with
/// `attempted(step, attempt)` receives each attempt after it is computed and before it is judged.
template <class Real>
struct Attempt {
    Real h, t_end, error_ratio;
    Real proposed;                    ///< the size proposed for this attempt
    bool to_target;                   ///< h = target - t, with t1 or a stop as target; else h is the proposal
    bool shortened;                   ///< h is below the proposal: the next proposal is then not below this one
    StepController<Real> controller;  ///< the controller before this attempt
    bool accepted() const { return error_ratio <= 1; }
};

/// What the loop needs to know of a step that is not a Runge-Kutta step; takes the place of a tableau.
struct OwnStepOrder {
    int stages;       ///< most evaluations that an attempt and its acceptance take
    int error_order;  ///< of the lower solution in the error estimate; 0: fixed steps only
    bool damped = false;  ///< has a second estimate, `error_damping`
    constexpr bool adaptive() const { return error_order > 0; }
    constexpr bool has_error_damping() const { return damped; }
};

/// An observer's answer: go on, or end the solve here (the outcome is then `reached`; the observer knows the reason).
enum class Continue : bool { no, yes };

/// An observer that ignores every step. `accepted` may read the step's dense output, so it gets the step mutable.
struct NoObserver {
    template <class StepType>
    Continue accepted(StepType&)
    {
        return Continue::yes;
    }
    template <class Real>
    void rejected(const RejectedAttempt<Real>&)
    {
    }
};

/// The interval and the tolerances of a solve over states of one type.
template <class State>
struct SolveTask {
    using Real = RealOf<State>;
    State y0;
    Real t0, t1;
    SolverOptions options;
    State atol;                        ///< one per component
    std::span<const Real> stops = {};  ///< times in (t0, t1], in the direction of t, at which a step must end
    std::stop_token stop = {};
    Real epoch = 0;                    ///< added to times in messages, if t0 is 0 for accuracy
    /// Steps to take as given, from t0 to t1 and through all stops, without error control. Null: the controller chooses.
    const StepGrid<Real>* grid = nullptr;
};

/// Throws ArgumentError for an empty or non-finite interval, for stops outside it or out of order, and for options out of range.
template <class State>
void validate_interval(const SolveTask<State>& task)
{
    using std::isfinite;
    validate(solver_options(), task.options);
    if (!isfinite(task.t0)) throw ArgumentError("t0", fmt::format("{}", task.t0), "must be finite");
    if (!isfinite(task.t1)) throw ArgumentError("t1", fmt::format("{}", task.t1), "must be finite");
    if (task.t0 == task.t1)
        throw ArgumentError("t1", fmt::format("{}", task.t1), "must differ from t0: the interval is empty");
    const auto direction = task.t1 > task.t0 ? 1 : -1;
    auto previous = task.t0;
    for (const auto stop : task.stops) {
        if (!(direction * (stop - previous) > 0 && direction * (task.t1 - stop) >= 0))
            throw ArgumentError("stops", fmt::format("{}", stop), "must run from t0 to t1, each after the one before");
        previous = stop;
    }
}

/// Checks as validate_interval does, and throws also for a fixed-step method without a step size.
template <class State>
void validate(const SolveTask<State>& task)
{
    validate_interval(task);
    if (!find_method(task.options.method).adaptive() && task.options.step <= 0 && !task.grid)
        throw ArgumentError("step", fmt::format("{}", task.options.step),
                            fmt::format("the method {} has no error estimate and needs a step size", task.options.method));
}

/// The solution of dy/dt = f(t, y), one accepted step at a time. The end time is hit exactly.
/// For fixed-size states nothing is allocated after construction.
///
/// A method that is not a Runge-Kutta method supplies its own step, with the members of Step that this loop uses, and an
/// OwnStepOrder instead of a tableau.
template <const auto& tableau, System SystemType, class OneStep = Step<tableau, SystemType>>
class Solver {
public:
    using State = typename SystemType::State;
    using Real = RealOf<State>;
    using StepType = OneStep;
    static constexpr int error_order = tableau.adaptive() ? std::max(tableau.error_order, 1) : 0;
    using Loop = StepLoop<Real, error_order>;

    /// `own`: what a step of its own is constructed from, beside the system.
    template <class... Own>
    Solver(const SystemType& system, const SolveTask<State>& task, const Own&... own)
        : task_(&task),
          step_(system, own...),
          loop_(task.options, error_order, task.t0, task.t1)
    {
        step_.start(task.t0, task.y0);
        if (task.grid) return;
        if constexpr (tableau.adaptive())
            loop_.begin(task.options.step > 0 ? Real(task.options.step) : initial_step());
        else
            loop_.begin(Real(task.options.step));
    }

    /// Takes attempts until one is accepted. Returns true if one was; `step()` then holds the finished step. Returns false if the
    /// solve has ended; `outcome()` then gives the reason.
    template <class Observer>
    bool advance(Observer& observer)
    {
        if (ended_) return false;
        if (begun_) step_.advance();
        begun_ = true;
        for (;;) {
            if (task_->stop.stop_requested()) return end(Status::stopped);
            if (step_.evaluations() + tableau.stages > task_->options.max_evaluations)
                return end(Status::evaluation_limit);
            const Choice attempt = choose();
            if (!task_->grid && loop_.too_small(step_.t0())) return end(Status::step_too_small);
            step_.compute(attempt.h);
            // Along a grid no error is judged.
            const bool judged = tableau.adaptive() && !task_->grid;
            if constexpr (tableau.adaptive()) {
                if (judged) {
                    const Real error_ratio = this->error_ratio();
                    if constexpr (requires { observer.attempted(step_, std::declval<Attempt<Real>>()); })
                        observer.attempted(step_, Attempt<Real>{attempt.h, attempt.t_end, error_ratio, loop_.proposed(),
                                                                attempt.to_target, attempt.shortened, loop_.controller()});
                    if (!(error_ratio <= 1)) {
                        ++counts_.rejected;
                        observer.rejected(RejectedAttempt<Real>{step_.t0(), attempt.h, error_ratio});
                        if (!std::isfinite(error_ratio) && !step_.derivative0().allFinite()) return end(Status::non_finite);
                        loop_.rejected(attempt, error_ratio);
                        continue;
                    }
                    step_.set_error_ratio(error_ratio);
                    loop_.accepted(attempt, error_ratio);
                }
            }
            if (!judged && !step_.y1().allFinite()) return end(Status::non_finite);
            step_.finish(attempt.t_end);
            ++counts_.accepted;
            while (next_stop_ < task_->stops.size() && !loop_.before(attempt.t_end, task_->stops[next_stop_]))
                ++next_stop_;
            if (attempt.t_end == task_->t1) finish(Status::reached);
            return true;
        }
    }

    StepType& step() { return step_; }
    SolveCounts counts() const
    {
        SolveCounts counts = counts_;
        counts.rhs_evaluations = step_.evaluations();
        return counts;
    }
    bool ended() const { return ended_; }
    Status status() const { return status_; }
    /// Ends the solve with this status.
    void finish(Status status)
    {
        status_ = status;
        ended_ = true;
    }

    /// Status and sentence; the sentence gives the time at which the solve ended early.
    Outcome outcome() const
    {
        return solve_outcome(status_, static_cast<double>(last_time_ + task_->epoch), task_->options.max_evaluations);
    }

    /// Size of the step that would be tried next; a solve that continues from here may start with this size.
    Real proposed_step() const { return loop_.proposed(); }

    Real time() const { return begun_ && !failed_ ? step_.t1() : step_.t0(); }

private:
    bool end(Status status)
    {
        failed_ = true;
        last_time_ = step_.t0();
        finish(status);
        return false;
    }

    using Choice = typename Loop::Choice;
    Choice choose() const
    {
        if (task_->grid) {
            const auto n = static_cast<std::size_t>(counts_.accepted);
            return {task_->grid->h[n], task_->grid->t[n + 1], false, false};
        }
        return loop_.choose(step_.t0(), next_stop_ < task_->stops.size() ? task_->stops[next_stop_] : task_->t1);
    }

    /// Root mean square of the components' errors divided by their tolerances (Hairer, Norsett, Wanner I, II.4.11).
    Real error_ratio() const
    {
        using std::sqrt;
        const auto y0 = controlled(step_.system(), step_.y0()).array();
        const auto y1 = controlled(step_.system(), step_.y1()).array();
        // The smallest number prevents 0/0 for a component that is 0 and has atol = 0.
        const auto scale = controlled(step_.system(), task_->atol).array() + rtol() * y0.abs().max(y1.abs()) +
                           std::numeric_limits<Real>::min();
        const Real error = (step_.error_estimate().array() / scale).square().sum();
        const Real count = Real(y0.size());
        if constexpr (tableau.has_error_damping()) {
            // DOP853: err5 sqrt(err5^2 / (err5^2 + 0.01 err3^2)), both over n components.
            const Real damping = (step_.error_damping().array() / scale).square().sum();
            if (error == 0 && damping == 0) return 0;
            return error / sqrt((error + Real(0.01) * damping) * count);
        } else {
            return sqrt(error / count);
        }
    }

    /// Hairer, Norsett, Wanner I, II.4: a step whose explicit Euler error is about right. Costs one evaluation.
    Real initial_step()
    {
        using std::sqrt;
        const auto norm = [this](const auto& value) {
            const auto y = controlled(step_.system(), step_.y0()).array();
            const auto scale = controlled(step_.system(), task_->atol).array() + rtol() * y.abs();
            const auto part = controlled(step_.system(), value).array();
            Real sum = 0;
            for (Eigen::Index j = 0; j < part.cols(); ++j)
                for (Eigen::Index i = 0; i < part.rows(); ++i) {
                    const Real s = scale(i, j);
                    if (s > 0) sum += (part(i, j) / s) * (part(i, j) / s);
                }
            return sqrt(sum / Real(part.size()));
        };
        const Real d0 = norm(step_.y0()), d1 = norm(step_.derivative0());
        const Real h0 = loop_.euler_step(d0, d1);
        const State y1 = task_->y0 + (loop_.direction() * h0) * step_.derivative0();
        State f1 = y1;
        step_.system().rhs(task_->t0 + loop_.direction() * h0, y1, f1);
        step_.count_evaluations(1);
        const State difference = f1 - step_.derivative0();
        return loop_.first_step(h0, d1, norm(difference) / h0);
    }

    Real rtol() const { return static_cast<Real>(task_->options.rtol); }

    const SolveTask<State>* task_;
    StepType step_;
    Loop loop_;
    Real last_time_ = 0;
    std::size_t next_stop_ = 0;
    SolveCounts counts_;
    Status status_ = Status::reached;
    bool begun_ = false, ended_ = false, failed_ = false;
};

/// The result of a solve: outcome, end point and counts.
template <class State>
struct SolveResult {
    Outcome outcome;
    RealOf<State> t;
    State y;
    SolveCounts counts;
};

/// Takes a solver's steps until the solver has ended or the observer ends the solve.
template <class SolverType, class State, class Observer>
SolveResult<State> run_to_end(SolverType& solver, const SolveTask<State>& task, Observer& observer)
{
    SolveResult<State> result{{}, task.t0, task.y0, {}};
    bool asked_to_end = false;
    while (!asked_to_end && solver.advance(observer)) {
        asked_to_end = observer.accepted(solver.step()) == Continue::no;
        result.t = solver.step().t1();
        result.y = solver.step().y1();
    }
    result.outcome = solver.outcome();
    result.counts = solver.counts();
    return result;
}

/// Solves the task with one method; `observer` is called for every step. With `keep_stages` each step holds its stage states and
/// tapes, for an observer that keeps them.
template <const auto& tableau, bool keep_stages = false, System SystemType, class Observer>
SolveResult<typename SystemType::State> solve_with(const SystemType& system,
                                                   const SolveTask<typename SystemType::State>& task, Observer& observer)
{
    validate(task);
    Solver<tableau, SystemType, Step<tableau, SystemType, RealOf<typename SystemType::State>, keep_stages>> solver(system, task);
    return run_to_end(solver, task, observer);
}

/// Solves the task with the method that the options name.
template <System SystemType, class Observer>
SolveResult<typename SystemType::State> solve(const SystemType& system,
                                              const SolveTask<typename SystemType::State>& task, Observer& observer)
{
    return with_method(task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        return solve_with<tableau>(system, task, observer);
    });
}

}  // namespace syzygy
