#pragma once

#include "physics/fit/objective.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// The scales of errors that the data do not give (MissingErrors), estimated from the residuals at the end of a fit: for each
/// group the factor that makes the group's sum of squares equal to its redundancy,
///
///     f_g^2 <- f_g^2 sum_g w (r / sigma)^2 / (sum_g w - tr(A^-1 J_g^T W^2 J_g)),
///
/// the variance components of Foerstner (1979) and Helmert; repeated with fits in between, the iteration converges to the
/// restricted maximum likelihood. With a robust loss f_g <- f_g median |r / sigma| / 0.6745 instead, which outliers do not
/// change. Groups of fewer than four redundant numbers determine no scale and keep their factor.
struct NoiseScales {
    std::array<double, error_groups> factor{};
    double common = 1;  ///< MissingErrors::common, if a prior needs it
    std::vector<double> jitter{};  ///< of each series (jitter.hpp)
    double change = 0;  ///< largest relative change of a factor, or of the rms error that a jitter belongs to
};

inline constexpr double fewest_redundant = 4;

/// Returns nothing if no error is missing, or if the model cannot be linearised at x.
std::optional<NoiseScales> estimate_noise_scales(const PreparedData& data, const ParameterSet& parameters,
                                                 FitObjective& objective, const Eigen::VectorXd& x);

/// Fits are repeated until no scale changes by more than `settled_noise`, relatively, or `most_noise_rounds` times.
inline constexpr double settled_noise = 0.03;
inline constexpr long most_noise_rounds = 6;

/// A sentence on each group's scale for a reader: group, number of values, first and present scale. `first`: the errors that
/// the fit began with.
std::vector<std::string> noise_notes(const PreparedData& data, const MissingErrors& first,
                                     const ParameterSet& parameters, FitObjective& objective, const Eigen::VectorXd& x);

}  // namespace syzygy
