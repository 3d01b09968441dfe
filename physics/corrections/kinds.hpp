#pragma once

#include "core/network/spec.hpp"
#include "physics/corrections/corrections.hpp"

#include <string>

/// The rows of the table of corrections, each from the file of that name.
namespace syzygy::kinds {

CorrectionInfo pairwise();
CorrectionInfo external();
CorrectionInfo full();
CorrectionInfo post_newtonian();
CorrectionInfo drag();
CorrectionInfo j2();
CorrectionInfo hidden_body();
CorrectionInfo torchscript();

/// The pairs of three bodies in the order in which corrections go through them: 1-2, 1-3, 2-3.
inline constexpr int pairs = 3;
inline constexpr int first_of[pairs] = {0, 0, 1}, second_of[pairs] = {1, 2, 2};

/// The network that the options describe, for a correction with these numbers of inputs and outputs.
NetworkSpec network_spec(const CorrectionOptions& options, int inputs, int outputs);

/// "1/(yr)", "1/(yr km/s)", "(km)^2"; blank if the label is blank.
std::string per(std::string_view label, std::string_view other = "");
std::string squared(std::string_view label);

}  // namespace syzygy::kinds
