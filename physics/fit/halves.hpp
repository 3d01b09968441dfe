#pragma once

#include "physics/fit/objective.hpp"
#include "physics/fit/result.hpp"

#include <optional>

namespace syzygy {

/// How the rows of a linearised model are to be read.
struct HalvesScale {
    Eigen::VectorXd units;         ///< of the unknowns, as the rows have them
    std::vector<bool> held;        ///< unknowns that a bound holds
    double position_variance = 1;  ///< of residuals in sigmas
    double velocity_variance = 1;
    Eigen::MatrixXd numerical;  ///< the solver's own error of the predictions, components x K; may be empty
};

/// Masses by the earlier and by the later half of the data. The halves are independent, so the difference has the sum
/// of both covariances; what the solver's own error moves the halves apart is one more error.
struct HalvesComparison {
    std::vector<int> masses;        ///< indices 0..2 of those that both halves know to a tenth or better
    Eigen::VectorXd first, second;  ///< their values
    Eigen::VectorXd sigma;          ///< of second - first
    double chi_square = 0;          ///< of all differences together; as many degrees of freedom as masses
    double probability = 1;         ///< of masses that agree to differ as much
    std::size_t divided_at = 0;     ///< row of the data that the second half begins with
};

/// By one Gauss-Newton step of each half from the fit of both at x, with the errors of the half's own information.
/// Nothing where a half is too small to know a mass. Priors are left out: they are of no half.
std::optional<HalvesComparison> compare_halves(const LinearRows& rows, const PreparedData& data,
                                               const ParameterSet& parameters, const Eigen::VectorXd& x,
                                               const HalvesScale& scale);

/// The warning where masses of the halves differ by more than chance explains (less than 1 in 1000), and in `factor` by
/// how much errors are too small. What the linearised model says is checked by a fit of each half, from x on, with the
/// priors in both.
std::optional<Warning> halves_warning(const LinearRows& rows, const PreparedData& data, const ParameterSet& parameters,
                                      const Eigen::VectorXd& x, const HalvesScale& scale, const ModelOptions& model,
                                      double& factor, std::stop_token stop = {});

}  // namespace syzygy
