#pragma once

#include <string>
#include <utility>

namespace syzygy {

/// Value and error to two digits of the error: "1.10000" and "0.00012". Without an error, nine digits and "-".
std::pair<std::string, std::string> value_with_error(double value, double sigma);

}  // namespace syzygy
