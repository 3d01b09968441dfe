#include "physics/scenarios/families.hpp"

#include <numbers>

namespace syzygy::families {

namespace {

// G = 1. The outer pericentre of 4.8 inner semi-major axes exceeds the 3.5 that Mardling and
// Aarseth (2001), equation 90, ask of these masses, eccentricity and inclination (tested).
ThreeBodySystem make_hierarchical()
{
    constexpr double degree = std::numbers::pi / 180;
    constexpr double m1 = 1, m2 = 0.5, m3 = 1;
    const PositionVelocity inner = cartesian({1, 0.1, 0, 0, 0, 0}, m1 + m2);
    const PositionVelocity outer =
        cartesian({6, 0.2, 60 * degree, 0, 90 * degree, 270 * degree}, m1 + m2 + m3);

    const PositionVelocity binary = scaled(outer, -m3 / (m1 + m2 + m3));
    const PositionVelocity first = sum(binary, scaled(inner, -m2 / (m1 + m2)));
    const PositionVelocity second = sum(binary, scaled(inner, m1 / (m1 + m2)));
    const PositionVelocity third = scaled(outer, (m1 + m2) / (m1 + m2 + m3));

    ThreeBodySystem system;
    system.name = "Hierarchical triple";
    system.bodies = {Body{"Primary", m1, first.position, first.velocity},
                     Body{"Secondary", m2, second.position, second.velocity},
                     Body{"Outer star", m3, third.position, third.velocity}};
    rest_at_origin(system);
    return system;
}

}  // namespace

Scenario hierarchical()
{
    return {.id = "hierarchical",
            .label = "Hierarchical triple",
            .description =
                "A binary and a third star six times as far, inclined by 60 degrees: four outer orbits, "
                "stable. The inner eccentricity climbs from 0.1 to 0.3, to 0.7 by t = 480, and back "
                "(von Zeipel, Lidov, Kozai).",
            .source =
                "Elements chosen here: inner a = 1, e = 0.1, masses 1 and 0.5; outer a = 6, e = 0.2, "
                "i = 60 deg, mass 1. Stable by Mardling and Aarseth, MNRAS 321, 398 (2001), equation 90",
            .duration = 240,
            .period = 0,
            .make = make_hierarchical};
}

}  // namespace syzygy::families
