#pragma once

#include "physics/fit/options.hpp"
#include "physics/model/gradient.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// The first guess with the user's masses, if given; `notes` gets what was guessed. Throws ArgumentError("start", ...).
ModelPoint starting_point(const PreparedData& data, const FitSetup& setup, std::vector<std::string>& notes);

/// The start of a fit whose guess is `guess`: with the numbers that the options give, and the best offsets at that point,
/// except offsets that `fix` gives. Throws what ParameterSet throws.
ModelPoint completed_start(const PreparedData& data, const FitSetup& setup, ModelPoint guess, std::shared_ptr<const Correction> correction,
                           std::stop_token stop = {});

/// The best offsets at a point, except offsets that `fix` gives.
Eigen::VectorXd starting_offsets(const PreparedData& data, const FitSetup& setup, const ModelPoint& point,
                                 std::shared_ptr<const Correction> correction, std::stop_token stop = {});

/// The correction that the setup names, null for none; the parameters that a fit begins with go into `start`: those of an
/// earlier training, or the correction's own. Throws ArgumentError for a correction that cannot be made.
std::shared_ptr<const Correction> correction_of(const FitSetup& setup, const PreparedData& data, ModelPoint& start);

/// How the setup's model is solved; `correction` may be null.
ModelOptions model_options(const FitSetup& setup, std::shared_ptr<const Correction> correction);

/// The setup's correction with the parameters of a fit's point, to be used again. The setup must name a correction.
TrainedCorrection trained_correction(const FitSetup& setup, const PreparedData& data, const ModelPoint& point);

}  // namespace syzygy
