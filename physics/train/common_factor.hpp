#pragma once

#include "physics/corrections/options.hpp"
#include "physics/fit/result.hpp"

#include <optional>

namespace syzygy {

/// Where masses that are all free can be traded for the weights of a network, so that their errors hold under the network as
/// it was found only: beside pairwise forces their common factor, and all of them where a network replaces Newton.
std::optional<Warning> common_factor_warning(const CorrectionOptions& correction);

}  // namespace syzygy
