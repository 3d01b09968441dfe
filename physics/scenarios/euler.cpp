#include "physics/scenarios/families.hpp"

#include <cmath>
#include <numbers>

namespace syzygy::families {

namespace {

constexpr double m1 = 1, m2 = 2, m3 = 3;

/// The ratio (x3 - x2) / (x2 - x1) for bodies in the order 1, 2, 3 on the line: the only positive
/// root of Euler's quintic (one change of sign), by Newton's method.
double distance_ratio()
{
    constexpr double c[6] = {-(m2 + m3),  -(2 * m2 + 3 * m3), -(m2 + 3 * m3),
                             3 * m1 + m2, 3 * m1 + 2 * m2,    m1 + m2};
    double ratio = 1;
    for (int step = 0; step < 20; ++step) {
        double value = 0, slope = 0;
        for (int k = 5; k >= 0; --k) {
            slope = slope * ratio + value;
            value = value * ratio + c[k];
        }
        ratio -= value / slope;
    }
    return ratio;
}

struct Line {
    double x[3];
    double angular_velocity;
};

/// Positions with x2 - x1 = 1 about the centre of mass, and the rate at which gravity (G = 1) is
/// the centripetal force, from body 1's equation.
Line rotating_line()
{
    const double ratio = distance_ratio();
    const double centre = (m2 + m3 * (1 + ratio)) / (m1 + m2 + m3);
    const double pull = m2 + m3 / ((1 + ratio) * (1 + ratio));
    return {{-centre, 1 - centre, 1 + ratio - centre}, std::sqrt(pull / centre)};
}

ThreeBodySystem make_euler()
{
    const Line line = rotating_line();
    const double masses[3] = {m1, m2, m3};
    ThreeBodySystem system;
    system.name = "Euler's line";
    for (int i = 0; i < 3; ++i) {
        system.bodies[i] = {"Body " + std::to_string(i + 1),
                            masses[i],
                            {line.x[i], 0, 0},
                            {0, line.angular_velocity * line.x[i], 0}};
    }
    rest_at_origin(system);
    return system;
}

}  // namespace

Scenario euler()
{
    const double period = 2 * std::numbers::pi / rotating_line().angular_velocity;
    return {.id = "euler",
            .label = "Euler's line",
            .description =
                "Masses 1, 2, 3 on a line that turns like a rigid rod, at the distances that Euler's "
                "quintic gives. Unstable: an error of 1e-9 grows to the size of the system in two turns.",
            .source =
                "Euler, De motu rectilineo trium corporum se mutuo attrahentium, Novi Comm. Acad. Sci. "
                "Petrop. 11, 144 (1767): collinear central configuration, computed here from the quintic",
            .duration = 2 * period,
            .period = period,
            .make = make_euler};
}

}  // namespace syzygy::families
