#pragma once

#include "physics/observations/observations.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// What is stated about a table beyond its contents; "" for what is not stated.
struct ToldTable {
    std::string units;       ///< replace those of the file
    std::string time_scale;  ///< of dates whose scale the file does not state
};

/// Reads a delimited table whose columns are given: a slot (columns.hpp) for each. With `one_body`, columns are of body 1
/// alone. If z is left out everywhere, z is 0. Throws InputError, and Cancelled if stopped.
Observations read_told_table(const SourceText& source, const std::vector<int>& slots, bool one_body, const ToldTable& told,
                             std::stop_token stop = {});

/// UnitSystem::parse with its error as InputError of the file.
UnitSystem parse_told_units(const std::string& units, const std::string& file);

}  // namespace syzygy
