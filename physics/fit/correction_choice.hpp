#pragma once

#include "physics/fit/parameter_text.hpp"

namespace syzygy {

/// Whether the fit looks for parameters of a correction.
bool frees_correction(const FitOptions& options, const BodyNames& bodies);

/// The options with the correction free, or held; what else is free stays. `automatic` is what an empty text stands for
/// here: an option that is left at its default stays readable ("" again, once the correction is held).
FitOptions with_correction_free(FitOptions options, const BodyNames& bodies, bool free, const FreeParameters& automatic);

/// A fit of the setup trains a network: its weights have no names and no errors, and Levenberg-Marquardt is not for them.
bool is_training(const FitSetup& setup, const BodyNames& bodies);

/// Whether an option of correction_options() says something about the correction that is chosen.
bool applies(const Option<CorrectionOptions>& option, const CorrectionOptions& chosen);

}  // namespace syzygy
