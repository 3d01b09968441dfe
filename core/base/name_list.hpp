#pragma once

#include <string>
#include <vector>

namespace syzygy {

/// The names between commas, as in a flag: "aca,mali". Empty names are left out.
std::vector<std::string> names_of(const std::string& text);

}  // namespace syzygy
