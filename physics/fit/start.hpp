#pragma once

#include "physics/fit/options.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// The first guess with the user's masses, where given; `notes` gets what was guessed. Throws ArgumentError("start", ...).
ModelPoint starting_point(const PreparedData& data, const FitSetup& setup, std::vector<std::string>& notes);

/// Where a fit begins whose guess is `guess`: with the numbers that the options give, and the offsets that are best there, but for
/// those that `fix` gives. Throws what ParameterSet throws.
ModelPoint completed_start(const PreparedData& data, const FitSetup& setup, ModelPoint guess, std::shared_ptr<const Correction> correction,
                           std::stop_token stop = {});

/// The best offsets at a point, but for those that `fix` gives.
Eigen::VectorXd starting_offsets(const PreparedData& data, const FitSetup& setup, const ModelPoint& point,
                                 std::shared_ptr<const Correction> correction, std::stop_token stop = {});

/// The correction that the setup names, null for none; its parameters where a fit begins go into `start`: those of an earlier
/// training, or its own. Throws ArgumentError for what cannot be made.
std::shared_ptr<const Correction> correction_of(const FitSetup& setup, const PreparedData& data, ModelPoint& start);

/// The setup's correction with the parameters of a fit's point, to be used again. The setup must name one.
TrainedCorrection trained_correction(const FitSetup& setup, const PreparedData& data, const ModelPoint& point);

}  // namespace syzygy
