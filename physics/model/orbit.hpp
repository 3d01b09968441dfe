#pragma once

#include "core/ode/trajectory.hpp"
#include "physics/bodies/bodies.hpp"
#include "physics/bodies/correction.hpp"

#include <stop_token>

namespace syzygy {

/// What an orbit is solved from: a state at time 0.
struct OrbitStart {
    UnitSystem units;
    Eigen::Vector3d masses;
    State state;
    double softening = 0;
    CorrectionAt correction{};  ///< acts in addition to Newton's force; none by default
    double epoch = 0;           ///< the correction's time at time 0
};

/// The orbit from time 0 to `duration` with dense output, at a relative tolerance of 1e-12 by DOP853: for curves, not for
/// gradients. Ends early, with an outcome that says so, after `most_evaluations` (15 per step, 1.3 kB per step). Throws
/// ArgumentError for a duration of 0.
Trajectory<State> solve_orbit(const OrbitStart& start, double duration, std::stop_token stop = {},
                              long most_evaluations = 1'000'000);

}  // namespace syzygy
