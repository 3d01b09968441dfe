#pragma once

#include "physics/train/train.hpp"

#include <string>

namespace syzygy {

/// What of a training's state, as a file had it, cannot be: sizes that do not agree, numbers that are none, back ends that
/// there are not. Empty where nothing is wrong.
std::string damage_of(const TrainState& state);

}  // namespace syzygy
