#pragma once

#include "physics/fit/result.hpp"
#include "physics/units/units.hpp"

#include <optional>
#include <string>

namespace syzygy {

/// A note if all fitted masses differ from the stated masses of the data by one common factor, within their errors, and that
/// factor is not 1: then the masses were stated with a Newton's constant or solar mass other than that of these units. If a
/// known value explains the factor, the note names that value. Nothing if a mass is held or not determined, or if the fit has
/// not converged. `rtol`: the solver's relative tolerance; a factor within 100 rtol of 1 may come from the solves.
std::optional<std::string> stated_masses_note(const FitResult& result, const Eigen::Vector3d& stated,
                                              const UnitSystem& units, double rtol);

}  // namespace syzygy
