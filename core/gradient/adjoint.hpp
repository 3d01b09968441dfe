#pragma once

#include "core/gradient/adjoint_system.hpp"
#include "core/gradient/method_info.hpp"
#include "core/gradient/observed_steps.hpp"

#include <cmath>
#include <optional>
#include <vector>

namespace syzygy {

namespace detail {

/// What the forward pass of the continuous adjoint leaves for its backward solve.
template <class Problem>
struct AdjointForwardPass {
    using State = typename Problem::State;
    std::vector<typename Problem::Observed> cotangents;  ///< K: d term / d y at each observation time
    std::vector<State> states;     ///< K: the states at the observation times, if the backward solve is reset; else empty
    Trajectory<State> trajectory;  ///< with dense output, if `keeps_trajectory`; else empty
    State start_slope, end_slope;  ///< f at t0 and at t1
    typename Problem::Real loss = 0;
};

/// Observer of the forward steps; fills an AdjointForwardPass.
template <class Problem>
class AdjointForward {
public:
    using Real = typename Problem::Real;
    using State = typename Problem::State;
    using Observed = typename Problem::Observed;

    AdjointForward(const Problem& problem, AdjointForwardPass<Problem>& pass, bool keeps_states, bool interpolates)
        : problem_(problem),
          pass_(pass),
          cursor_(problem.loss->times(), problem.task.t0, problem.task.t1),
          keeps_states_(keeps_states),
          interpolates_(interpolates)
    {
        const std::size_t count = problem.loss->times().size();
        pass.cotangents.resize(count);
        if (keeps_states) pass.states.resize(count);
        if (keeps_trajectory()) pass.trajectory.begin(problem.task.t0, problem.task.y0);
        for (std::size_t k = 0; k < cursor_.at_start(); ++k) observe(k, problem.task.t0, problem.task.y0);
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        if (steps_ == 0) pass_.start_slope = step.derivative0();
        pass_.end_slope = step.derivative1();
        if (problem_.trace) trace(SweepEvent::Kind::step, step.t0(), step.t1());
        ++steps_;
        if (keeps_trajectory()) pass_.trajectory.accepted(step);
        if (interpolates_ && problem_.trace) {
            kept_ += (1 + std::tuple_size_v<typename StepType::Polynomial>)*sizeof(State);
            trace(SweepEvent::Kind::store, step.t0(), step.t1());
        }
        if (cursor_.any_inside(step.t1())) {
            typename StepType::Polynomial polynomial;
            step.dense_polynomial(polynomial);
            cursor_.visit_inside(step.t1(), [&](std::size_t k) {
                const Real t = problem_.loss->times()[k];
                State y;
                evaluate_polynomial(polynomial, step.y0(), step.theta(t), y);
                observe(k, t, y);
            });
        }
        cursor_.visit_end(step.t1(), [&](std::size_t k) { observe(k, step.t1(), step.y1()); });
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        if (problem_.trace) trace(SweepEvent::Kind::rejected, attempt.t, attempt.t + attempt.h);
    }

private:
    /// A trace compares every step of the backward solve with the forward trajectory.
    bool keeps_trajectory() const { return interpolates_ || problem_.trace; }

    void observe(std::size_t k, Real t, const State& y)
    {
        pass_.loss +=
            problem_.loss->add(k, Observed(y.template head<Observed::RowsAtCompileTime>()), pass_.cotangents[k]);
        if (!keeps_states_) return;
        pass_.states[k] = y;
        kept_ += sizeof(State);
        if (problem_.trace) trace(SweepEvent::Kind::store, t, t);
    }
    void trace(SweepEvent::Kind kind, Real t0, Real t1)
    {
        problem_.trace->add(kind, steps_, static_cast<double>(t0), static_cast<double>(t1), kept_);
    }

