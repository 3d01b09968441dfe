#include "physics/observations/sigma_range.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

// Squares of residuals in units of sigma, of data up to 1e10 long and summed over any number of rows, stay within
// 1e308.
constexpr double smallest = 1e-140, largest = 1e140;

}  // namespace

bool usable_sigma(double sigma)
{
    return sigma >= smallest && sigma <= largest;
}

std::string unusable_sigma_rule()
{
    return fmt::format(
        "must be from {:g} to {:g}: residuals count by 1/sigma^2, which leaves the range of double numbers; give "
        "the error in the unit of the value, or choose other units",
        smallest, largest);
}

bool below_rounding(double sigma, double value)
{
    const double size = std::abs(value);
    return std::isfinite(size) && sigma < std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
}

}  // namespace syzygy
