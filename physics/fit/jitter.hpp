#pragma once

#include "physics/fit/objective.hpp"

#include <optional>
#include <vector>

namespace syzygy {

/// The error that an instrument has in addition to its stated error: the residuals of a series have the variance sigma^2 +
/// jitter^2.
struct Jitter {
    double value = 0;  ///< in units of the series
    double sigma = 0;  ///< one standard deviation; nan if the jitter is 0
};

/// The jitter of each series from the residuals at x, by restricted maximum likelihood:
///
///     sum_i (r_i^2 / s_i^4 - (1 - h_i) / s_i^2) = 0,   s_i^2 = sigma_i^2 + jitter^2,
///
/// the derivative of ln L = -1/2 sum_i (r_i^2 / s_i^2 + ln s_i^2), with the leverages h_i of the fit (the share of residual i
/// that the fit takes). The likeliest root is taken; 0 if no root is likelier than zero jitter. A series with fewer than four
/// redundant numbers keeps its present jitter. With a robust loss, the jitter makes the median of |r_i| / s_i equal to 0.6745
/// instead. Fits are repeated until the jitter has settled, as for other scales of errors (noise_scale.hpp).
///
/// An empty list if the data have no series; nothing if the model cannot be linearised at x.
std::optional<std::vector<Jitter>> estimate_jitter(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective,
                                                   const Eigen::VectorXd& x);

}  // namespace syzygy