    const Problem& problem_;
    AdjointForwardPass<Problem>& pass_;
    ObservationCursor<Real> cursor_;
    bool keeps_states_, interpolates_;
    long steps_ = 0;
    std::size_t kept_ = 0;
};

/// Solves the augmented system from t1 to t0, from each observation time to the next.
template <const auto& tableau, class Problem>
class AdjointBackward {
public:
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using Augmented = AdjointSystem<System>;
    using AugmentedState = typename Augmented::State;
    using SolverType = Solver<tableau, Augmented>;
    static constexpr int rows = Problem::Observed::RowsAtCompileTime;

    AdjointBackward(const Problem& problem, const AdjointForwardPass<Problem>& pass, const State& end, bool resets,
                    bool interpolates, std::size_t kept)
        : problem_(problem),
          pass_(pass),
          system_(*problem.system, interpolates ? &pass.trajectory : nullptr,
                  problem.options.adjoint_seminorm == "yes"),
          task_{system_.zero(),       problem.task.t1, problem.task.t0,
                problem.task.options, system_.zero(),  {},
                problem.task.stop,    problem.task.epoch},
          next_(problem.loss->times().size()),
          kept_(kept),
          resets_(resets),
          interpolates_(interpolates)
    {
        const auto& options = problem.options;
        if (options.adjoint_rtol > 0) task_.options.rtol = options.adjoint_rtol;
        // A first step given by the user is meant for the forward solve only.
        if (tableau.adaptive()) task_.options.step = 0;
        Augmented::state(task_.atol) =
            problem.task.atol * static_cast<Real>(task_.options.rtol / problem.task.options.rtol);
        Augmented::state(task_.y0) = end;
    }

    /// Returns false if the solve ended early; `outcome()` gives the reason.
    bool run()
    {
        const auto times = problem_.loss->times();
        const Real t0 = problem_.task.t0;
        Real t = problem_.task.t1;
        const std::size_t count = next_;
        add_observations(t);
        for (std::size_t k = next_; k < count; ++k)
            t1_bar_ += pass_.cotangents[k].dot(pass_.end_slope.template head<rows>());
        trace_reverse(t);
        while (t != t0) {
            const Real target = next_ > 0 ? times[next_ - 1] : t0;
            // While the cotangent is zero, only the state would be carried back, and the state is reset at the observation.
            const bool idle = Augmented::cotangent(task_.y0).isZero(0) && (resets_ || interpolates_);
            if (!idle && !solve_to(t, target)) return false;
            t = target;
            if (t == t0) {
                if (!idle) note_distance(problem_.task.y0);
                t0_bar_ = -Augmented::cotangent(task_.y0).dot(pass_.start_slope);
            } else if (!idle && resets_) {
                note_distance(pass_.states[next_ - 1]);
            }
            add_observations(t);
            trace_reverse(t);
        }
        return true;
    }

    const Outcome& outcome() const { return outcome_; }
    State initial_state() const { return Augmented::cotangent(task_.y0); }
    typename System::Parameters parameters() const { return Augmented::parameters(task_.y0); }
    Real t0() const { return t0_bar_; }
    Real t1() const { return t1_bar_; }
    std::optional<Real> reverse_error() const { return interpolates_ ? std::nullopt : largest_distance_; }
    PassCounts counts(double seconds) const
    {
        return {accepted_, rejected_, system_.rhs_evaluations(), system_.vjp_evaluations(), 0, seconds};
    }
    /// Bytes of one step of the augmented system, and of one evaluation with the data kept for its vjp.
    static constexpr std::size_t tape_bytes()
    {
        return sizeof(typename SolverType::StepType) + sizeof(Evaluation<System>);
    }

