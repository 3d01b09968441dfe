#pragma once

#include "physics/fit/parameters.hpp"
#include "physics/observations/observations.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// Throws ArgumentError("data", ...) where the first row of the window alone is observed: nothing there depends on the
/// masses, and a fit would end where it starts.
void require_motion(const PreparedData& data, const Observations& observations);

/// Throws ArgumentError naming option, value and remedy for a mass or a state that no double can compute with: 1e100
/// times larger than the data's own magnitudes (of masses also smaller), so that the third powers in a force leave the
/// range of doubles, 1e308.
void require_computable(const ParameterSet& parameters, const PreparedData& data, const FitOptions& options);

/// Says of each parameter that does not start where it was told to, or is held beyond its bounds, from where to where, and
/// by which option; and of a given state that is far from what the first row has, as one in other units is.
void add_start_notes(const ParameterSet& parameters, const PreparedData& data, const FitOptions& options,
                     std::vector<std::string>& notes);

}  // namespace syzygy
