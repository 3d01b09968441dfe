#pragma once

#include "physics/corrections/options.hpp"
#include "physics/fit/result.hpp"

#include <optional>

namespace syzygy {

/// A warning if masses that are all free can be traded for the weights of a network, so that the masses' errors hold only for
/// the network that was found: with pairwise forces the common factor of the masses, and all masses if a network replaces
/// Newton.
std::optional<Warning> common_factor_warning(const CorrectionOptions& correction);

}  // namespace syzygy
