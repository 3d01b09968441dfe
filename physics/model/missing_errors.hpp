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

/// One-sigma errors that stand in for those that the data do not give beside others that they do: `start` of the
/// component times the `factor` of its group, which a fit estimates from the residuals (fit/noise_scale.hpp).
///
/// `start` is the median of the errors given for the component; where it has none, of those of the body's other
/// components; where the body has none, of all bodies'; and where velocities have none at all, the positions' times
/// velocity / length of the data (and the other way round). So they scale as the data do.
///
/// Data without any errors have none here: their scale is common to all and cancels. Velocities that count beside
/// positions do not share it: for a fit they get the weight of velocity / length, so that `start` of rows 9..17 is in units
/// of the positions' unknown error (an error of a velocity for an error of 1 of a position).
struct MissingErrors {
    std::array<double, 18> start{};          ///< of each row of the state; nan: not known, counts as 1
    std::array<double, 18> given{};          ///< median of the errors given for the component; nan: none
    std::array<double, error_groups> factor{1, 1, 1, 1, 1, 1};
    std::array<long, error_groups> values{};  ///< observed numbers of the window whose error is missing
    bool common_velocities = false;          ///< data without any errors: one factor for all velocities
    /// Data without any errors: what their common error is taken for where something else has one (a prior), in length units;
    /// a thousandth of their length until a fit has estimated it. 1 where errors are given: residuals are in units of them.
    double common = 1;
    /// An error of each series that is added in quadrature to the stated ones, in the series' units. It begins at 0, or at the
    /// rms of the series about its mean if the series has no errors.
    std::vector<double> jitter{};
    bool estimates_jitter = false;  ///< a fit estimates it (fit/jitter.hpp)

    /// True where an error is missing beside others, or velocities are to be weighed.
    bool any() const;
    double sigma(int row) const
    {
        const auto i = static_cast<std::size_t>(row);
        return start[i] * factor[static_cast<std::size_t>(error_group(row))];
    }
};

/// For observations of that length and velocity (magnitudes, PreparedData); `values` are left at 0. Data without any errors
/// get the weight of their velocities only where `weigh_velocities`.
MissingErrors missing_errors(const Observations& observations, const DataOptions& options, int reference, double length,
                             double velocity, bool weigh_velocities);

}  // namespace syzygy
