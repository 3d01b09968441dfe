#pragma once

#include "physics/observations/observations.hpp"

#include <string>

namespace syzygy {

/// Expresses the observations in other units: all numbers change, the motion does not. Throws ArgumentError("units", ...) if
/// either unit system is without dimensions.
void convert_units(Observations& observations, const UnitSystem& units);

/// What the numbers mean in units that a person can judge, such as "Sun-Jupiter 5.44 au on average (if lengths are in km)".
/// "" if the units are without dimensions or two bodies are never observed together.
std::string scale_sentence(const Observations& observations);

}  // namespace syzygy
