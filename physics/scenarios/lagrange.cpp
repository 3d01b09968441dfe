#include "physics/scenarios/families.hpp"

#include <cmath>
#include <numbers>

namespace syzygy::families {

namespace {

constexpr double mass[3] = {3, 2, 1};
constexpr double total_mass = 6;
constexpr double eccentricity = 0.5;

// q_i = z(t) c_i, where c is a triangle of unit sides about its centre of mass and the complex z
// turns and stretches it, solves the equations of motion with G = 1 when z'' = -M z / |z|^3: a
// Kepler orbit, here of semi-major axis 1, starting at its apocentre.
ThreeBodySystem make_lagrange()
{
    const double side = 1 + eccentricity;
    const double rate = std::sqrt(total_mass * (1 - eccentricity) / (1 + eccentricity));  // z' = i rate
    const double height = std::numbers::sqrt3 / 2;
    Eigen::Vector3d corner[3] = {{0, 0, 0}, {1, 0, 0}, {0.5, height, 0}};
    const Eigen::Vector3d centre =
        (mass[0] * corner[0] + mass[1] * corner[1] + mass[2] * corner[2]) / total_mass;

    ThreeBodySystem system;
    system.name = "Lagrange's triangle";
    for (int i = 0; i < 3; ++i) {
        const Eigen::Vector3d c = corner[i] - centre;
        system.bodies[i] = {"Body " + std::to_string(i + 1), mass[i], side * c,
                            rate * Eigen::Vector3d(-c.y(), c.x(), 0)};
    }
    rest_at_origin(system);
    return system;
}

}  // namespace

Scenario lagrange()
{
    const double period = 2 * std::numbers::pi / std::sqrt(total_mass);
    return {.id = "lagrange",
            .label = "Lagrange's triangle",
            .description =
                "Masses 3, 2, 1 at the corners of an equilateral triangle that turns and breathes: "
                "each body runs a Kepler ellipse of eccentricity 0.5. Exact but unstable: an error of "
                "1e-9 breaks the triangle in the fifth period; two bodies pair up, the third leaves.",
            .source =
                "Lagrange, Essai sur le probleme des trois corps, Prix de l'Academie Royale des Sciences de "
                "Paris 9 (1772), closed form; unstable by Gascheau, C. R. Acad. Sci. 16, 393 (1843), for "
                "circular orbits: (m1 m2 + m2 m3 + m3 m1) / (m1 + m2 + m3)^2 = 11/36 > 1/27",
            .duration = 5 * period,
            .period = period,
            .make = make_lagrange};
}

}  // namespace syzygy::families
