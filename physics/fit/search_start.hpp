#pragma once

#include "physics/fit/options.hpp"
#include "physics/fit/parameters.hpp"
#include "physics/guess/search.hpp"

namespace syzygy {

/// True if a fit of the setup searches for its own start: no masses and no state are given, and arcs may grow.
bool searches_start(const FitSetup& setup);

/// Searches for an orbit through the data (search_orbit), with held parameters kept fixed, under Newton's force alone.
/// `report`, if given, is called after each step.
SearchResult search_start(const PreparedData& data, const ParameterSet& parameters, const ModelOptions& model, std::stop_token stop,
                          const std::function<void(const SearchProgress&)>& report = {});

}  // namespace syzygy
