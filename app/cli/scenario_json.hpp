#pragma once

#include "app/cli/command.hpp"
#include "physics/scenarios/scenario.hpp"

namespace syzygy {

/// The table of scenarios: id, label, description, source, duration, period (null where the orbit has none), units,
/// bodies. An entry's units and bodies make a system file.
Json scenarios_json();

}  // namespace syzygy
