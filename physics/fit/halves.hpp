#pragma once

#include "physics/fit/objective.hpp"
#include "physics/fit/result.hpp"

#include <optional>

namespace syzygy {

/// How the rows of a linearised model are to be read.
struct HalvesScale {
    Eigen::VectorXd units;         ///< of the unknowns, as in the rows
    std::vector<bool> held;        ///< unknowns that a bound holds
    double position_variance = 1;  ///< of residuals in sigmas
    double velocity_variance = 1;
    Eigen::MatrixXd numerical;  ///< the solver's own error in the predictions, components x K; may be empty
};

/// Masses from the earlier and from the later half of the data. The halves are independent, so the covariance of the
/// difference is the sum of both covariances; the difference caused by the solver's own error is one more error.
struct HalvesComparison {
    std::vector<int> masses;        ///< indices 0..2 of the masses that both halves determine to a tenth or better
    Eigen::VectorXd first, second;  ///< their values
    Eigen::VectorXd sigma;          ///< of second - first
    double chi_square = 0;          ///< of all differences together; as many degrees of freedom as masses
    double probability = 1;         ///< that masses which agree differ as much
    std::size_t divided_at = 0;     ///< first data row of the second half
};

/// Takes one Gauss-Newton step for each half from the fit of both at x, with the errors from the half's own information.
/// Returns nothing if a half is too small to determine a mass. Priors are left out: they belong to neither half.
std::optional<HalvesComparison> compare_halves(const LinearRows& rows, const PreparedData& data,
                                               const ParameterSet& parameters, const Eigen::VectorXd& x,
                                               const HalvesScale& scale);

/// A warning if the masses of the halves differ by more than chance explains (less than 1 in 1000); `factor` gets the factor
/// by which errors are too small. The result of the linearised model is checked by a fit of each half, starting from x, with
/// the priors in both.
std::optional<Warning> halves_warning(const LinearRows& rows, const PreparedData& data, const ParameterSet& parameters,
                                      const Eigen::VectorXd& x, const HalvesScale& scale, const ModelOptions& model,
                                      double& factor, std::stop_token stop = {});

}  // namespace syzygy
