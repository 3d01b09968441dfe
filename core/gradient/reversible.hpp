#pragma once

#include "core/gradient/increment.hpp"
#include "core/gradient/reversible_pass.hpp"

#include <array>
#include <cmath>

namespace syzygy {

/// One step of the reversible method over a Runge-Kutta method (McCallum and Foster 2024, arXiv:2410.11648): two copies of the
/// state, y and z, with z_0 = y_0, coupled by c. Psi_h(t, x) is the increment of the Runge-Kutta step from (t, x):
///
///     y' = c y + (1 - c) z + Psi_h(t, z),   z' = z - Psi_{-h}(t + h, y')
///
/// The order is the order of the Runge-Kutta method, but stability is weaker: a step damps the difference of the copies only by
/// the factor c, and if steps are at the stability limit (a close encounter at a loose tolerance) the difference grows. 2 s
/// evaluations per step, none shared with the next step. Provides the members of Step that Solver and ObservedSteps use.
///
/// Error estimate: from the step from z. Dense output: from the step from z, shifted to run from y to y',
/// y(theta) = y + theta (1 - c) (z - y) + h sum_i b_i(theta) k_i.
template <const auto& tableau, class SystemType>
class ReversibleStep {
public:
    using State = typename SystemType::State;
    using Real = RealOf<State>;
    using Base = Step<tableau, SystemType>;
    using Polynomial = typename Base::Polynomial;

    ReversibleStep(const SystemType& system, Real coupling) : there_(system), back_(system), coupling_(coupling) {}

    void start(Real t, const State& y)
    {
        t1_ = t;
        y1_ = z1_ = y;
        advance();
    }
    /// Computes y' and the error estimate; z' is computed after acceptance.
    void compute(Real h)
    {
        there_.compute(h);
        State increment;
        step_increment<tableau>(there_, increment);
        y1_ = coupling_ * y_ + (1 - coupling_) * z() + increment;
    }
    void finish(Real t1)
    {
        t1_ = t1;
        back_.start(t1, y1_);
        back_.compute_value(-there_.h());
        State increment;
        step_increment<tableau>(back_, increment);
        z1_ = z() - increment;
    }
    void advance()
    {
        y_ = y1_;
        there_.start(t1_, z1_);
    }

    Real t0() const { return there_.t0(); }
    Real t1() const { return t1_; }
    Real h() const { return there_.h(); }
    const State& y0() const { return y_; }
    const State& y1() const { return y1_; }
    const State& z1() const { return z1_; }
    const State& derivative0() const { return there_.derivative0(); }
    auto error_estimate() const { return there_.error_estimate(); }
    auto error_damping() const { return there_.error_damping(); }
    Real theta(Real t) const { return (t - t0()) / h(); }

    /// Evaluates the end stage if the error estimate did not, and the dense stages.
    template <int rows = State::RowsAtCompileTime>
    void dense_polynomial(std::array<Eigen::Matrix<typename State::Scalar, rows, 1>, tableau.dense_degree>& polynomial)
    {
        there_.finish(t1_);
        there_.template dense_polynomial<rows>(polynomial);
        polynomial[0] += (1 - coupling_) * (z() - y_).template head<rows>();
    }

    Real error_ratio() const { return error_ratio_; }
    void set_error_ratio(Real error_ratio) { error_ratio_ = error_ratio; }
    long evaluations() const { return there_.evaluations() + back_.evaluations(); }
    void count_evaluations(long more) { there_.count_evaluations(more); }
    const SystemType& system() const { return there_.system(); }

private:
    const State& z() const { return there_.y0(); }

    Base there_, back_;  ///< from (t, z) by h, and from (t + h, y') by -h
    Real coupling_, t1_ = 0, error_ratio_ = 0;
    State y_, y1_, z1_;
};

/// The properties of the reversible step that the solver's loop needs.
template <const auto& tableau>
inline constexpr OwnStepOrder reversible_order{2 * tableau.stages + 1 + tableau.dense_stages, tableau.error_order,
                                               tableau.has_error_damping()};

namespace detail {

/// The backward pass: reconstructs z = z' + Psi_{-h}(y') and y = (y' - (1 - c) z - Psi_h(z)) / c, and pulls the cotangents of
/// both copies back: 2 s evaluations and 2 s vjps per step, plus the dense output's for steps with observations.
template <const auto& tableau, class Problem>
class ReversibleSweep {
public:
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using Observed = typename Problem::Observed;
    using IncrementType = Increment<tableau, Problem>;
    static constexpr int rows = Observed::RowsAtCompileTime;

