#pragma once

#include "core/ode/solver.hpp"
#include "tests/support/loss.hpp"

#include <array>
#include <complex>

namespace syzygy::testing {

/// An adaptive solve in complex arithmetic, its search for step sizes included, written down a second time from the sources
/// that Solver and StepController name: what naive differentiates, for a complex step. Decisions go by real parts.
template <const auto& tableau, class System, class Real>
class ComplexSearch {
public:
    using Complex = std::complex<Real>;
    using State = typename System::State;

    ComplexSearch(const System& system, const SolverOptions& options, const State& atol, std::span<const Real> stops)
        : system_(system), options_(options), atol_(atol), stops_(stops)
    {
    }

    long accepted = 0, rejected = 0;

    /// The loss of the solve from (t0, y0) to t1.
    template <class Loss>
    Complex operator()(const Loss& loss, const State& y0, Complex t0, Complex t1)
    {
        const Real direction = t1.real() > t0.real() ? 1 : -1, q = Real(tableau.error_order);
        const Real beta = Real(options_.pi_beta) / (q + 1), exponent = 1 / (q + 1) - Real(0.75) * beta;
        ComplexLoss<Loss, Real> observer(loss, y0, t0.real(), t1.real());
        Step<tableau, System, Complex> step(system_);
        step.start(t0, y0);
        Complex proposed = options_.step > 0 ? Complex(Real(options_.step)) : first_step(step, t0, t1, direction);
        const auto limit = [&] {
            if (options_.max_step > 0 && proposed.real() > options_.max_step) proposed = Real(options_.max_step);
        };
        limit();
        Complex memory = std::log(Complex(Real(1e-4)));
        bool after_rejection = false;
        std::size_t next_stop = 0;
        for (Complex t = t0;;) {
            const Complex target = next_stop < stops_.size() ? Complex(stops_[next_stop]) : t1;
            const Real remaining = std::abs((target - t).real());
            const bool may_stretch = !(options_.max_step > 0 && Real(1.01) * proposed.real() > options_.max_step);
            const Real stretch = may_stretch ? Real(1.01) : 1 + 64 * std::numeric_limits<Real>::epsilon() *
                                                                    (1 + std::abs(t.real()) / proposed.real());
            const bool to_target = proposed.real() * stretch >= remaining;
            const bool shortened = to_target && remaining < proposed.real();
            const Complex h = to_target ? target - t : direction * proposed, end = to_target ? target : t + h;
            step.compute(h);
            const Complex ratio = error_ratio(step), size = direction * h;
            if (ratio.real() > 1) {
                ++rejected;
                after_rejection = true;
                proposed = size * clamp(Real(options_.safety) * std::exp(-exponent * std::log(ratio)),
                                        Real(options_.min_factor), Real(options_.safety));
                continue;
            }
            ++accepted;
            const Complex logarithm = std::log(ratio.real() < Real(1e-10) ? Complex(Real(1e-10)) : ratio);
            const Complex next = size * clamp(Real(options_.safety) * std::exp(beta * memory - exponent * logarithm),
                                              Real(options_.min_factor), after_rejection ? 1 : Real(options_.max_factor));
            memory = logarithm.real() > std::log(Real(1e-4)) ? logarithm : std::log(Complex(Real(1e-4)));
            after_rejection = false;
            if (!shortened || next.real() > proposed.real()) proposed = next;
            limit();
            step.finish(end);
            observer.accepted(step);
            if (to_target && next_stop == stops_.size()) return observer.value();
            if (to_target) ++next_stop;
            step.advance();
            t = end;
        }
    }

private:
    static Complex clamp(Complex x, Real low, Real high)
    {
        return x.real() < low ? Complex(low) : x.real() > high ? Complex(high) : x;
    }
    static Complex magnitude(Complex x) { return x.real() < 0 ? -x : x; }

    Complex error_ratio(const Step<tableau, System, Complex>& step) const
    {
        const auto y0 = controlled(system_, step.y0()).eval(), y1 = controlled(system_, step.y1()).eval();
        const auto atol = controlled(system_, atol_).eval(), error = step.error_estimate().eval();
        auto damping = error;
        if constexpr (tableau.has_error_damping()) damping = step.error_damping();
        Complex error_sum = 0, damping_sum = 0;
        for (Eigen::Index i = 0; i < y0.size(); ++i) {
            const Complex a = magnitude(y0[i]), b = magnitude(y1[i]);
            const Complex scale = atol[i] + Real(options_.rtol) * (b.real() > a.real() ? b : a);
            error_sum += error[i] / scale * (error[i] / scale);
            damping_sum += damping[i] / scale * (damping[i] / scale);
        }
        const Real n = Real(y0.size());
        if constexpr (tableau.has_error_damping())
            return error_sum / std::sqrt((error_sum + Real(0.01) * damping_sum) * n);
        else
            return std::sqrt(error_sum / n);
    }

    Complex first_step(const Step<tableau, System, Complex>& step, Complex t0, Complex t1, Real direction) const
    {
        const auto norm = [&](const State& value) {
            const auto y = controlled(system_, step.y0()).eval(), atol = controlled(system_, atol_).eval();
            const auto part = controlled(system_, value).eval();
            Complex sum = 0;
            for (Eigen::Index i = 0; i < part.size(); ++i) {
                const Complex scaled = part[i] / (atol[i] + Real(options_.rtol) * magnitude(y[i]));
                sum += scaled * scaled;
            }
            return std::sqrt(sum / Real(part.size()));
        };
        const auto smaller = [](Complex a, Complex b) { return b.real() < a.real() ? b : a; };
        const Complex d0 = norm(step.y0()), d1 = norm(step.derivative0()), span = direction * (t1 - t0);
        const Complex h0 = smaller(d0.real() < Real(1e-5) || d1.real() < Real(1e-5) ? span * Real(1e-6) : Real(0.01) * d0 / d1, span);
        const State y1 = step.y0() + (direction * h0) * step.derivative0();
        State f1;
        system_.rhs(t0 + direction * h0, y1, f1);
        const Complex d2 = norm(f1 - step.derivative0()) / h0, largest = d2.real() > d1.real() ? d2 : d1;
        const Complex h1 = std::pow(Real(0.01) / largest, 1 / Real(tableau.error_order + 1));
        return smaller(smaller(Real(100) * h0, h1), span);
    }

    const System& system_;
    const SolverOptions& options_;
    const State& atol_;
    std::span<const Real> stops_;
};

}  // namespace syzygy::testing
