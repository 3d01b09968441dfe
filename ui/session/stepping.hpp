#pragma once

#include "ui/document/picture.hpp"

namespace syzygy {

/// The nearest observation time after or before `time`, as the data have it; `time` itself where there is none.
double next_sample(const Picture& picture, double time);
double previous_sample(const Picture& picture, double time);

/// The nearest end of an accepted step, within the window or beyond it; `time` itself where there is none.
double next_step(const Picture& picture, double time);
double previous_step(const Picture& picture, double time);

}  // namespace syzygy