    /// Starts at the end of the last step. Problem and cotangents must outlive the sweep.
    ReversibleSweep(const Problem& problem, const std::vector<Observed>& cotangents,
                    const ReversibleStep<tableau, System>& last, Real coupling)
        : problem_(problem),
          cotangents_(cotangents),
          there_(*problem.system),
          back_(*problem.system),
          coupling_(coupling),
          y_(last.y1()),
          z_(last.z1()),
          parameters_bar_(zero_parameters(*problem.system))
    {
    }

    void pull_back(const HeldStep<Real>& start, const HeldStep<Real>& end, StepEdges edges)
    {
        const ObservationRange range = observations_of<Real>(start, end, problem_.loss->times());
        for (std::size_t k = range.inside_end; k < range.end; ++k) y_bar_.template head<rows>() += cotangents_[k];

        back_.take(end.t, y_, -start.h);
        z_ += back_.value();
        there_.take(start.t, z_, start.h);
        y_ = (y_ - (1 - coupling_) * z_ - there_.value()) / coupling_;

        typename IncrementType::TimeCotangents there_times, back_times;
        const bool any = edges.any();
        // Through z' = z - Psi_{-h}(t + h, y').
        const State minus_z_bar = -z_bar_;
        back_.pull_back(minus_z_bar, nullptr, y_bar_, parameters_bar_, any ? &back_times : nullptr);
        // Through y' = c y + (1 - c) z + Psi_h(t, z), and the observations inside.
        bar_ = y_bar_;
        y_bar_ *= coupling_;
        z_bar_ += (1 - coupling_) * bar_;
        if (range.any_inside()) {
            there_.complete(end.t);
            sum_inside(range, start);
            if (any) add_theta_cotangent(range, start, edges);
            there_.pull_back(bar_, &power_bar_, z_bar_, parameters_bar_, any ? &there_times : nullptr);
            y_bar_.template head<rows>() += inside_ - (1 - coupling_) * power_bar_[0];
            z_bar_.template head<rows>() += (1 - coupling_) * power_bar_[0];
        } else {
            there_.pull_back(bar_, nullptr, z_bar_, parameters_bar_, any ? &there_times : nullptr);
        }
        // Psi_h starts at t with h = t' - t, Psi_{-h} at t' with t - t'.
        if (edges.first) t0_bar_ += there_times.start - there_times.size + back_times.size;
        if (edges.last) t1_bar_ += there_times.size + back_times.start - back_times.size;
    }
    /// Pulls back through z_0 = y_0 and adds the observations at t0.
    void finish(const HeldStep<Real>& start)
    {
        y_bar_ += z_bar_;
        for (std::size_t k = 0; k < start.first_observation; ++k) y_bar_.template head<rows>() += cotangents_[k];
    }

    const State& state() const { return y_; }
    /// d loss / d y with z = y moving along.
    State whole_cotangent(Real) const { return y_bar_ + z_bar_; }
    std::string rounding_growth() const
    {
        return fmt::format("rounding grows by {:.6g} a step at a coupling of {}", 1 / coupling_, coupling_);
    }

