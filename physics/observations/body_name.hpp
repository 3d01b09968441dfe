#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace syzygy {

/// Index 0..2 of the body that has this name; in another letter case (ASCII) if no body has exactly this name and only one
/// body has it in another case. Nothing if no body has the name.
std::optional<int> body_named(const std::array<std::string, 3>& bodies, std::string_view name);

}  // namespace syzygy
