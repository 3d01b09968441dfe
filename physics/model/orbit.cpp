#include "physics/model/orbit.hpp"

#include "physics/model/data.hpp"
#include "physics/model/dynamics.hpp"

namespace syzygy {

Trajectory<State> solve_orbit(const OrbitStart& start, double duration, std::stop_token stop, long most_evaluations)
{
    SolverOptions options;
    options.method = "dop853";
    options.rtol = 1e-12;
    options.max_evaluations = most_evaluations;
    const auto [length, velocity] = magnitudes(start.units, start.masses, start.state);
    const SolveTask<State> task{
        start.state, 0, duration, options, absolute_tolerance(options, length, velocity), {}, std::move(stop), 0};
    ModelOptions model;
    model.softening = start.softening;
    model.correction = start.correction.correction;
    return with_dynamics(start.units, {start.masses, start.state, start.correction.parameters}, model, start.epoch,
                         [&](const auto& dynamics) { return record(dynamics, task); });
}

}  // namespace syzygy
