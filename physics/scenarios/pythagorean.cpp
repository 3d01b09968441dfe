#include "physics/scenarios/families.hpp"

namespace syzygy::families {

namespace {

ThreeBodySystem make_pythagorean()
{
    ThreeBodySystem system;
    system.name = "Pythagorean problem";
    const Eigen::Vector3d rest = Eigen::Vector3d::Zero();
    system.bodies = {Body{"Mass 3", 3, {1, 3, 0}, rest}, Body{"Mass 4", 4, {-2, -1, 0}, rest},
                     Body{"Mass 5", 5, {1, -1, 0}, rest}};
    return system;
}

}  // namespace

Scenario pythagorean()
{
    return {.id = "pythagorean",
            .label = "Pythagorean problem",
            .description =
                "Masses 3, 4, 5 fall from rest at the corners of a 3-4-5 triangle. After many close "
                "encounters, the nearest of 0.0004 at t = 15.83, the lightest is thrown out near "
                "t = 60 and leaves a binary behind: a hard test of step control.",
            .source =
                "Burrau, Astronomische Nachrichten 195, 113 (1913); solved by Szebehely and Peters, "
                "Astronomical Journal 72, 876 (1967)",
            .duration = 70,
            .period = 0,
            .make = make_pythagorean};
}

}  // namespace syzygy::families
