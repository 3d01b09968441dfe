#include "physics/scenarios/families.hpp"

#include <string>

// Periodic orbits of three equal masses, G = 1. The digits are those that
// docs/refine_periodic_orbits.py prints: shooting from the published ones, in 113-bit arithmetic.

namespace syzygy::families {

namespace {

/// Bodies 1, 2, 3 start at x1, x2, -x1 - x2 on the x axis; v3 = -v1 - v2.
struct Orbit {
    const char* name;
    double x1, x2;
    double vx1, vy1;
    double vx2, vy2;
    double period;
};

/// The start of Suvakov and Dmitrasinovic: x = -1, 1, 0 and v1 = v2 = (p, q); no angular momentum.
constexpr Orbit isosceles(const char* name, double p, double q, double period)
{
    return {name, -1, 1, p, q, p, q, period};
}

/// Broucke's start: all velocities along y.
constexpr Orbit perpendicular(const char* name, double x1, double x2, double vy1, double vy2, double period)
{
    return {name, x1, x2, 0, vy1, 0, vy2, period};
}

constexpr Orbit butterfly_1_orbit =
    isosceles("Butterfly I", 0.30689342046437923, 0.12550656701528315, 6.234674838727809);
constexpr Orbit moth_1_orbit =
    isosceles("Moth I", 0.46444517281806669, 0.39606001465281476, 14.894305175042124);
constexpr Orbit goggles_orbit =
    isosceles("Goggles", 0.083300071850497467, 0.12788925551976671, 10.464849525920719);
constexpr Orbit dragonfly_orbit =
    isosceles("Dragonfly", 0.08058422554065163, 0.58883608977791357, 21.272337394614254);
constexpr Orbit yin_yang_1a_orbit =
    isosceles("Yin-yang Ia", 0.51393853746032814, 0.30473591934684613, 17.328834018616238);
constexpr Orbit broucke_a2_orbit =
    perpendicular("Broucke A2", 0.3361300950, 0.76998938041779741, 1.5324315373666235, -0.62873509838000385,
                  7.7021643002981115);
constexpr Orbit broucke_r2_orbit =
    perpendicular("Broucke R2", 0.9060893715, -0.69097235360141362, 0.96585489036875993, -1.6223214845123137,
                  5.7047643847549283);

template <const Orbit& orbit>
ThreeBodySystem make()
{
    ThreeBodySystem system;
    system.name = orbit.name;
    const Eigen::Vector3d v1(orbit.vx1, orbit.vy1, 0), v2(orbit.vx2, orbit.vy2, 0);
    system.bodies = {Body{"Body 1", 1, {orbit.x1, 0, 0}, v1}, Body{"Body 2", 1, {orbit.x2, 0, 0}, v2},
                     Body{"Body 3", 1, {-orbit.x1 - orbit.x2, 0, 0}, -v1 - v2}};
    return system;
}

template <const Orbit& orbit>
Scenario row(std::string_view id, std::string_view description, std::string_view source)
{
    return {.id = id,
            .label = orbit.name,
            .description = description,
            .source = source,
            .duration = orbit.period,
            .period = orbit.period,
            .make = make<orbit>};
}

}  // namespace

Scenario butterfly_1()
{
    return row<butterfly_1_orbit>(
        "butterfly-1",
        "No angular momentum: the outer bodies draw the wings, the middle one runs between them. They pass "
        "at "
        "0.011, so a fixed step loses the orbit early.",
        "Initial conditions of butterfly I (Suvakov and Dmitrasinovic, Phys. Rev. Lett. 110, 114301 (2013), "
        "table I), refined here to close to 5e-16 (docs/refine_periodic_orbits.py)");
}

Scenario moth_1()
{
    return row<moth_1_orbit>(
        "moth-1",
        "No angular momentum, and no passage nearer than 0.08: the gentlest of these orbits to integrate.",
        "Initial conditions of moth I (Suvakov and Dmitrasinovic, Phys. Rev. Lett. 110, 114301 (2013), "
        "table I), refined here to close to 3e-15 (docs/refine_periodic_orbits.py)");
}

Scenario goggles()
{
    return row<goggles_orbit>(
        "goggles",
        "No angular momentum: the middle body swings to the left and right companion in turn, as near as "
        "0.018.",
        "Initial conditions of goggles (Suvakov and Dmitrasinovic, Phys. Rev. Lett. 110, 114301 (2013), "
        "table I), refined here to close to 7e-16 (docs/refine_periodic_orbits.py)");
}

Scenario dragonfly()
{
    return row<dragonfly_orbit>(
        "dragonfly",
        "No angular momentum; a long period with passages down to 0.007: compare how solvers close it.",
        "Initial conditions of dragonfly (Suvakov and Dmitrasinovic, Phys. Rev. Lett. 110, 114301 (2013), "
        "table I), refined here to close to 3e-15 (docs/refine_periodic_orbits.py)");
}

Scenario yin_yang_1a()
{
    return row<yin_yang_1a_orbit>(
        "yin-yang-1a", "No angular momentum: the outer paths nest like yin and yang about the middle one's.",
        "Initial conditions of yin-yang Ia (Suvakov and Dmitrasinovic, Phys. Rev. Lett. 110, 114301 (2013), "
        "table I), refined here to close to 4e-15 (docs/refine_periodic_orbits.py)");
}

Scenario broucke_a2()
{
    return row<broucke_a2_orbit>(
        "broucke-a2",
        "A pair turns clockwise and draws a rosette; the third body runs around it the other way.",
        "Initial conditions of Broucke's orbit A2 (Broucke, Celestial Mechanics 12, 439 (1975); digits of "
        "the "
        "Three-body Gallery, three-body.ipb.ac.rs), refined here to close to 8e-15 "
        "(docs/refine_periodic_orbits.py)");
}

Scenario broucke_r2()
{
    return row<broucke_r2_orbit>(
        "broucke-r2", "A pair and the third body around it turn the same way; the inner paths make loops.",
        "Initial conditions of Broucke's orbit R2 (Broucke, Celestial Mechanics 12, 439 (1975); digits of "
        "the "
        "Three-body Gallery, three-body.ipb.ac.rs), refined here to close to 7e-15 "
        "(docs/refine_periodic_orbits.py)");
}

}  // namespace syzygy::families
