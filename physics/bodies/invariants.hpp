#pragma once

#include "physics/bodies/bodies.hpp"

namespace syzygy {

/// What Newton's equations conserve, in the system's own units.
struct Invariants {
    double energy;                     ///< K2/2 sum m v^2 - K1 sum_{i<j} m_i m_j / sqrt(r_ij^2 + softening^2)
    Eigen::Vector3d momentum;          ///< sum m v
    Eigen::Vector3d angular_momentum;  ///< sum m q x v
    Eigen::Vector3d centre_of_mass;    ///< sum m q / sum m; if all masses are 0, the mean position
};

/// The invariants of a state. `energy_scale`, if given, gets the sum of the magnitudes that cancel in the energy: an error of
/// the energy is to be compared with this sum if the energy itself is near zero.
Invariants invariants(const UnitSystem& units, const Eigen::Vector3d& masses, const State& state, double softening = 0,
                      double* energy_scale = nullptr);

}  // namespace syzygy
