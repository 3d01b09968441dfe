#pragma once

#include "physics/fit/objective.hpp"
#include "physics/fit/result.hpp"

#include <stop_token>

namespace syzygy {

/// Fills in what a person wants to know of a fit that ended at `x`: the point, loss, residuals, errors, warnings.
/// `result.outcome` must be there already: of a point off the minimum, residuals are not held against the
/// model unless `judged` says so. A fit whose residuals are as large as the motion (judge_motion) has the outcome
/// Status::no_fit; a `judged` one, and one of nothing free, keeps its own.
void describe(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective,
              const Eigen::VectorXd& x, const ModelOptions& model, FitResult& result, std::stop_token stop,
              bool judged = false);

}  // namespace syzygy
