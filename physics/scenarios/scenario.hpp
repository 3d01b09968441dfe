#pragma once

#include "physics/bodies/bodies.hpp"

#include <span>
#include <string_view>

namespace syzygy {

/// A three-body system with a name, known initial conditions and where they come from.
struct Scenario {
    std::string_view id;           ///< "figure-eight": the command line's name
    std::string_view label;        ///< "Figure-eight": what a menu shows
    std::string_view description;  ///< one or two sentences: what is to be seen
    std::string_view source;       ///< the publication of the initial conditions
    double duration;               ///< a time span worth looking at, in the system's time unit
    double period;                 ///< of a periodic orbit, in the system's time unit; 0 otherwise
    ThreeBodySystem (*make)();
};

/// The one table of scenarios, in the order of menus.
std::span<const Scenario> scenarios();

/// Throws ArgumentError("scenario", ...) listing the known ids.
const Scenario& find_scenario(std::string_view id);

}  // namespace syzygy
