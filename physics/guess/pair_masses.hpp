#pragma once

#include "physics/guess/tracks.hpp"

namespace syzygy {

/// The sums of masses that hold the pairs 1-2, 1-3, 2-3 together if each is bound and alone:
/// K2 <v^2> = K1 (m_i + m_j) <1/r> (virial theorem; exact for a Kepler orbit over whole turns). 0 for a pair that is never
/// seen apart.
Eigen::Vector3d pair_sums(const PreparedData& data, const Tracks& tracks);

/// Masses from these sums: equal parts for the tightest pair, the rest for the third body. nan if there is no pair.
Eigen::Vector3d masses_of_pairs(const PreparedData& data, const Tracks& tracks);

}  // namespace syzygy
