#pragma once

#include "core/ode/solver.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <vector>

namespace syzygy {

/// Which zero crossings count.
enum class Crossing { rising, falling, any };

/// A function of the solution whose zeros are sought.
template <class State>
struct Event {
    std::function<RealOf<State>(RealOf<State> t, const State& y)> value;
    Crossing crossing = Crossing::any;
    bool terminal = false;  ///< ends the solve at its first zero
};

/// A zero: the index of its event, the time and the state.
template <class State>
struct EventHit {
    std::size_t event;
    RealOf<State> t;
    State y;
};

/// Watches a solve for events. A zero is bracketed by the values at the ends of the step and at three points between, and located
/// on the dense output to rounding by the Illinois rule with bisection. Two zeros closer than a quarter of a step may be missed.
template <class State>
class EventDetector {
public:
    using Real = RealOf<State>;

    explicit EventDetector(std::vector<Event<State>> events) : events_(std::move(events)), last_(events_.size()) {}

    /// Evaluates the events at the start, before the first step.
    void begin(Real t0, const State& y0)
    {
        hits_.clear();
        ended_ = false;
        for (std::size_t i = 0; i < events_.size(); ++i) last_[i] = events_[i].value(t0, y0);
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        typename StepType::Polynomial polynomial;
        for (State& coefficient : polynomial) coefficient = step.y0();
        step.dense_polynomial(polynomial);
        State y = step.y0();
        const auto value = [&](std::size_t event, Real theta) {
            if (theta == 1)
                y = step.y1();
            else
                evaluate_polynomial(polynomial, step.y0(), theta, y);
            return events_[event].value(step.t0() + theta * step.h(), y);
        };

        const std::size_t first_new = hits_.size();
        constexpr int parts = 4;
        for (std::size_t i = 0; i < events_.size(); ++i) {
            Real left = 0, f_left = last_[i];
            for (int part = 1; part <= parts; ++part) {
                const Real right = Real(part) / parts;
                const Real f_right = value(i, right);
                if (crosses(events_[i].crossing, f_left, f_right)) {
                    const Real theta = locate(left, f_left, right, f_right, [&](Real x) { return value(i, x); });
                    value(i, theta);
                    hits_.push_back({i, step.t0() + theta * step.h(), y});
                }
                left = right;
                f_left = f_right;
            }
            last_[i] = f_left;
        }
        const Real direction = step.h() > 0 ? 1 : -1;
        std::sort(hits_.begin() + static_cast<std::ptrdiff_t>(first_new), hits_.end(),
                  [direction](const auto& a, const auto& b) { return direction * a.t < direction * b.t; });
        for (std::size_t hit = first_new; hit < hits_.size(); ++hit)
            if (events_[hits_[hit].event].terminal) {
                hits_.resize(hit + 1);
                ended_ = true;
                return Continue::no;
            }
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<Real>&) {}

    /// The hits in the order of the solve. After a terminal event the last hit is the end of the solve.
    const std::vector<EventHit<State>>& hits() const { return hits_; }
    bool ended() const { return ended_; }

private:
    static bool crosses(Crossing crossing, Real before, Real after)
    {
        const bool rising = before < 0 && after >= 0, falling = before > 0 && after <= 0;
        return (rising && crossing != Crossing::falling) || (falling && crossing != Crossing::rising);
    }

    /// The zero in [left, right], an interval in which f changes sign.
    template <class F>
    static Real locate(Real left, Real f_left, Real right, Real f_right, const F& f)
    {
        int side = 0;
        for (int iteration = 0; iteration < 200 && right - left > 4 * std::numeric_limits<Real>::epsilon(); ++iteration) {
            Real x = (left * f_right - right * f_left) / (f_right - f_left);
            // Every third iteration bisects, so that a flat function cannot stall the search.
            if (iteration % 3 == 2 || !(x > left && x < right)) x = (left + right) / 2;
            const Real f_x = f(x);
            if (f_x == 0) return x;
            if ((f_x > 0) == (f_right > 0)) {
                right = x;
                f_right = f_x;
                if (side == 1) f_left /= 2;
                side = 1;
            } else {
                left = x;
                f_left = f_x;
                if (side == -1) f_right /= 2;
                side = -1;
            }
        }
        return (left + right) / 2;
    }

    std::vector<Event<State>> events_;
    std::vector<Real> last_;
    std::vector<EventHit<State>> hits_;
    bool ended_ = false;
};

/// Several observers as one; the solve ends when any of them asks to end it.
template <class... Observers>
class ObserverGroup {
public:
    explicit ObserverGroup(Observers&... observers) : observers_(&observers...) {}

    template <class StepType>
    Continue accepted(StepType& step)
    {
        return std::apply(
            [&](auto*... observer) {
                const bool go_on = ((observer->accepted(step) == Continue::yes) & ...);
                return go_on ? Continue::yes : Continue::no;
            },
            observers_);
    }
    template <class Real>
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        std::apply([&](auto*... observer) { (observer->rejected(attempt), ...); }, observers_);
    }

private:
    std::tuple<Observers*...> observers_;
};

}  // namespace syzygy
