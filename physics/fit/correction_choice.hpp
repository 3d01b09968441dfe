#pragma once

#include "physics/fit/parameter_text.hpp"

namespace syzygy {

/// What the parameters of a fit with that correction can be named by.
ParameterNames parameter_names(const BodyNames& bodies, const CorrectionOptions& correction);

/// Whether a fit of the setup looks for the parameters of its correction.
bool frees_correction(const FitSetup& setup, const BodyNames& bodies);

/// The options with the correction free, or held; what else is free stays. `automatic` is what an empty text stands for of
/// masses and state.
FitOptions with_correction_free(FitOptions options, const ParameterNames& names, bool free, const FreeParameters& automatic);

/// Whether an option of correction_options() says something about the correction that is chosen.
bool applies(const Option<CorrectionOptions>& option, const CorrectionOptions& chosen);
/// The corrections that it says something about: "pairwise, external, full".
std::string belongs_to(const Option<CorrectionOptions>& option);

}  // namespace syzygy