    // Observer of the steps of the backward solve.
    template <class StepType>
    Continue accepted(StepType& step)
    {
        if (problem_.trace) {
            if (!interpolates_) note_distance_of(Augmented::state(step.y1()), pass_.trajectory.at(step.t1()));
            trace(SweepEvent::Kind::pull_back, step.t1(), step.t0());
            problem_.trace->add_reverse(static_cast<double>(step.t1()), state_at(step.t1(), step.y1()),
                                        Augmented::cotangent(step.y1()));
        }
        ++traced_steps_;
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        if (problem_.trace) trace(SweepEvent::Kind::rejected, attempt.t + attempt.h, attempt.t);
    }

private:
    bool solve_to(Real t, Real target)
    {
        set_cotangent_tolerances();
        task_.t0 = t;
        task_.t1 = target;
        task_.options.max_evaluations = problem_.task.options.max_evaluations - evaluations_;
        SolverType solver(system_, task_);
        const auto solved = run_to_end(solver, task_, *this);
        accepted_ += solved.counts.accepted;
        rejected_ += solved.counts.rejected;
        evaluations_ += solved.counts.rhs_evaluations;
        if (!solved.outcome.ok()) {
            const auto where = static_cast<double>(solver.time() + task_.epoch);
            outcome_ = {
                solved.outcome.status,
                solved.outcome.status == Status::evaluation_limit
                    ? fmt::format("in the backward solve {} evaluations did not suffice: it is at t = {:.9g}; raise "
                                  "max-evaluations or loosen adjoint-rtol",
                                  problem_.task.options.max_evaluations, where)
                    : "in the backward solve: " + solved.outcome.reason};
            return false;
        }
        task_.y0 = solved.y;
        // The next part starts with the step size that this part would have tried next.
        if (tableau.adaptive()) task_.options.step = static_cast<double>(solver.proposed_step());
        return true;
    }

    /// Sets the absolute tolerances of lambda and theta_bar: the requested value, or relative to the largest cotangent so far,
    /// with each component in units of its typical magnitude.
    void set_cotangent_tolerances()
    {
        const auto& typical = problem_.typical_state;
        auto lambda = Augmented::cotangent(task_.atol);
        auto parameters = Augmented::parameters(task_.atol);
        if (problem_.options.adjoint_atol > 0) {
            lambda.setConstant(static_cast<Real>(problem_.options.adjoint_atol));
            parameters.setConstant(static_cast<Real>(problem_.options.adjoint_atol));
            return;
        }
        magnitude_ = std::max(magnitude_, Augmented::cotangent(task_.y0).cwiseProduct(typical).cwiseAbs().maxCoeff());
        const Real allowed = static_cast<Real>(task_.options.rtol) * magnitude_;
        lambda = allowed * typical.cwiseInverse();
        parameters = allowed * problem_.typical_parameters.cwiseInverse();
    }

    /// Adds the cotangents of the observations at t and, if `resets_`, resets the state to its forward value at t.
    void add_observations(Real t)
    {
        const auto times = problem_.loss->times();
        while (next_ > 0 && times[next_ - 1] == t) {
            --next_;
            Augmented::cotangent(task_.y0).template head<rows>() += pass_.cotangents[next_];
            if (!resets_) continue;
            Augmented::state(task_.y0) = pass_.states[next_];
            kept_ -= sizeof(State);
            if (problem_.trace) trace(SweepEvent::Kind::load, t, t);
        }
    }

    void note_distance(const State& forward) { note_distance_of(Augmented::state(task_.y0), forward); }
    template <class Reverse>
    void note_distance_of(const Reverse& reverse, const State& forward)
    {
        largest_distance_ = std::max(largest_distance_.value_or(0), Real((reverse - forward).norm()));
    }

    State state_at(Real t, const AugmentedState& a) const
    {
        return interpolates_ ? pass_.trajectory.at(t) : State(Augmented::state(a));
    }
    void trace_reverse(Real t)
    {
        if (problem_.trace)
            problem_.trace->add_reverse(static_cast<double>(t), state_at(t, task_.y0), Augmented::cotangent(task_.y0));
    }
    void trace(SweepEvent::Kind kind, Real t0, Real t1)
    {
        problem_.trace->add(kind, traced_steps_, static_cast<double>(t0), static_cast<double>(t1),
                            kept_ + tape_bytes());
    }

