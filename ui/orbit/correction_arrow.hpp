#pragma once

#include "ui/document/orbit_scene.hpp"

namespace syzygy {

/// The correction whose arrow is half as long as the longest: the median of all bodies in the window, since close encounters
/// have some a thousand times as large. Arrows are as long as the root of the correction's size, at most the longest. 0 where
/// there is none.
double half_length_correction(const OrbitScene& scene);

}  // namespace syzygy
