#pragma once

#include "physics/scenarios/scenario.hpp"

#include <Eigen/Core>

#include <string_view>

/// The rows of the table of scenarios, one file per family. Only scenarios.cpp needs them.
namespace syzygy::families {

Scenario aca();
Scenario figure_eight();
Scenario lagrange();
Scenario euler();
Scenario pythagorean();
Scenario hierarchical();
Scenario sun_jupiter_saturn();
Scenario sun_earth_moon();
Scenario butterfly_1();
Scenario moth_1();
Scenario goggles();
Scenario dragonfly();
Scenario yin_yang_1a();
Scenario broucke_a2();
Scenario broucke_r2();

/// Mean elements of a Kepler orbit; angles in radians.
struct KeplerElements {
    double semi_major_axis;
    double eccentricity;
    double inclination;
    double longitude_of_node;
    double longitude_of_pericentre;  ///< node + argument of pericentre
    double mean_longitude;           ///< longitude of pericentre + mean anomaly
};

struct PositionVelocity {
    Eigen::Vector3d position;
    Eigen::Vector3d velocity;
};

/// Relative position and velocity on a Kepler orbit, 0 <= eccentricity < 1;
/// mu: G times the sum of both masses, in the units of length and time of the result.
PositionVelocity cartesian(const KeplerElements& elements, double mu);

/// Scales the motion of b relative to a: the factor -m_b / (m_a + m_b) gives a's motion about their centre of mass, and m_a /
/// (m_a + m_b) gives b's.
PositionVelocity scaled(const PositionVelocity& relative, double factor);
PositionVelocity sum(const PositionVelocity& a, const PositionVelocity& b);

/// Subtracts the centre of mass and its velocity, which the formulas leave at rounding level.
void rest_at_origin(ThreeBodySystem& system);

}  // namespace syzygy::families
