#pragma once

#include "ui/document/loaded_data.hpp"

#include <string>

namespace syzygy {

/// Tells data of another origin from the same with a point moved, or saved elsewhere: what was chosen for the eye
/// (zoom, camera) stays with it. Blank where there are none.
std::string data_identity(const LoadedData& data);

}  // namespace syzygy
