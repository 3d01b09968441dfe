#pragma once

#include "core/base/outcome.hpp"
#include "core/ode/controller.hpp"
#include "core/ode/options.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syzygy {

/// The decisions of a solve of one trajectory, whatever its state is made of: how long the next attempt is, where it ends, what an
/// error makes of the step after, and when steps become too small. Solver takes steps by it, and so does each trajectory of a
/// batch (core/torch/row_control.hpp).
///
/// `order` is the error order if it is known at compile time, and the state's numbers then are of type Real; -1: it is not.
template <class Real, int order = -1>
class StepLoop {
public:
    /// `error_order`: of the lower solution in the error estimate; 0: fixed steps. `rounding`: machine epsilon of the state's
    /// numbers.
    StepLoop(const SolverOptions& options, int error_order, Real t0, Real t1, Real rounding = std::numeric_limits<Real>::epsilon())
        : controller_(options, std::max(error_order, 1)),
          min_step_(static_cast<Real>(options.min_step)),
          max_step_(static_cast<Real>(options.max_step)),
          t0_(t0),
          t1_(t1),
          direction_(t1 < t0 ? Real(-1) : Real(1)),
          rounding_(rounding),
          error_order_(error_order)
    {
    }

    bool adaptive() const { return error_order() > 0; }
    Real direction() const { return direction_; }
    Real span() const { return std::abs(t1_ - t0_); }
    /// True if a comes before b in the direction of the solve.
    bool before(Real a, Real b) const { return direction_ * a < direction_ * b; }

    /// A size whose explicit Euler step moves the state by little, from the norms of the state and of its derivative in units of
    /// the tolerances (Hairer, Norsett, Wanner I, II.4, steps a and b).
    Real euler_step(Real d0, Real d1) const
    {
        const Real h0 = d0 < Real(1e-5) || d1 < Real(1e-5) ? span() * Real(1e-6) : Real(0.01) * d0 / d1;
        return std::min(h0, span());
    }
    /// The first step from that size and the norm of the change of the derivative over it, divided by it (steps c to f).
    Real first_step(Real h0, Real d1, Real d2) const
    {
        using std::pow;
        const Real largest = std::max(d1, d2);
        const Real h1 = largest <= Real(1e-15) ? std::max(span() * Real(1e-6), h0 * Real(1e-3))
                                               : pow(Real(0.01) / largest, Real(1) / Real(error_order() + 1));
        const Real chosen = std::min({100 * h0, h1, span()});
        return std::isfinite(chosen) && chosen > 0 ? chosen : span() * Real(1e-6);
    }
    /// Begins with this size, or the largest allowed.
    void begin(Real step)
    {
        proposed_ = step;
        limit_proposed();
    }

    /// An attempt.
    struct Choice {
        Real h, t_end;
        bool to_target;  ///< it ends at the target
        bool shortened;  ///< and is shorter for it
    };
    /// The attempt from t; `target`: the next time that a step must end at.
    Choice choose(Real t, Real target) const
    {
        const Real remaining = std::abs(target - t);
        // Up to 1 % longer rather than a sliver left over; a fixed step and the largest allowed are stretched by
        // rounding only.
        const bool stretches = adaptive() && !(max_step_ > 0 && Real(1.01) * proposed_ > max_step_);
        const Real stretch = stretches ? Real(1.01) : Real(1) + 64 * rounding() * (Real(1) + std::abs(t) / proposed_);
        if (proposed_ * stretch >= remaining) return {target - t, target, true, remaining < proposed_};
        const Real h = direction_ * proposed_;
        return {h, t + h, false, false};
    }
    /// True if no step can be taken at t any more.
    bool too_small(Real t) const
    {
        const Real smallest = 16 * rounding() * std::max(std::abs(t), Real(1e-10) * span());
        return !(proposed_ > (adaptive() ? std::max(smallest, min_step_) : smallest));
    }

    /// Hears that an attempt was accepted with that error, in units of the tolerance: at most 1.
    void accepted(const Choice& attempt, Real error_ratio)
    {
        const Real next = std::abs(attempt.h) * controller_.accepted(error_ratio);
        // A step cut short by a stop says little: the step proposed before it still stands.
        proposed_ = attempt.shortened ? std::max(next, proposed_) : next;
        limit_proposed();
    }
    /// Hears that an attempt was rejected with that error: above 1, or not finite.
    void rejected(const Choice& attempt, Real error_ratio)
    {
        proposed_ = std::abs(attempt.h) * controller_.rejected(error_ratio);
    }

    /// The size of the next attempt, if no target is near.
    Real proposed() const { return proposed_; }
    const StepController<Real>& controller() const { return controller_; }

private:
    int error_order() const { return order >= 0 ? order : error_order_; }
    Real rounding() const { return order >= 0 ? std::numeric_limits<Real>::epsilon() : rounding_; }
    void limit_proposed()
    {
        if (max_step_ > 0) proposed_ = std::min(proposed_, max_step_);
    }

    StepController<Real> controller_;
    Real min_step_, max_step_, t0_, t1_, direction_, rounding_;
    Real proposed_ = 0;
    int error_order_;
};

/// How a solve ended that stands at time t: its status with a sentence, "" if it reached its end.
Outcome solve_outcome(Status status, double t, long max_evaluations);

}  // namespace syzygy
