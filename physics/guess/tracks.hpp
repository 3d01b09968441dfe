#pragma once

#include "physics/model/data.hpp"

#include <array>
#include <vector>

namespace syzygy {

/// One observed coordinate as a function of time: observed values, values and slopes of local polynomials through them, and
/// values in between by cubic Hermite interpolation. Times in the data's time unit from `PreparedData::epoch` on.
struct CoordinateTrack {
    std::vector<double> t;       ///< ascending; empty if the coordinate is never observed
    std::vector<double> q;       ///< observed values (means of rows if the data have very many)
    std::vector<double> smooth;  ///< values of local polynomials
    std::vector<double> slope;   ///< their slopes, or the observed velocities; length over time
    std::vector<double> velocity;  ///< observed velocities, length over time; empty if one is missing
    double noise = 0;            ///< robust rms error of a local polynomial at a value that it was not fitted to, corrected
                                 ///< for the error of the polynomial itself; 0 if rows are too far apart to tell

    double missed = 0;           ///< rms error of a local polynomial at a value that it was not fitted to

    bool empty() const { return t.empty(); }
};

/// Value and slope of a track at a time (Hermite interpolation of `values`; a straight line beyond the ends).
std::pair<double, double> interpolate(const CoordinateTrack& track, const std::vector<double>& values, double time);

/// The nine coordinates of the data as functions of time, relative to the reference body if there is one (whose own three
/// coordinates are then 0 everywhere). A coordinate that is never observed counts as 0.
struct Tracks {
    std::array<CoordinateTrack, 9> coordinates;
    double k2 = 1;  ///< of the units: slope = k2 velocity

    /// Positions at a time, from the observed values or from the smoothed ones.
    Eigen::Matrix<double, 9, 1> observed_positions(double time) const;
    Eigen::Matrix<double, 9, 1> positions(double time) const;
    /// Positions and velocities at a time.
    State state(double time) const;
};

/// Tracks of all rows. The width of the polynomials is chosen for each stretch of a coordinate by leaving each value out
/// in turn (Craven and Wahba, Numer. Math. 31, 377 (1979), for equal errors). More than `most` values of a coordinate are
/// joined in means of neighbours.
Tracks make_tracks(const PreparedData& data, std::size_t most = 1200);

}  // namespace syzygy
