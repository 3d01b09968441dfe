#pragma once

#include "physics/fit/parameter_text.hpp"
#include "physics/train/train.hpp"
#include "physics/train/windows.hpp"

namespace syzygy {

/// Masses and states fitted to the training parts with Newton's forces alone, by Levenberg-Marquardt: what a correction has
/// to beat. `setup` is the training's setup; Newton's fit starts where the training would.
NewtonFit fit_newton(const std::vector<TrainingTrajectory>& parts, const FitSetup& setup, Control& control);

/// The setup of that fit, except its window.
FitSetup without_correction(const FitSetup& setup, const ParameterTable& table);

}  // namespace syzygy
