#pragma once

#include "physics/fit/fit.hpp"

#include <string>

namespace syzygy {

/// One line of progress: arc, iteration, loss, masses.
std::string fit_progress(const FitSnapshot& snapshot);

/// The fit for people: how it ended, what was found with errors (and the truth where known), warnings, notes.
std::string fit_report(const FitResult& result, const FitSetup& setup, const Observations& observations);

}  // namespace syzygy