    const Problem& problem_;
    const AdjointForwardPass<Problem>& pass_;
    Augmented system_;
    SolveTask<AugmentedState> task_;  ///< the current part; y0 is the current state of the backward solve
    std::size_t next_;                ///< one past the next observation on the way back
    std::size_t kept_;                ///< bytes of the forward pass still held
    bool resets_, interpolates_;
    Real magnitude_ = 0;
    std::optional<Real> largest_distance_;
    long accepted_ = 0, rejected_ = 0, evaluations_ = 0, traced_steps_ = 0;
    Real t0_bar_ = 0, t1_bar_ = 0;
    Outcome outcome_;
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> adjoint_with(const Problem& problem)
{
    using State = typename Problem::State;
    const bool interpolates = problem.options.adjoint_state == "interpolated";
    const bool resets = !interpolates && problem.options.adjoint_reset == "yes";
    GradientResult<typename Problem::System> result;
    AdjointForwardPass<Problem> pass;
    const Stopwatch watch;
    AdjointForward<Problem> observer(problem, pass, resets, interpolates);
    const auto solved = solve_with<tableau>(*problem.system, problem.task, observer);
    result.outcome = solved.outcome;
    result.loss = pass.loss;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0,
                      watch.seconds()};
    if (!solved.outcome.ok()) return result;

    const auto steps = static_cast<std::size_t>(solved.counts.accepted);
    result.checkpoint_bytes =
        sizeof(State) * (1 + pass.states.size() + (interpolates ? steps * (1 + tableau.dense_degree) : 0));
    const Stopwatch backward_watch;
    AdjointBackward<tableau, Problem> backward(problem, pass, solved.y, resets, interpolates, result.checkpoint_bytes);
    if (!backward.run()) result.outcome = backward.outcome();
    result.backward = backward.counts(backward_watch.seconds());
    result.tape_bytes_peak = backward.tape_bytes();
    result.graph_depth = result.backward.accepted * tableau.stages;
    result.reverse_error = backward.reverse_error();
    if (!result.outcome.ok()) return result;
    result.initial_state = backward.initial_state();
    result.parameters = backward.parameters();
    result.t0 = backward.t0();
    result.t1 = backward.t1();
    return result;
}

}  // namespace detail

/// The gradient by the continuous adjoint (Chen et al. 2018, arXiv:1806.07366; ACA paper, sec. 3): solves the state and its
/// cotangent backward in time with separate tolerances, and adds the cotangent of each observation on the way. It keeps nothing
/// of the forward steps, so its gradient is not the gradient of any discrete solution; it approaches the true gradient with the
/// tolerance. GradientOptions::adjoint_... set what the state is reset to, what the error norm measures and what is read from the
/// forward solution. `reverse_error`: if the state is solved backward, its largest distance from the forward state, measured at
/// t0 and at each reset; with a trace, at every step. t0 and t1 are as for the exact solution: -lambda . f and observed
/// cotangents . f.
template <class Problem>
GradientResult<typename Problem::System> adjoint(const Problem& given)
{
    std::vector<typename Problem::Real> stops;
    const Problem problem = with_stops(given, stops);
    return with_method(
        problem.task.options.method, [&]<const auto & tableau>(Method<tableau>) {
            return detail::adjoint_with<tableau>(problem);
        });
}

/// This method's row in the table of gradient methods.
struct AdjointMethod {
    static constexpr GradientMethodInfo info{
        "adjoint",
        "Continuous adjoint",
        "Chen et al., NeurIPS 2018, arXiv:1806.07366, algorithm 1; seminorm: Kidger et al. 2021, arXiv:2009.09457",
        "solves state and cotangent backward in time; keeps no steps, approaches the true gradient with the tolerance",
        Claim::continuous,
        SolverSupport::all,
        "L (N + N_r) m",
        "L",
        "L N_r",
        "Nothing is kept of the way forward: the state is solved back in time, and what was stable forward is "
        "unstable backward, so the reverse trajectory may leave the forward one. Turn the reset at observations off "
        "and watch it drift: from there on the gradient is taken along the wrong path."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return adjoint(problem);
    }
};

}  // namespace syzygy
