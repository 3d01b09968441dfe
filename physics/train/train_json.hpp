#pragma once

#include "physics/model/correction.hpp"
#include "physics/train/train.hpp"

#include <nlohmann/json.hpp>

namespace syzygy {

/// The state of a training, as a `.syzygy` file holds it. All numbers round-trip to the bit; a value that is not a number is
/// null. History: [[epoch, loss, validation, learning rate, horizon, m1, m2, m3], ...].
nlohmann::ordered_json to_json(const TrainState& state);
TrainState train_state_from_json(const nlohmann::ordered_json& json);

/// {"options", "context": {"units", "length", "velocity", "mass", "time", "t0"}, "parameters"}.
nlohmann::ordered_json to_json(const TrainedCorrection& trained);
/// Throws ArgumentError for invalid options and units, nlohmann::json::exception for JSON that is not of that form.
TrainedCorrection trained_correction_from_json(const nlohmann::ordered_json& json);

}  // namespace syzygy
