#pragma once

#include "core/gradient/evaluation.hpp"
#include "core/gradient/reversible_pass.hpp"

#include <array>
#include <cmath>

namespace syzygy {

/// One step of the asynchronous leapfrog (Mutze 2013, arXiv:1311.6602; damped by eta: Zhuang et al. 2021, sec. 3): the state z,
/// and v, an approximation of f(z) carried along from v_0 = f(t_0, z_0):
///
///     k = z + v h/2,   u = f(t + h/2, k),   v' = v + 2 eta (u - v),   z' = k + v' h/2
///
/// One evaluation per step. Order 2 at eta = 1, order 1 below. Provides the members of Step that Solver and ObservedSteps use.
///
/// Error estimate: the difference from the Euler step z + h v, eta h (u - v), which costs nothing; it has order 1, and the more
/// accurate solution is carried on. Dense output: the cubic Hermite interpolant of (z, v) and (z', v'), which here is the
/// quadratic z + theta h v + theta^2 eta h (u - v). v is within O(h^2) of f at eta = 1 (O(h) below), so the dense output is as
/// accurate as the solution.
template <class SystemType>
class LeapfrogStep {
public:
    using State = typename SystemType::State;
    using Real = RealOf<State>;
    using Polynomial = std::array<State, 2>;

    LeapfrogStep(const SystemType& system, Real eta) : system_(&system), eta_(eta) {}

    /// Starts at (t, z) with v = f(t, z).
    void start(Real t, const State& z)
    {
        t_ = t;
        z_ = z;
        system_->rhs(t, z, v_);
        ++evaluations_;
    }
    void compute(Real h)
    {
        h_ = h;
        const State k = z_ + (h / 2) * v_;
        State u;
        system_->rhs(t_ + h / 2, k, u);
        ++evaluations_;
        bend_ = eta_ * (u - v_);
        v1_ = v_ + 2 * bend_;
        z1_ = k + (h / 2) * v1_;
    }
    void finish(Real t1)
    {
        t1_ = t1;
        inverse_h_ = 1 / h_;
    }
    void advance()
    {
        t_ = t1_;
        z_ = z1_;
        v_ = v1_;
    }

    Real t0() const { return t_; }
    Real t1() const { return t1_; }
    Real h() const { return h_; }
    const State& y0() const { return z_; }
    const State& y1() const { return z1_; }
    const State& derivative0() const { return v_; }
    const State& derivative1() const { return v1_; }
    auto error_estimate() const { return h_ * controlled(*system_, bend_); }
    Real theta(Real t) const { return (t - t_) * inverse_h_; }

    template <int rows = State::RowsAtCompileTime>
    void dense_polynomial(std::array<Eigen::Matrix<typename State::Scalar, rows, 1>, 2>& polynomial) const
    {
        polynomial[0] = h_ * v_.template head<rows>();
        polynomial[1] = h_ * bend_.template head<rows>();
    }

    Real error_ratio() const { return error_ratio_; }
    void set_error_ratio(Real error_ratio) { error_ratio_ = error_ratio; }
    long evaluations() const { return evaluations_; }
    void count_evaluations(long more) { evaluations_ += more; }
    const SystemType& system() const { return *system_; }

private:
    const SystemType* system_;
    Real eta_, t_ = 0, t1_ = 0, h_ = 0, inverse_h_ = 0;
    State z_, v_, z1_, v1_;
    State bend_;  ///< eta (u - v)
    Real error_ratio_ = 0;
    long evaluations_ = 0;
};

inline constexpr OwnStepOrder adaptive_leapfrog{1, 1}, fixed_leapfrog{1, 0};

namespace detail {

/// The backward pass of MALI: inverts a step, k = z' - v' h/2, v = (v' - 2 eta u) / (1 - 2 eta), z = k - v h/2, and pulls the
/// cotangents of z and v back through the step, with one evaluation and one vjp per step.
template <class Problem>
class MaliSweep {
public:
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using Observed = typename Problem::Observed;
    static constexpr int rows = Observed::RowsAtCompileTime;

