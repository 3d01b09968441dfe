#pragma once

#include "core/base/random.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

/// Times and values of series that tests of spectra and of residuals share.
namespace syzygy::testing {

/// Times from 0 on.
inline std::vector<double> equidistant(std::size_t count, double gap)
{
    std::vector<double> times(count);
    for (std::size_t k = 0; k < count; ++k) times[k] = gap * static_cast<double>(k);
    return times;
}

/// Times anywhere between 0 and 1.
inline std::vector<double> irregular(std::size_t count, std::uint64_t seed)
{
    Random random(seed);
    std::vector<double> times(count);
    for (double& t : times) t = random.uniform();
    std::sort(times.begin(), times.end());
    return times;
}

inline std::vector<double> noise(std::size_t count, std::uint64_t seed)
{
    Random random(seed);
    std::vector<double> values(count);
    for (double& value : values) value = random.normal();
    return values;
}

}  // namespace syzygy::testing
