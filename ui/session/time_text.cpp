#include "ui/session/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace syzygy {

int time_decimals(double span)
{
    constexpr double parts = 2000;
    constexpr double most = 12;
    if (!(span > 0)) return 0;
    return static_cast<int>(std::clamp(std::ceil(-std::log10(span / parts)), 0.0, most));
}

std::string time_text(double time, double span)
{
    return fmt::format("{:.{}f}", time, time_decimals(span));
}

}  // namespace syzygy
