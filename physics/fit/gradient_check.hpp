#pragma once

#include "physics/fit/parameters.hpp"
#include "physics/fit/result.hpp"

#include <optional>
#include <stop_token>

namespace syzygy {

/// A warning where the solver's own error makes more than a tenth of the gradient that led the fit to `x`.
///
/// At a minimum the gradient vanishes and its error is all there is of it. So it is looked at a tenth of the way from x
/// back to where the fit began (x = 0), over the whole window: near enough for what the fit had to do with at its end, and
/// far enough that the gradient is not zero for its own reasons. A fit that hardly moved is not judged.
std::optional<Warning> gradient_warning(const PreparedData& data, const ParameterSet& parameters, const Eigen::VectorXd& x,
                                        const ModelOptions& model, std::stop_token stop = {});

}  // namespace syzygy
