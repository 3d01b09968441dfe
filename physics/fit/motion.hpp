#pragma once

#include "physics/fit/residuals.hpp"

#include <optional>

namespace syzygy {

/// Residuals compared with the observed motion.
struct MotionJudgement {
    /// Why the fit does not describe the motion of the bodies: which pair, and how large its residuals are.
    std::optional<std::string> no_fit;
    /// A pair that is predicted more than a quarter turn away from its observed position.
    std::optional<Warning> phase_wrap;
    /// The largest rms residual of a pair, as a share of the rms of its observed motion about its mean.
    double share = 0;
};

/// Looks at the position of each pair's second body relative to its first, component by component; if only one of the two is
/// observed, the predicted position is used for the other. The residuals of a pair are as large as its motion if their rms is
/// half the rms of the observed relative position about its mean, or a tenth of it and a straight line fits better. This is
/// excused if the stated errors are as large (reduced chi-square within five standard deviations of 1), or if the residuals
/// show no structure and a straight line is not better by more than chance: then noise hides the motion. With a robust loss,
/// the fifth of the rows with the largest residuals is left out, since a robust loss is meant for outliers. Rows count by
/// their time weight.
MotionJudgement judge_motion(const PreparedData& data, const Residuals& residuals);

}  // namespace syzygy
