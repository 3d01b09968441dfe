#pragma once

#include <string>
#include <vector>

namespace syzygy {

/// The names between commas, as a flag has them: "aca,mali". What is empty is left out.
std::vector<std::string> names_of(const std::string& text);

}  // namespace syzygy
