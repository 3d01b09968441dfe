#pragma once

#include "physics/fit/parameter_text.hpp"

namespace syzygy {

/// The parameters of a model with that correction. Bounds and scales of the correction's parameters are not those of a
/// particular model, which depend on the model's units and magnitudes: ParameterSet has the model's own.
ParameterTable parameter_table(const BodyNames& bodies, const CorrectionOptions& correction,
                               std::span<const ObservedSeries> series = {});

/// Whether a fit of the setup looks for the parameters of its correction.
bool frees_correction(const FitSetup& setup, const BodyNames& bodies, std::span<const ObservedSeries> series = {});

/// What an empty `free` stands for: "masses", or "masses,initial".
std::string free_by_data(bool state_is_free);

/// The options with the correction free, or held; everything else that is free stays free. `state_is_free`: whether an empty
/// text frees the initial state as well as the masses (the data decide).
FitOptions with_correction_free(FitOptions options, const ParameterTable& table, bool free, bool state_is_free);

/// Whether an option of correction_options() applies to the chosen correction.
bool applies(const Option<CorrectionOptions>& option, const CorrectionOptions& chosen);
/// The corrections that an option applies to: "pairwise, external, full".
std::string belongs_to(const Option<CorrectionOptions>& option);

}  // namespace syzygy
