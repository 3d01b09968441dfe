#pragma once

#include "physics/fit/parameters.hpp"
#include "physics/fit/result.hpp"

#include <optional>
#include <stop_token>

namespace syzygy {

/// A warning if the solver's own error makes up more than a tenth of the gradient that led the fit to `x`.
///
/// At a minimum the gradient vanishes and only its error is left. So the gradient is checked a tenth of the way from x back
/// to the start of the fit (x = 0), over the whole window: near enough to represent the end of the fit, and far enough that
/// the gradient itself is not zero. A fit that hardly moved is not judged.
std::optional<Warning> gradient_warning(const PreparedData& data, const ParameterSet& parameters, const Eigen::VectorXd& x,
                                        const ModelOptions& model, std::stop_token stop = {});

}  // namespace syzygy