    /// Starts at the end of the last step. Problem and cotangents must outlive the sweep.
    MaliSweep(const Problem& problem, const std::vector<Observed>& cotangents, const LeapfrogStep<System>& last,
              Real eta)
        : problem_(problem),
          cotangents_(cotangents),
          evaluation_(*problem.system),
          eta_(eta),
          z_(last.y1()),
          v_(last.derivative1()),
          parameters_bar_(zero_parameters(*problem.system))
    {
    }

    void pull_back(const HeldStep<Real>& start, const HeldStep<Real>& end, StepEdges edges)
    {
        const ObservationRange range = observations_of<Real>(start, end, problem_.loss->times());
        for (std::size_t k = range.inside_end; k < range.end; ++k) z_bar_.template head<rows>() += cotangents_[k];

        const Real h = start.h, middle = start.t + h / 2;
        k_ = z_ - (h / 2) * v_;
        evaluation_.rhs(middle, k_, u_);
        // Through z' = k + v' h/2 and v' = (1 - 2 eta) v + 2 eta u.
        v_bar_ += (h / 2) * z_bar_;
        Real h_bar = edges.any() ? Real(z_bar_.dot(v_)) / 2 : 0;
        v_ = (v_ - 2 * eta_ * u_) / (1 - 2 * eta_);
        z_ = k_ - (h / 2) * v_;
        u_bar_ = 2 * eta_ * v_bar_;
        v_bar_ *= 1 - 2 * eta_;
        Observed inside = Observed::Zero();
        Real start_bar = 0;
        if (range.any_inside()) pull_back_inside(range, start, edges, inside, start_bar, h_bar);

        // Through u = f(t + h/2, k) and k = z + v h/2.
        evaluation_.vjp(middle, k_, u_bar_, k_bar_, parameters_bar_);
        z_bar_ += k_bar_;
        v_bar_ += (h / 2) * z_bar_;
        if (edges.any()) {
            h_bar += z_bar_.dot(v_) / 2;
            const Real middle_bar = time_cotangent(*problem_.system, middle, k_, u_bar_) / 2;
            if (edges.first) t0_bar_ += middle_bar + start_bar - h_bar;
            if (edges.last) t1_bar_ += middle_bar + h_bar;
        }
        z_bar_.template head<rows>() += inside;
    }
    /// Pulls back through v_0 = f(t0, z0) and adds the observations at t0.
    void finish(const HeldStep<Real>& start)
    {
        evaluation_.vjp_alone(start.t, z_, v_bar_, k_bar_, parameters_bar_);
        z_bar_ += k_bar_;
        t0_bar_ += time_cotangent(*problem_.system, start.t, z_, v_bar_);
        for (std::size_t k = 0; k < start.first_observation; ++k) z_bar_.template head<rows>() += cotangents_[k];
    }

    const State& state() const { return z_; }
    /// d loss / d z with v = f(z) moving along: one vjp, for traces only, not counted.
    State whole_cotangent(Real t) const
    {
        State bar;
        typename System::Parameters unused = zero_parameters(*problem_.system);
        problem_.system->vjp(t, z_, v_bar_, bar, unused);
        return z_bar_ + bar;
    }
    std::string rounding_growth() const
    {
        return fmt::format("rounding grows by {:.3g} a step at eta = {}", 1 / std::abs(1 - 2 * eta_), eta_);
    }

