#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace syzygy {

/// Index 0..2 of the body that has this name; of one with other letter case (ASCII) where no body has the name as it
/// stands and just one has it so. Nothing where it is no body's.
std::optional<int> body_named(const std::array<std::string, 3>& bodies, std::string_view name);

}  // namespace syzygy
