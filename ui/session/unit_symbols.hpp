#pragma once

#include "physics/units/units.hpp"

#include <string>
#include <string_view>

namespace syzygy {

/// What units are called beside numbers: their labels, or L, M, T, V where a unit is itself a number of something
/// ("1285221297.6 s"). What the letters stand for is said where the data are described.
struct UnitSymbols {
    std::string length, mass, time, velocity;
};

UnitSymbols unit_symbols(const UnitSystem& units);

/// True for "1285221297.6 s".
bool is_number_of_something(std::string_view label);

}  // namespace syzygy
