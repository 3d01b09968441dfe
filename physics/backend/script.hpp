#pragma once

#include "physics/bodies/bodies.hpp"

#include <string>

namespace syzygy {

/// A network that PyTorch exported, and what it takes and gives (docs/torchscript.md).
struct ScriptRequest {
    std::string file;
    bool single_precision = false;
    bool replaces_newton = false;
    /// Factors that convert numbers from units of the data to the network's units.
    double length = 1, velocity = 1, mass = 1, time = 1;
    /// Factor that converts the network's accelerations to V/T of the data.
    double acceleration = 1;
    /// The point at which the network is tried when it is loaded, in units of the data.
    double trial_time = 0;
    State trial_state = State::Zero();
    Eigen::Vector3d trial_masses = Eigen::Vector3d::Ones();
};

}  // namespace syzygy
