#pragma once

#include <string>

namespace syzygy {

/// True if a standard error can be worked with: residuals count by 1 / sigma^2, and sums of their squares must neither
/// overflow nor underflow in double numbers.
bool usable_sigma(double sigma);
/// "must be from 1e-140 to 1e+140, ...", for messages.
std::string unusable_sigma_rule();

/// True if a standard error is smaller than the distance of a double number to the next one: such an error cannot be the
/// error of the value, since the value itself is rounded by more.
bool below_rounding(double sigma, double value);

}  // namespace syzygy
