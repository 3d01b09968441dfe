#pragma once

#include "physics/bodies/bodies.hpp"

#include <string>

namespace syzygy {

/// A network that PyTorch exported, and what it takes and gives (docs/torchscript.md).
struct ScriptRequest {
    std::string file;
    bool single_precision = false;
    bool replaces_newton = false;
    /// What numbers in units of the data are multiplied by to be in the network's.
    double length = 1, velocity = 1, mass = 1, time = 1;
    /// What its accelerations are multiplied by to be in V/T of the data.
    double acceleration = 1;
    /// Where it is tried when it is loaded, in units of the data.
    double trial_time = 0;
    State trial_state = State::Zero();
    Eigen::Vector3d trial_masses = Eigen::Vector3d::Ones();
};

}  // namespace syzygy
