#pragma once

#include <string>

namespace syzygy {

/// Decimals with which times of a range of that length are written: enough to tell 2000 parts of it.
int time_decimals(double span);

/// A time of such a range for reading; fields show all digits.
std::string time_text(double time, double span);

}  // namespace syzygy
