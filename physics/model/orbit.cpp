#include "physics/model/orbit.hpp"

#include "physics/model/data.hpp"
#include "physics/three_body.hpp"

namespace syzygy {

Trajectory<State> solve_orbit(const OrbitStart& start, double duration, std::stop_token stop, long most_evaluations)
{
    SolverOptions options;
    options.method = "dop853";
    options.rtol = 1e-12;
    options.max_evaluations = most_evaluations;
    const ThreeBody<double> dynamics(start.units.k1(), start.units.k2(), start.masses, start.softening);
    const auto [length, velocity] = magnitudes(start.units, start.masses, start.state);
    return record(
        dynamics,
        SolveTask<State>{
            start.state, 0, duration, options, absolute_tolerance(options, length, velocity), {}, std::move(stop), 0});
}

}  // namespace syzygy
