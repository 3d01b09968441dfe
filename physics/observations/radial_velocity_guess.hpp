#pragma once

#include "core/base/error.hpp"
#include "physics/observations/observations.hpp"

#include <optional>
#include <span>

namespace syzygy {

/// The error to report for files that could not be read as positions, if the first of them looks like a table of radial
/// velocities: it says so (`value_units = M/S`, columns named RV, vrad, ...), or it has two to four columns of numbers of
/// which the first are dates that increase, the second go up and down, and the third are small and positive, as errors are.
/// Nothing if the first file does not. For files that cannot be read otherwise: a table of x, y of one body may look alike.
std::optional<InputError> radial_velocity_guess(std::span<const SourceText> sources);

}  // namespace syzygy
