#pragma once

#include "physics/fit/objective.hpp"
#include "physics/fit/result.hpp"

#include <stop_token>

namespace syzygy {

/// Fills in the report of a fit that ended at `x`: the point, loss, residuals, errors, warnings. `result.outcome` must be
/// set before. Away from the minimum, the residuals are judged only if `judged` is true. If the residuals are as large as
/// the motion (judge_motion), the outcome becomes Status::no_fit, unless `judged` is true or no parameter is free.
void describe(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective,
              const Eigen::VectorXd& x, const ModelOptions& model, FitResult& result, std::stop_token stop,
              bool judged = false);

}  // namespace syzygy
