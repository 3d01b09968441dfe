#include "physics/scenarios/families.hpp"

namespace syzygy::families {

namespace {

ThreeBodySystem make_aca()
{
    ThreeBodySystem system;
    system.name = "ACA example";
    constexpr double length_m = 5.326e12, mass_kg = 1.989e30, velocity_m_s = 30000;
    constexpr double time_s = 79.91 * 365 * 24 * 3600 * 0.51;
    system.units = UnitSystem::physical(length_m, mass_kg, time_s, velocity_m_s, 6.67408e-11);
    system.bodies = {Body{"Body 1", 1.1, {0, 0.2, 0}, {0, 0.1, 0}},
                     Body{"Body 2", 1.1, {0.5, 0, 0.5}, {0, 0, 0.1}},
                     Body{"Body 3", 0.9, {0, 0, 0.5}, {0.1, 0, 0}}};
    return system;
}

}  // namespace

Scenario aca()
{
    return {.id = "aca",
            .label = "ACA example",
            .description =
                "The three-body problem of the adaptive checkpoint adjoint paper. Bodies 2 and 3 pass "
                "each other at a distance of 0.053 at t = 0.871: watch the steps shrink there. The "
                "centre of mass drifts.",
            .source =
                "Zhuang, Dvornek, Li, Tatikonda, Papademetris, Duncan, Adaptive Checkpoint Adjoint Method "
                "for Gradient Estimation in Neural ODE, ICML 2020, arXiv:2006.02493, three-body experiment",
            .duration = 2,
            .period = 0,
            .make = make_aca};
}

}  // namespace syzygy::families
