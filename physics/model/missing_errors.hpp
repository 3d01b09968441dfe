#pragma once

#include "physics/model/options.hpp"
#include "physics/observations/observations.hpp"

#include <array>
#include <string>
#include <vector>

namespace syzygy {

/// Groups of observed numbers that share an unknown scale of errors: a body's positions (0..2: the body), a body's
/// velocities (3..5: 3 + the body).
inline constexpr int error_groups = 6;
/// The group of a row of the state: 0..8 positions, 9..17 velocities.
inline constexpr int error_group(int row)
{
    return (row >= 9 ? 3 : 0) + row % 9 / 3;
}

/// One-sigma errors that stand in for missing errors in data that give some errors: `start` of the component times the
/// `factor` of its group, which a fit estimates from the residuals (fit/noise_scale.hpp).
///
/// `start` is the median of the errors given for the component; if the component has none, the median for the body's other
/// components; if the body has none, the median for all bodies; and if velocities have no errors at all, the positions' error
/// times velocity / length of the data (and the other way round). So `start` scales with the data.
///
/// For data without any errors there are none here: the scale of all errors is common and cancels. Velocities that count in
/// addition to positions do not share that scale: for a fit they get the weight of velocity / length, so that `start` of rows
/// 9..17 is in units of the positions' unknown error (the error of a velocity if a position has an error of 1).
struct MissingErrors {
    std::array<double, 18> start{};          ///< of each row of the state; nan: not known, counts as 1
    std::array<double, 18> given{};          ///< median of the errors given for the component; nan: none
    std::array<double, error_groups> factor{1, 1, 1, 1, 1, 1};
    std::array<long, error_groups> values{};  ///< observed numbers of the window whose error is missing
    bool common_velocities = false;          ///< data without any errors: one factor for all velocities
    /// For data without any errors: the assumed common error if something else has an error (a prior), in length units; a
    /// thousandth of the data's length until a fit has estimated it. 1 if errors are given: residuals are in units of these
    /// errors.
    double common = 1;
    /// An error of each series that is added in quadrature to the stated ones, in the series' units. It begins at 0, or at the
    /// rms of the series about its mean if the series has no errors.
    std::vector<double> jitter{};
    bool estimates_jitter = false;  ///< a fit estimates the jitter (fit/jitter.hpp)

    /// True if some but not all errors are missing, or if velocities are to be weighted.
    bool any() const;
    double sigma(int row) const
    {
        const auto i = static_cast<std::size_t>(row);
        return start[i] * factor[static_cast<std::size_t>(error_group(row))];
    }
};

/// The missing errors of observations with magnitudes `length` and `velocity` (PreparedData); `values` are left at 0. Data
/// without any errors get the weight of their velocities only if `weigh_velocities`.
MissingErrors missing_errors(const Observations& observations, const DataOptions& options, int reference, double length,
                             double velocity, bool weigh_velocities);

}  // namespace syzygy
