#pragma once

#include "physics/fit/residuals.hpp"

#include <optional>

namespace syzygy {

/// Residuals beside the motion that they are residuals of.
struct MotionJudgement {
    /// Why this describes no motion of these bodies: which pair, how large.
    std::optional<std::string> no_fit;
    /// A pair that is predicted more than a quarter turn away from where it is observed.
    std::optional<Warning> phase_wrap;
    /// The largest rms residual of a pair, as a share of the rms of its observed motion about its mean.
    double share = 0;
};

/// Looks at the position of each pair's second body relative to its first, component by component; where only one of
/// the two is observed, the other stands where it is predicted. The residuals of a pair are as large as its motion
/// where their rms is half that of the observed relative position about its mean, or where a straight line does better
/// and a tenth is left. That is excused where the stated errors are as large (reduced chi-square within five standard
/// deviations of 1), or where residuals show no structure and a straight line is not better by more than chance: noise
/// that hides the motion. Of a robust loss the fifth of rows with the largest residuals is left out: outliers are what
/// it is for. Rows count by their time weight.
MotionJudgement judge_motion(const PreparedData& data, const Residuals& residuals);

}  // namespace syzygy
