#pragma once

#include "ui/data/examples.hpp"

#include <string>
#include <utility>

namespace syzygy::testing {

/// A hierarchical triple with the radial velocities that `series` names ("rv1,rv2:Keck"), with noise, in `samples` rows.
inline Recipe with_velocities(std::string series, long samples)
{
    Recipe recipe{"hierarchical", {}};
    recipe.simulate.t1 = 40;
    recipe.simulate.samples = samples;
    recipe.simulate.noise = 1e-3;
    recipe.simulate.series = std::move(series);
    recipe.simulate.series_noise = 0.02;
    return recipe;
}

}  // namespace syzygy::testing
