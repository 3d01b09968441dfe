#pragma once

#include "core/gradient/options.hpp"
#include "core/gradient/trace.hpp"
#include "core/ode/solver.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace syzygy {

/// A sum of terms over observation times, to be differentiated. Only the leading `rows` rows of the state are observed (say
/// positions: 9 of 18), so no work is spent on the other rows.
///
///     static constexpr int rows;
///     std::span<const Real> times() const;       // K times, in the direction of the solve, within [t0, t1]
///     Real add(std::size_t k, const Observed& y, Observed& cotangent) const;
///         // the term of time k at y(t_k); writes d term / d y. Observed: Eigen vector of `rows` numbers
template <class L>
concept ObservedLoss = requires { L::rows; };

/// How observations enter the solve.
enum class Observe {
    dense,  ///< through the dense output: observation times never force step sizes
    stop    ///< a step ends at every observation time
};

/// The input of a gradient method. The method pulls the loss back to the initial state, the parameters and the ends of the
/// interval.
template <class SystemType, ObservedLoss Loss>
struct GradientProblem {
    using System = SystemType;
    using State = typename SystemType::State;
    using Real = RealOf<State>;
    using Observed = Eigen::Matrix<typename State::Scalar, Loss::rows, 1>;

    const SystemType* system;
    const Loss* loss;
    SolveTask<State> task;          ///< `stops` is set by the method from `observe`
    Observe observe = Observe::dense;
    bool control_tangents = false;  ///< forward sensitivities: tangents count in the error norm as well
    State typical_state = State::Ones();  ///< magnitudes, for finite differences
    typename SystemType::Parameters typical_parameters = constant_parameters<SystemType>(1);
    GradientOptions options{};                 ///< options of individual gradient methods
    GradientTrace<State>* trace = nullptr;     ///< if not null, the method reports to it what it does
};

/// The counts of one pass.
struct PassCounts {
    long accepted = 0;
    long rejected = 0;
    long rhs_evaluations = 0;
    long vjp_evaluations = 0;
    long jvp_evaluations = 0;  ///< each with one tangent
    double seconds = 0;
};

/// The outcome and the counts of forward sensitivities.
struct SensitivityReport {
    Outcome outcome;
    PassCounts solve;       ///< the adaptive solve that finds the steps
    PassCounts tangents;    ///< the same steps again with the tangents
    std::size_t bytes = 0;
};

/// How far a loss and its gradient are from the exact solution's loss and gradient, as estimated by the run itself.
template <class Real>
struct ErrorEstimate {
    Real loss_error = 0;       ///< computed minus exact, signed: the sum of `step_shares`
    Real loss_witness = 0;     ///< the loss error as found from the second solve's loss alone
    Real loss_corrected = 0;   ///< loss - loss_error
    Real gradient_error = 0;   ///< |computed - exact| / |computed|, over parameters and initial state
    Eigen::Matrix<Real, Eigen::Dynamic, 1> parameters_error, initial_state_error;  ///< computed minus exact, signed
    bool trusted = false;      ///< whether the estimate passed its test on itself
    std::string doubt;         ///< why the estimate is not trusted, in words for the user; "" if trusted
    std::vector<Real> step_shares;  ///< N: what each accepted step contributes to loss_error
    PassCounts counts;              ///< counts of the estimate beyond the gradient; accepted: steps of the second solve
};

/// Loss, gradient and their counts: measured, not computed from formulas.
template <class SystemType>
struct GradientResult {
    using State = typename SystemType::State;
    using Real = RealOf<State>;

    Outcome outcome;
    Real loss = 0;
    typename SystemType::Parameters parameters = constant_parameters<SystemType>(0);
    State initial_state = State::Zero();
    /// Derivatives with respect to the ends of the interval, with the accepted times between them held fixed: the first and the
    /// last step stretch. An observation at t1 is the end state and moves with it.
    std::optional<Real> t0, t1;
    PassCounts forward, backward;
    std::size_t checkpoint_bytes = 0;  ///< kept from the forward pass for the backward pass
    std::size_t tape_bytes_peak = 0;   ///< most bytes live at once in the backward pass, besides checkpoint_bytes
    long graph_depth = 0;              ///< longest chain of evaluations that was differentiated
    /// Largest distance of the reverse from the forward trajectory, for methods that reconstruct it or solve it back.
    std::optional<Real> reverse_error;
    /// The error estimate, if requested.
    std::optional<ErrorEstimate<Real>> error;
};

/// A gradient method for one kind of problem.
template <class Problem>
using GradientRun = GradientResult<typename Problem::System> (*)(const Problem&);

/// Throws ArgumentError if the observation times are not ordered in the direction of the solve, or lie outside its interval.
template <class Real>
void validate_times(std::span<const Real> times, Real t0, Real t1)
{
    const Real direction = t1 > t0 ? 1 : -1;
    Real previous = t0;
    for (const Real t : times) {
        if (!(direction * t >= direction * previous && direction * t <= direction * t1))
            throw ArgumentError("times", fmt::format("{}", t),
                                fmt::format("observation times must run from {} to {} without going back", t0, t1));
        previous = t;
    }
}

/// The problem with its times checked and, for Observe::stop, with the stops set: each observation time once, without the ends.
/// The stops are kept in `stops`, which must outlive the result.
template <class Problem>
Problem with_stops(Problem problem, std::vector<typename Problem::Real>& stops)
{
    const auto& task = problem.task;
    const auto times = problem.loss->times();
    validate_times(times, task.t0, task.t1);
    stops.clear();
    if (problem.observe == Observe::stop)
        for (const auto t : times)
            if (t != task.t0 && t != task.t1 && (stops.empty() || stops.back() != t)) stops.push_back(t);
    problem.task.stops = stops;
    return problem;
}

/// Walks through the observation times as steps are accepted: the only code that decides which observation belongs to which step
/// and whether it is at the end of the step.
template <class Real>
class ObservationCursor {
public:
    ObservationCursor(std::span<const Real> times, Real t0, Real t1)
        : times_(times), direction_(t1 > t0 ? Real(1) : Real(-1))
    {
        while (next_ < times_.size() && times_[next_] == t0) ++next_;
        at_start_ = next_;
    }

    /// Number of observations at t0 itself: indices 0 .. at_start()-1.
    std::size_t at_start() const { return at_start_; }
    /// The next observation not yet visited.
    std::size_t next() const { return next_; }

    /// True if the next observation comes before t_end.
    bool any_inside(Real t_end) const
    {
        return next_ < times_.size() && direction_ * times_[next_] < direction_ * t_end;
    }

    /// Calls visit(k) for each further observation before t_end.
    template <class Visit>
    void visit_inside(Real t_end, Visit&& visit)
    {
        for (; any_inside(t_end); ++next_) visit(next_);
    }

    /// Calls visit(k) for each further observation at t_end.
    template <class Visit>
    void visit_end(Real t_end, Visit&& visit)
    {
        for (; next_ < times_.size() && times_[next_] == t_end; ++next_) visit(next_);
    }

private:
    std::span<const Real> times_;
    Real direction_;
    std::size_t next_ = 0, at_start_ = 0;
};

/// Seconds since its construction.
class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace syzygy
