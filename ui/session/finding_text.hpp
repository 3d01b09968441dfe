#pragma once

#include "physics/fit/result.hpp"

#include <QString>

namespace syzygy {

/// A fitted number with the error to be taken for it, "1.1000 ± 0.0002"; why it has none, where it was held or is not
/// determined; without an error where the whole result is not to be trusted.
QString finding_text(const FittedParameter& parameter, Trust trust);

/// What is known of that error, for a line below: "widened 10.7 times; formal error ± 3e4"; "" where it
/// is the formal one.
QString error_origin_text(const FittedParameter& parameter, Trust trust);

}  // namespace syzygy
