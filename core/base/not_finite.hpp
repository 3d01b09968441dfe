#pragma once

#include <limits>

namespace syzygy {

/// A value that is missing or not known.
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// A bound that does not bind.
inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace syzygy
