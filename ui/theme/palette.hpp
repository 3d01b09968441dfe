#pragma once

#include "ui/theme/theme.hpp"

namespace syzygy {

/// The two themes' colours; tests hold them to the contrasts that the comments of Theme promise.
const Theme& light_theme();
const Theme& dark_theme();

}  // namespace syzygy
