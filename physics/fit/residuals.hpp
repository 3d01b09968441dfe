#pragma once

#include "physics/fit/parameters.hpp"
#include "physics/fit/residual_structure.hpp"
#include "physics/fit/result.hpp"

#include <Eigen/Core>

#include <stop_token>
#include <vector>

namespace syzygy {

/// Predictions compared with observations at one point.
struct Residuals {
    Outcome outcome;
    Eigen::MatrixXd predicted;                          ///< rows x K, as compared (relative to the reference)
    Eigen::MatrixXd residual;                           ///< predicted - observed, nan where not observed
    double loss = 0;                                    ///< L of docs/equations.md
    double rms = 0;                                     ///< of the observed position components
    double position_squares = 0, velocity_squares = 0;  ///< sums of time weight times (residual / sigma)^2
    /// Sums of the time weights of the observed components. Series, which always have errors, count with the velocities.
    double position_weight = 0, velocity_weight = 0;
    /// The same sums over numbers without an error while others have one; these numbers are in neither of the sums above.
    double estimated_squares = 0, estimated_weight = 0;
    double median_in_sigmas =
        0;           ///< median of |residual| / sigma over 0.6745: 1 for normal errors, whatever outliers do
    long count = 0;      ///< observed components that count in the loss
    long positions = 0;  ///< how many of them are positions
};

Residuals compute_residuals(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                            std::stop_token stop = {});

/// How much of the residuals is the solver's own error: the difference to a solve at ten times the tolerance, divided by
/// four; and the first time at which positions differ by more than `limit`.
struct NumericalError {
    double rms = 0;              ///< of positions
    double largest = 0;          ///< of positions
    double exceeded_at = 0;      ///< time; nan if never
    Eigen::MatrixXd difference;  ///< of the predictions, components x K, divided by the safety factor; nan where not observed
};
NumericalError numerical_error(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                               const Residuals& residuals, double limit, std::stop_token stop = {});

/// What the residuals say about the model in addition to chi-square: what is left of each component, and how far that is from
/// noise.
struct ResidualJudgement {
    std::vector<Warning> warnings;  ///< misfit, close-encounter, horizon
    double scaled_factor = 1;       ///< errors times this factor fit the residuals
};

/// Judges `remaining` (from `remaining_residuals`) if `at_minimum`: elsewhere residuals say nothing about the model. Each
/// test by itself gives one false alarm in a thousand fits; the test of the size of residuals, if errors are stated, one in
/// two thousand.
ResidualJudgement judge_residuals(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                                  const Residuals& residuals, const std::vector<ComponentResiduals>& remaining,
                                  bool at_minimum, double reduced_chi_square, const NumericalError& numerical,
                                  std::stop_token stop = {});

}  // namespace syzygy
