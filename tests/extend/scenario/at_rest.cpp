#include "physics/scenarios/families.hpp"

namespace syzygy::families {

Scenario at_rest()
{
    return {.id = "at-rest",
            .label = "At rest",
            .description = "Three bodies at rest, for this test.",
            .source = "this test",
            .duration = 1,
            .period = 0,
            .make = [] {
                ThreeBodySystem system;
                for (int body = 0; body < 3; ++body) system.bodies[static_cast<std::size_t>(body)].position[0] = body;
                return system;
            }};
}

}  // namespace syzygy::families
