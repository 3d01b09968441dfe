#include "physics/fit/value_with_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace syzygy {

std::pair<std::string, std::string> value_with_error(double value, double sigma)
{
    if (!(sigma > 0) || !std::isfinite(sigma)) return {fmt::format("{:.9g}", value), "-"};
    const int digits =
        std::abs(value) > sigma ? static_cast<int>(std::floor(std::log10(std::abs(value) / sigma))) + 2 : 2;
    return {fmt::format("{:#.{}g}", value, std::clamp(digits, 2, 15)), fmt::format("{:.2g}", sigma)};
}

}  // namespace syzygy
