#pragma once

#include "core/gradient/problem.hpp"
#include "core/ode/grid.hpp"

#include <Eigen/Core>

#include <array>
#include <complex>
#include <span>
#include <vector>

namespace syzygy::testing {

/// sum_k w_k sum_c (y_c(t_k) - target_c,k)^2 over the leading `Rows` rows.
template <class Real, int Rows>
class SquaresLoss {
public:
    static constexpr int rows = Rows;
    using Observed = Eigen::Matrix<Real, Rows, 1>;

    void observe(Real t, const Observed& target, Real weight)
    {
        times_.push_back(t);
        targets_.push_back(target);
        weights_.push_back(weight);
    }
    std::span<const Real> times() const { return times_; }

    /// The term of time k; `y` may be complex (without conjugation, so that a complex step is analytic).
    template <class Vector>
    auto term(std::size_t k, const Vector& y) const
    {
        typename Vector::Scalar sum(0);
        for (int c = 0; c < Rows; ++c) {
            const typename Vector::Scalar difference = y[c] - targets_[k][c];
            sum += weights_[k] * difference * difference;
        }
        return sum;
    }
    /// Of plain numbers, or of duals for second derivatives.
    template <class Vector>
    typename Vector::Scalar add(std::size_t k, const Vector& y, Vector& cotangent) const
    {
        cotangent = 2 * weights_[k] * (y - targets_[k]);
        return term(k, y);
    }

private:
    std::vector<Real> times_, weights_;
    std::vector<Observed> targets_;
};

/// The loss of a replay in complex arithmetic: an observer of `replay_with`. The times of the steps may be
/// complex; which step an observation belongs to is decided by their real parts.
template <class Loss, class Real>
class ComplexLoss {
public:
    using Complex = std::complex<Real>;
    using Observed = Eigen::Matrix<Complex, Loss::rows, 1>;

    template <class State>
    ComplexLoss(const Loss& loss, const State& y0, Real t0, Real t1) : loss_(loss), cursor_(loss.times(), t0, t1)
    {
        for (std::size_t k = 0; k < cursor_.at_start(); ++k) value_ += loss_.term(k, y0);
    }
    template <class StepType>
    Continue accepted(StepType& step)
    {
        std::array<Observed, std::tuple_size_v<typename StepType::Polynomial>> polynomial;
        step.template dense_polynomial<Loss::rows>(polynomial);
        cursor_.visit_inside(step.t1().real(), [&](std::size_t k) {
            Observed y;
            evaluate_polynomial(polynomial, step.y0().template head<Loss::rows>(), step.theta(loss_.times()[k]), y);
            value_ += loss_.term(k, y);
        });
        cursor_.visit_end(step.t1().real(), [&](std::size_t k) { value_ += loss_.term(k, step.y1()); });
        return Continue::yes;
    }
    Complex value() const { return value_; }

private:
    const Loss& loss_;
    ObservationCursor<Real> cursor_;
    Complex value_{0};
};

/// What a complex step of 1e-30 moves: a parameter, a component of the initial state, or an end of the interval.
enum class Moved { parameter, initial_state, t0, t1 };

/// The derivative of the loss over held steps by a complex step (Squire and Trapp, SIAM Rev. 40, 110 (1998)): exact
/// but for rounding. `ComplexSystem` is constructed from complex parameters by `make`.
template <const auto& tableau, class Loss, class Real, class Make, class State, class Parameters>
Real complex_step(const Loss& loss, const StepGrid<Real>& grid, const Make& make, const State& y0,
                  const Parameters& parameters, Moved moved, Eigen::Index component = 0)
{
    using Complex = std::complex<Real>;
    const Complex step(0, Real(1e-30));
    auto p = parameters.template cast<Complex>().eval();
    auto y = y0.template cast<Complex>().eval();
    StepGrid<Complex> held;
    held.t.assign(grid.t.begin(), grid.t.end());
    held.h.assign(grid.h.begin(), grid.h.end());
    switch (moved) {
    case Moved::parameter: p[component] += step; break;
    case Moved::initial_state: y[component] += step; break;
    case Moved::t0:
        held.t.front() += step;
        held.h.front() -= step;
        break;
    case Moved::t1:
        held.t.back() += step;
        held.h.back() += step;
        break;
    }
    const auto system = make(p);
    ComplexLoss<Loss, Real> observer(loss, y, grid.t.front(), grid.t.back());
    replay_with<tableau>(system, y, held, observer);
    return observer.value().imag() / Real(1e-30);
}

/// |a - b| / |b|.
template <class A, class B>
auto relative_error(const A& a, const B& b)
{
    return (a - b).norm() / b.norm();
}

}  // namespace syzygy::testing
