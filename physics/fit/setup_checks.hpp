#pragma once

#include "physics/fit/parameters.hpp"

namespace syzygy {

/// Checks a setup without its data: every option, values of the correction, device, step size. Throws ArgumentError.
void check_setup(const FitSetup& setup);

/// Checks that need the data, but do not go through their rows: window, bodies, velocities, errors. Throws ArgumentError.
void check_setup(const FitSetup& setup, const Observations& observations);

/// Checks that the parameters which the setup names exist in a model of these data at `point`. Throws ArgumentError.
void check_parameters(const FitSetup& setup, const PreparedData& data, ModelPoint point);

/// Time at which the initial state of a fit holds: the first row of the window.
double initial_time(const Observations& observations, const FitSetup& setup);

/// Whether two setups are equal in every option and file; in the options of the data; in the correction and its values.
bool same_setup(const FitSetup& a, const FitSetup& b);
bool same_data_options(const FitSetup& a, const FitSetup& b);
bool same_correction(const FitSetup& a, const FitSetup& b);

}  // namespace syzygy
