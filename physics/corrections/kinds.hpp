#pragma once

#include "core/network/spec.hpp"
#include "physics/corrections/corrections.hpp"

/// The rows of the table of corrections, each from the file of its name.
namespace syzygy::kinds {

CorrectionInfo pairwise();

/// The network that the options describe, of a correction with so many inputs and outputs.
NetworkSpec network_spec(const CorrectionOptions& options, int inputs, int outputs);

}  // namespace syzygy::kinds
