#pragma once

#include "physics/fit/result.hpp"
#include "physics/units/units.hpp"

#include <optional>
#include <string>

namespace syzygy {

/// A note where all fitted masses differ from those that the data state by one and the same factor, within their
/// errors, and that factor is not 1: then the masses were stated with another Newton's constant or another solar mass
/// than these units have. Where one of the known values explains the factor it is named. Nothing where a mass is held
/// or not determined, or where the fit has not converged. `rtol`: the solver's relative tolerance; a factor within 100
/// rtol of 1 may come from the solves.
std::optional<std::string> stated_masses_note(const FitResult& result, const Eigen::Vector3d& stated,
                                              const UnitSystem& units, double rtol);

}  // namespace syzygy
