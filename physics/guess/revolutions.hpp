#pragma once

#include "physics/guess/tracks.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// A Kepler motion without its size and orientation.
struct Orbit {
    double frequency = 0;     ///< turns per time
    double eccentricity = 0;
    double mean_anomaly = 0;  ///< at time 0, radians

    /// X = cos E - e and Y = sqrt(1 - e^2) sin E at times: columns that span the motion (Thiele-Innes).
    Eigen::MatrixX2d columns(const Eigen::ArrayXd& t) const;
    /// Their derivatives by time.
    Eigen::MatrixX2d slopes(const Eigen::ArrayXd& t) const;

private:
    double eccentric_anomaly_at(double t) const;
};

/// Kepler orbits of two pairs of bodies that the observations allow. `give_slopes` fills in `swing` and the slopes of `tracks`.
struct Revolutions {
    std::array<int, 2> pairs{};              ///< of body_pairs; the first is the tighter one
    std::array<Orbit, 2> orbits{};           ///< times count from the middle of the rows
    std::array<double, 2> between_rows{};    ///< turns from one row to the next (median)
    std::array<double, 2> mass{};            ///< of each pair by Kepler's third law, in units of mass
    std::array<double, 3> swing{};           ///< amplitude of each body's motion with the first pair's frequency, length
    bool likely = false;                     ///< local polynomials miss the rows; or the slowest orbits give the first pair far
                                             ///< less mass than the second, and these orbits do not
    Tracks tracks;                           ///< local polynomials; with `give_slopes`: observed values, and slopes by the orbits

    /// "pair 1-2 turns 2.01 times between rows, pair 1-3 0.35 times".
    std::string description() const;
};

/// Counts how often pairs go round between rows. The periodogram of a pair's relative position shows the possible
/// frequencies; for equally spaced rows there are many, which differ by whole turns between rows. For each frequency a Kepler
/// orbit is fitted (linear in the Thiele-Innes elements; the eccentricity and the mean anomaly are searched for). One orbit
/// of the tightest pair and one orbit of another pair make a combination. Combinations come first if the wider pair has at
/// least about the mass of the tighter one, if the orbits fit and if they make few turns; at most `most` are returned, and
/// none if no two pairs follow such orbits. A pair is left out if its bodies are not observed together in 8 rows; for more
/// than 5000 rows nothing is counted.
std::vector<Revolutions> count_revolutions(const PreparedData& data, std::size_t most = 24);

/// Fits both orbits together to each coordinate, and gives the coordinate's track the slopes of the orbits.
void give_slopes(const PreparedData& data, Revolutions& revolutions);

}  // namespace syzygy
