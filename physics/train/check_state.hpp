#pragma once

#include "physics/train/train.hpp"

#include <string>

namespace syzygy {

/// What is invalid in a training's state as read from a file: sizes that do not agree, values that are not numbers, back ends
/// that do not exist. Empty if nothing is wrong.
std::string damage_of(const TrainState& state);

}  // namespace syzygy
