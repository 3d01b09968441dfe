#pragma once

#include "core/gradient/problem.hpp"

#include <span>
#include <tuple>
#include <utility>

namespace syzygy {

/// Observer that calls visit(k, y) for each observation of every step, in order: y holds the leading `rows` rows of the solution
/// at observation k, from the dense output, or from the end of the step if the observation is there. The only code that reads
/// predictions off a solve; states may be vectors or carry tangents as columns.
template <int rows, class State, class Visit>
class ObservedSteps {
public:
    using Real = RealOf<State>;
    using Observed = StateRows<typename State::Scalar, rows, State::ColsAtCompileTime, State::MaxColsAtCompileTime>;

    /// Visits the observations at t0 immediately.
    ObservedSteps(std::span<const Real> times, Real t0, Real t1, const State& y0, Visit visit)
        : times_(times), cursor_(times, t0, t1), visit_(std::move(visit))
    {
        for (std::size_t k = 0; k < cursor_.at_start(); ++k) visit_(k, Observed(y0.template topRows<rows>()));
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        if (cursor_.any_inside(step.t1())) visit_inside(step);
        cursor_.visit_end(step.t1(), [&](std::size_t k) { visit_(k, Observed(step.y1().template topRows<rows>())); });
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<Real>&) {}

    /// The first observation after the last accepted step.
    std::size_t next() const { return cursor_.next(); }

private:
    template <class StepType>
    void visit_inside(StepType& step)
    {
        std::array<Observed, std::tuple_size_v<typename StepType::Polynomial>> polynomial;
        step.template dense_polynomial<rows>(polynomial);
        cursor_.visit_inside(step.t1(), [&](std::size_t k) {
            Observed y;
            evaluate_polynomial(polynomial, step.y0().template topRows<rows>(), step.theta(times_[k]), y);
            visit_(k, y);
        });
    }

    std::span<const Real> times_;
    ObservationCursor<Real> cursor_;
    Visit visit_;
};

/// Observer that reads off a solve the leading rows of the state that a problem's loss observes.
template <class Problem, class State, class Visit>
auto observe_steps(const Problem& problem, const State& y0, Visit visit)
{
    return ObservedSteps<Problem::Observed::RowsAtCompileTime, State, Visit>(problem.loss->times(), problem.task.t0,
                                                                            problem.task.t1, y0, std::move(visit));
}

}  // namespace syzygy
