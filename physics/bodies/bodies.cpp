#include "physics/bodies/bodies.hpp"

namespace syzygy {

State ThreeBodySystem::state() const
{
    State state;
    for (int body = 0; body < 3; ++body) {
        state.segment<3>(3 * body) = bodies[body].position;
        state.segment<3>(9 + 3 * body) = bodies[body].velocity;
    }
    return state;
}

Eigen::Vector3d ThreeBodySystem::masses() const
{
    return {bodies[0].mass, bodies[1].mass, bodies[2].mass};
}

void ThreeBodySystem::set_state(const State& state)
{
    for (int body = 0; body < 3; ++body) {
        bodies[body].position = state.segment<3>(3 * body);
        bodies[body].velocity = state.segment<3>(9 + 3 * body);
    }
}

}  // namespace syzygy
