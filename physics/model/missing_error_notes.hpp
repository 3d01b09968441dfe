#pragma once

#include "physics/model/data.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// What stands in for the missing errors of a group, with its unit: "1.5e+04 km", or "1 to 10 km" if components differ.
std::string missing_error_text(const PreparedData& data, const MissingErrors& missing, int group);

/// What stands in for errors that the data do not give, a sentence for each group: for a loss that no fit has seen.
std::vector<std::string> missing_error_notes(const PreparedData& data);

}  // namespace syzygy
