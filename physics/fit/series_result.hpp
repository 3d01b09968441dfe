#pragma once

#include "physics/fit/objective.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/fit/result.hpp"

namespace syzygy {

/// Adds to the result what the fit found about each series of the data, and warns of a series whose residuals are hardly
/// smaller than its own spread and larger than stated errors explain: if such residuals are taken for jitter, chi-square is
/// good whatever the parameters. `result.parameters` must be filled in.
void describe_series(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective, const Eigen::VectorXd& x,
                     const Residuals& residuals, FitResult& result);

}  // namespace syzygy
