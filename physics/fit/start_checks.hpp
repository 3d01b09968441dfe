#pragma once

#include "physics/fit/parameters.hpp"
#include "physics/observations/observations.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// Throws ArgumentError("data", ...) if only the first row of the window is observed: nothing in that row depends on the
/// masses, and a fit would end where it starts.
void require_motion(const PreparedData& data, const Observations& observations);

/// Throws ArgumentError naming option, value and remedy for a mass or a state that doubles cannot compute with: 1e100 times
/// larger than the data's own magnitudes (for masses also smaller), so that the third powers in a force leave the range of
/// doubles, 1e308.
void require_computable(const ParameterSet& parameters, const PreparedData& data, const FitOptions& options);

/// Adds a note for each parameter that does not start at the requested value, or is held beyond its bounds: the value before
/// and after, and the option responsible; and a note on a given state that is far from the first row, as a state in other
/// units is.
void add_start_notes(const ParameterSet& parameters, const PreparedData& data, const FitOptions& options,
                     std::vector<std::string>& notes);

}  // namespace syzygy