    const State& initial_state() const { return z_bar_; }
    const typename System::Parameters& parameters() const { return parameters_bar_; }
    Real t0() const { return t0_bar_; }
    Real t1() const { return t1_bar_; }
    long rhs_evaluations() const { return evaluation_.rhs_evaluations(); }
    long vjp_evaluations() const { return evaluation_.vjp_evaluations(); }
    /// Bytes of z and v.
    static constexpr std::size_t pair_bytes() { return 2 * sizeof(State); }
    /// Bytes of one evaluation with its state, value, cotangents and the data for its vjp, and of the cotangents of z and v.
    static constexpr std::size_t tape_bytes() { return sizeof(Evaluation<System>) + 6 * sizeof(State); }

private:
    /// Pulls back through y(theta) = z + theta h v + theta^2 eta h (u - v), theta h = t_k - t.
    void pull_back_inside(const ObservationRange& range, const HeldStep<Real>& start, StepEdges edges, Observed& sum,
                          Real& start_bar, Real& h_bar)
    {
        Observed first = Observed::Zero(), second = first;
        const Observed v = v_.template head<rows>(), bend = eta_ * (u_ - v_).template head<rows>();
        for (std::size_t k = range.begin; k < range.inside_end; ++k) {
            const Observed& w = cotangents_[k];
            const Real theta = (problem_.loss->times()[k] - start.t) / start.h;
            sum += w;
            first += theta * w;
            second += (theta * theta) * w;
            if (edges.any()) {
                const Real along_bend = w.dot(bend);
                start_bar -= w.dot(v) + 2 * theta * along_bend;
                h_bar -= theta * theta * along_bend;
            }
        }
        v_bar_.template head<rows>() += start.h * (first - eta_ * second);
        u_bar_.template head<rows>() += (start.h * eta_) * second;
    }

    const Problem& problem_;
    const std::vector<Observed>& cotangents_;
    Evaluation<System> evaluation_;
    Real eta_;
    State z_, v_;                                          ///< the current pair
    State z_bar_ = State::Zero(), v_bar_ = State::Zero();  ///< the cotangents of the pair
    State k_, u_, u_bar_, k_bar_;
    typename System::Parameters parameters_bar_;
    Real t0_bar_ = 0, t1_bar_ = 0;
};

}  // namespace detail

/// The gradient by a memory-efficient ALF integrator (MALI; Zhuang et al. 2021): solves with the asynchronous leapfrog, whatever
/// `method` says, and on the way back reconstructs each state from the state after it. Keeps only the step sizes and the end
/// state. The result is the exact gradient of the leapfrog's discrete solution, as far as rounding lets the way back stay on the
/// forward trajectory: `reverse_error` is the distance at t0, or with a trace the largest distance over all steps. Throws
/// ArgumentError for eta = 1/2, at which a step cannot be inverted.
template <class Problem>
GradientResult<typename Problem::System> mali(const Problem& given)
{
    using Real = typename Problem::Real;
    if (given.options.eta == 0.5)
        throw ArgumentError("eta", "0.5", "must not be 1/2, where v' forgets v and the step cannot be inverted");
    std::vector<Real> stops;
    Problem problem = with_stops(given, stops);
    const auto eta = static_cast<Real>(problem.options.eta);
    using StepType = LeapfrogStep<typename Problem::System>;
    using SweepType = detail::MaliSweep<Problem>;
    validate_interval(problem.task);
    if (problem.options.mali_step > 0) {
        problem.task.options.step = problem.options.mali_step;
        return detail::reversible_gradient<fixed_leapfrog, StepType, SweepType>(problem, eta, 1);
    }
    return detail::reversible_gradient<adaptive_leapfrog, StepType, SweepType>(problem, eta, 1);
}

/// This method's row in the table of gradient methods.
struct MaliMethod {
    static constexpr GradientMethodInfo info{
        "mali",
        "MALI",
        "Zhuang et al., ICLR 2021, arXiv:2102.04668, sec. 3",
        "asynchronous leapfrog of its own, run backwards; keeps no state, exact for the steps taken",
        Claim::own_discrete,
        SolverSupport::own,
        "N L (m + 2)",
        "L + 1",
        "N L",
        "The leapfrog can be run backwards, so no state is kept, only the time and the size of each step; but its order is "
        "2, and where a tight tolerance takes very many steps even these outweigh the states that others keep. Look at the "
        "evaluations, and with eta below 1 at how the way back leaves the forward trajectory."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return mali(problem);
    }
};

}  // namespace syzygy
