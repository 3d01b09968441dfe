#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace syzygy {

/// Random numbers that a seed makes the same everywhere (the standard's distributions are not): SplitMix64 (Steele, Lea, Flood
/// 2014) and, for normal numbers, Box and Muller.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits()
    {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// A uniform number in [0, 1).
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

    /// A normal number with mean 0 and standard deviation 1.
    double normal()
    {
        if (have_spare_) {
            have_spare_ = false;
            return spare_;
        }
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        const double angle = 2 * std::numbers::pi * uniform();
        spare_ = radius * std::sin(angle);
        have_spare_ = true;
        return radius * std::cos(angle);
    }

private:
    std::uint64_t state_;
    double spare_ = 0;
    bool have_spare_ = false;
};

}  // namespace syzygy
