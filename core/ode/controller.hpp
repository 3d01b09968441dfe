#pragma once

#include "core/ode/options.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

/// The PI step-size controller of Hairer, Norsett, Wanner I, II.4 and Hairer and Wanner II, IV.2:
///
///     h_new = h clamp(safety err_n^(-(1 - 0.75 beta)/(q+1)) err_{n-1}^(beta/(q+1)), min_factor, max_factor)
///
/// with err the error in units of the tolerance and q the order of the error estimate. (Hairer's beta is this beta divided by
/// q + 1, so one default serves every order.) After a rejection the step may not grow, and the memory of the previous error is
/// not changed.
template <class Real>
class StepController {
public:
    StepController(const SolverOptions& options, int error_order)
        : safety_(static_cast<Real>(options.safety)),
          min_factor_(static_cast<Real>(options.min_factor)),
          max_factor_(static_cast<Real>(options.max_factor)),
          beta_(static_cast<Real>(options.pi_beta) / Real(error_order + 1)),
          exponent_(Real(1) / Real(error_order + 1) - Real(0.75) * beta_)
    {
    }

    /// The factor for the step after an accepted step.
    Real accepted(Real error_ratio)
    {
        using std::exp, std::log;
        // One logarithm and one exponential serve both powers: together they cost a tenth of a cheap step.
        const Real logarithm = log(std::max(error_ratio, Real(1e-10)));
        const Real factor = std::clamp(safety_ * exp(beta_ * previous_log_ - exponent_ * logarithm), min_factor_,
                                       after_rejection_ ? Real(1) : max_factor_);
        previous_log_ = std::max(logarithm, lowest_log);
        after_rejection_ = false;
        return factor;
    }

    /// The factor for the next attempt at the same step. A non-finite error shrinks it by min_factor.
    Real rejected(Real error_ratio)
    {
        using std::exp, std::log;
        after_rejection_ = true;
        if (!std::isfinite(error_ratio)) return min_factor_;
        return std::clamp(safety_ * exp(-exponent_ * log(error_ratio)), min_factor_, safety_);
    }

    /// The factor that `accepted` or `rejected` would return, its derivatives by log error_ratio and by the memory, and the
    /// derivative of the new memory by log error_ratio. A derivative is zero if a clamp is active.
    struct Slopes {
        Real factor, by_log_error, by_memory, memory_by_log_error;
    };
    Slopes accepted_slopes(Real error_ratio) const
    {
        using std::exp, std::log;
        const Real logarithm = log(std::max(error_ratio, Real(1e-10)));
        const bool moves = error_ratio > Real(1e-10);
        const Real free = safety_ * exp(beta_ * previous_log_ - exponent_ * logarithm);
        const Real largest = after_rejection_ ? Real(1) : max_factor_;
        const Real memory_slope = moves && logarithm > lowest_log ? 1 : 0;
        if (free < min_factor_ || free > largest) return {std::clamp(free, min_factor_, largest), 0, 0, memory_slope};
        return {free, moves ? -exponent_ * free : 0, beta_ * free, memory_slope};
    }
    Slopes rejected_slopes(Real error_ratio) const
    {
        using std::exp, std::log;
        if (!std::isfinite(error_ratio)) return {min_factor_, 0, 0, 0};
        const Real free = safety_ * exp(-exponent_ * log(error_ratio));
        if (free < min_factor_ || free > safety_) return {std::clamp(free, min_factor_, safety_), 0, 0, 0};
        return {free, -exponent_ * free, 0, 0};
    }

private:
    Real safety_, min_factor_, max_factor_, beta_, exponent_;
    static constexpr Real lowest_log = Real(-9.210340371976182736L);  ///< log(1e-4), Hairer's floor
    Real previous_log_ = lowest_log;
    bool after_rejection_ = false;
};

}  // namespace syzygy
