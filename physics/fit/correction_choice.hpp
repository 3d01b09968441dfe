#pragma once

#include "physics/fit/parameter_text.hpp"

namespace syzygy {

/// The parameters of a model with that correction. Bounds and scales of the correction's parameters are not those of a
/// model, which depend on its units and magnitudes: ParameterSet has those.
ParameterTable parameter_table(const BodyNames& bodies, const CorrectionOptions& correction,
                               std::span<const ObservedSeries> series = {});

/// Whether a fit of the setup looks for the parameters of its correction.
bool frees_correction(const FitSetup& setup, const BodyNames& bodies, std::span<const ObservedSeries> series = {});

/// What `free` stands for if it is empty: "masses", or "masses,initial".
std::string free_by_data(bool state_is_free);

/// The options with the correction free, or held; what else is free stays. `state_is_free`: whether an empty text frees the
/// initial state beside the masses (the data say it).
FitOptions with_correction_free(FitOptions options, const ParameterTable& table, bool free, bool state_is_free);

/// Whether an option of correction_options() says something about the correction that is chosen.
bool applies(const Option<CorrectionOptions>& option, const CorrectionOptions& chosen);
/// The corrections that it says something about: "pairwise, external, full".
std::string belongs_to(const Option<CorrectionOptions>& option);

}  // namespace syzygy
