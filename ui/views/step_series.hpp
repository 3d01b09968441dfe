#pragma once

#include "physics/model/solution.hpp"

#include <cmath>
#include <cstddef>

namespace syzygy {

/// The accepted steps of a solution in order of time: those of the window, then those beyond it.
class StepSeries {
public:
    explicit StepSeries(const Solution& solution)
        : epoch_(solution.data->epoch),
          window_(&solution.window),
          beyond_(solution.beyond && !solution.beyond->steps().empty() ? &*solution.beyond : nullptr),
          in_window_(window_->steps().size())
    {
    }

    std::size_t size() const { return in_window_ + (beyond_ ? beyond_->steps().size() : 0); }
    std::size_t in_window() const { return in_window_; }
    /// Where step i begins, as the data have it; with i == size(), where the last one ends.
    double time(std::size_t i) const
    {
        if (i < in_window_ || !beyond_) return epoch_ + window_->times()[i];
        return epoch_ + beyond_->times()[i - in_window_];
    }
    double size_of(std::size_t i) const
    {
        return std::abs(i < in_window_ ? window_->steps()[i] : beyond_->steps()[i - in_window_]);
    }
    double error_ratio(std::size_t i) const
    {
        return i < in_window_ ? window_->error_ratios()[i] : beyond_->error_ratios()[i - in_window_];
    }

    std::size_t rejected() const
    {
        return window_->rejected_attempts().size() + (beyond_ ? beyond_->rejected_attempts().size() : 0);
    }
    /// The attempt, its time as the data have it.
    RejectedAttempt<double> rejected(std::size_t i) const
    {
        const std::size_t in_window = window_->rejected_attempts().size();
        RejectedAttempt<double> attempt =
            i < in_window ? window_->rejected_attempts()[i] : beyond_->rejected_attempts()[i - in_window];
        attempt.t += epoch_;
        attempt.h = std::abs(attempt.h);
        return attempt;
    }

private:
    double epoch_;
    const Trajectory<State>* window_;
    const Trajectory<State>* beyond_;
    std::size_t in_window_;
};

}  // namespace syzygy
