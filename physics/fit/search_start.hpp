#pragma once

#include "physics/fit/options.hpp"
#include "physics/fit/parameters.hpp"
#include "physics/guess/search.hpp"

namespace syzygy {

/// True if a fit of the setup looks for its start itself: no masses and no state are given, and arcs may grow.
bool searches_start(const FitSetup& setup);

/// Looks for an orbit through the data (search_orbit) with what the parameters hold held, under Newton's force alone.
/// `report`, where given, is called after each step.
SearchResult search_start(const PreparedData& data, const ParameterSet& parameters, const ModelOptions& model, std::stop_token stop,
                          const std::function<void(const SearchProgress&)>& report = {});

}  // namespace syzygy
