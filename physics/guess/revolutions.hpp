#pragma once

#include "physics/guess/tracks.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// Kepler orbits of two pairs of bodies that the observations allow, and tracks whose slopes are theirs.
struct Revolutions {
    std::array<int, 2> pairs{};              ///< of body_pairs; the first is the tighter one
    std::array<double, 2> frequency{};       ///< turns per time
    std::array<double, 2> between_rows{};    ///< turns from one row to the next (median)
    std::array<double, 2> mass{};            ///< of each pair by Kepler's third law, in units of mass
    std::array<double, 3> swing{};           ///< amplitude of each body's motion with the first pair's frequency, length
    bool likely = false;                     ///< local polynomials do not follow the rows; or the slowest orbits give the first pair far
                                             ///< less mass than the second, and these do not
    Tracks tracks;                           ///< observed values, and slopes by the orbits

    /// "pair 1-2 turns 2.01 times between rows, pair 1-3 0.35 times".
    std::string description() const;
};

/// Counts how often pairs go round between rows. The periodogram of a pair's relative position shows the frequencies that are
/// possible; of equally spaced rows there are many, which differ by whole turns between rows. For each a Kepler orbit is fitted
/// (linear in the Thiele-Innes elements; the eccentricity and the mean anomaly are searched for). The tightest pair on one of its
/// orbits, and another pair on one, make a combination, and each coordinate is fitted by both orbits together. Combinations
/// come first if the wider pair has at least about the mass of the tighter one, if the orbits fit and if they turn seldom; at
/// most `most`, and none if no two pairs keep to such orbits. A pair is left out if its bodies are not observed together in 8 rows;
/// of more than 5000 rows nothing is counted.
std::vector<Revolutions> count_revolutions(const PreparedData& data, std::size_t most = 24);

}  // namespace syzygy
