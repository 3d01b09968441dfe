#pragma once

namespace syzygy {

/// Pixels of the sliders that are painted here: the room at both ends of the bar, and the handle.
inline constexpr double slider_margin = 8, slider_handle_radius = 6;

}  // namespace syzygy
