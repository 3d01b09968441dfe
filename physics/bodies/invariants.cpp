#include "physics/bodies/invariants.hpp"

#include <Eigen/Geometry>

#include <cmath>

namespace syzygy {

Invariants invariants(const UnitSystem& units, const Eigen::Vector3d& masses, const State& state, double softening,
                      double* energy_scale)
{
    Invariants result{0, Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()};
    double kinetic = 0, potential = 0;
    for (int i = 0; i < 3; ++i) {
        const Eigen::Vector3d q = state.segment<3>(3 * i), v = state.segment<3>(9 + 3 * i);
        kinetic += units.k2() / 2 * masses[i] * v.squaredNorm();
        result.momentum += masses[i] * v;
        result.angular_momentum += masses[i] * q.cross(v);
        for (int j = i + 1; j < 3; ++j) {
            const double distance = std::hypot((state.segment<3>(3 * j) - q).norm(), softening);
            potential -= units.k1() * masses[i] * masses[j] / distance;
        }
    }
    const double total = masses.sum();
    for (int i = 0; i < 3; ++i)
        result.centre_of_mass += (total > 0 ? masses[i] / total : 1.0 / 3) * state.segment<3>(3 * i);
    result.energy = kinetic + potential;
    if (energy_scale) *energy_scale = kinetic - potential;
    return result;
}

}  // namespace syzygy