    const State& initial_state() const { return y_bar_; }
    const typename System::Parameters& parameters() const { return parameters_bar_; }
    Real t0() const { return t0_bar_; }
    Real t1() const { return t1_bar_; }
    long rhs_evaluations() const { return there_.rhs_evaluations() + back_.rhs_evaluations(); }
    long vjp_evaluations() const { return there_.vjp_evaluations() + back_.vjp_evaluations(); }
    /// Bytes of y and z.
    static constexpr std::size_t pair_bytes() { return 2 * sizeof(State); }
    /// Bytes of both increments with their stages, tapes and cotangents, and of the cotangents of y and z.
    static constexpr std::size_t tape_bytes() { return 2 * sizeof(IncrementType) + 3 * sizeof(State); }

private:
    void sum_inside(const ObservationRange& range, const HeldStep<Real>& start)
    {
        inside_.setZero();
        for (Observed& sum : power_bar_) sum.setZero();
        for (std::size_t k = range.begin; k < range.inside_end; ++k) {
            const Real theta = (problem_.loss->times()[k] - start.t) / start.h;
            Observed term = cotangents_[k];
            inside_ += term;
            for (Observed& sum : power_bar_) sum += (term *= theta);
        }
    }

    /// theta = (t_k - t) / h moves with the first step's start and the last step's end.
    void add_theta_cotangent(const ObservationRange& range, const HeldStep<Real>& start, StepEdges edges)
    {
        std::array<Observed, tableau.dense_degree> polynomial;
        there_.step().template dense_polynomial<rows>(polynomial);
        polynomial[0] += (1 - coupling_) * (z_ - y_).template head<rows>();
        for (std::size_t k = range.begin; k < range.inside_end; ++k) {
            const Real theta = (problem_.loss->times()[k] - start.t) / start.h;
            Observed slope = Real(tableau.dense_degree) * polynomial[tableau.dense_degree - 1];
            for (int p = tableau.dense_degree - 2; p >= 0; --p) slope = theta * slope + Real(p + 1) * polynomial[p];
            const Real theta_bar = cotangents_[k].dot(slope) / start.h;
            if (edges.first) t0_bar_ += theta_bar * (theta - 1);
            if (edges.last) t1_bar_ -= theta_bar * theta;
        }
    }

    const Problem& problem_;
    const std::vector<Observed>& cotangents_;
    IncrementType there_, back_;
    Real coupling_;
    State y_, z_;                                          ///< the current pair
    State y_bar_ = State::Zero(), z_bar_ = State::Zero();  ///< the cotangents of the pair
    State bar_;
    Observed inside_;
    typename IncrementType::PowerBar power_bar_;
    typename System::Parameters parameters_bar_;
    Real t0_bar_ = 0, t1_bar_ = 0;
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> reversible_with(const Problem& problem)
{
    using StepType = ReversibleStep<tableau, typename Problem::System>;
    validate(problem.task);
    return reversible_gradient<reversible_order<tableau>, StepType, ReversibleSweep<tableau, Problem>>(
        problem, static_cast<typename Problem::Real>(problem.options.coupling), 2 * tableau.stages);
}

}  // namespace detail

/// The gradient by a reversible Runge-Kutta method (McCallum and Foster 2024): solves with two coupled copies of the state, and
/// on the way back reconstructs both copies from the later ones. Keeps only the step sizes and the end. The result is the exact
/// gradient of the reversible method's discrete solution, which has the order of the solver method but is not its solution, as
/// far as rounding lets the way back stay on the forward trajectory: `reverse_error` is the distance at t0, or with a trace the
/// largest distance over all steps.
template <class Problem>
GradientResult<typename Problem::System> reversible(const Problem& given)
{
    std::vector<typename Problem::Real> stops;
    const Problem problem = with_stops(given, stops);
    return with_method(
        problem.task.options.method, [&]<const auto & tableau>(Method<tableau>) {
            return detail::reversible_with<tableau>(problem);
        });
}

/// This method's row in the table of gradient methods.
struct ReversibleMethod {
    static constexpr GradientMethodInfo info{
        "reversible",
        "Reversible Runge-Kutta",
        "McCallum, Foster 2024, arXiv:2410.11648",
        "two coupled copies of the state, run backwards; any order, keeps no state, exact for the steps taken",
        Claim::own_discrete,
        SolverSupport::all,
        "4 N s L",
        "L + 1",
        "2 N s L",
        "Two copies of the solution step over each other, and that can be undone, so no state is kept and yet the "
        "order is that of the solver method. Look at the evaluations, twice those of a plain solve, and at a close "
        "encounter: the copies come apart in it, and a tolerance that serves ACA there is too loose."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return reversible(problem);
    }
};

}  // namespace syzygy
