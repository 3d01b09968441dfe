#pragma once

#include "physics/model/solution.hpp"
#include "physics/observations/observations.hpp"

#include <stop_token>
#include <string>

namespace syzygy {

/// Predicted minus observed positions as CSV, at full precision: time, whether it lies in the training window, nine
/// residuals and, where known, nine one-sigma errors. Ends early where stopped.
std::string residual_table(const Solution& solution, std::stop_token stop = {});

/// Every attempted step as CSV, in the order of time: time at its beginning, size, error over tolerance, whether it
/// was accepted, whether it lies in the training window. Ends early where stopped.
std::string step_table(const Solution& solution, std::stop_token stop = {});

}  // namespace syzygy
