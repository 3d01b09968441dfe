#include "ui/forms/scrub.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syzygy {

namespace {

constexpr double pixels_per_decade = 60, pixels_per_range = 240;

/// `value` to the nearest of mantissa x 10^k, by their logarithms.
template <std::size_t N>
double to_mantissa(double value, const std::array<double, N>& mantissas)
{
    const double exponent = std::floor(std::log10(value));
    const double mantissa = value / std::pow(10, exponent);
    double best = mantissas.front();
    for (const double candidate : mantissas)
        if (std::abs(std::log(candidate / mantissa)) < std::abs(std::log(best / mantissa))) best = candidate;
    // Divide for negative exponents: 1 / 1e12 is 1e-12 to the last bit, 1 * pow(10, -12) need not be.
    return exponent < 0 ? best / std::pow(10, -exponent) : best * std::pow(10, exponent);
}

double rounded(double value, int digits)
{
    if (value == 0 || !std::isfinite(value)) return value;
    const int places = digits - 1 - static_cast<int>(std::floor(std::log10(std::abs(value))));
    const double power = std::pow(10, std::abs(places));
    return places > 0 ? std::round(value * power) / power : std::round(value / power) * power;
}

/// The round step (1, 2 or 5 times a power of ten) nearest to a part of the range.
double linear_step(const ScrubRule& rule, double parts)
{
    return to_mantissa((rule.highest - rule.lowest) / parts, std::array{1.0, 2.0, 5.0, 10.0});
}

double to_multiple(double value, double step)
{
    return rounded(std::round(value / step) * step, 12);
}

}  // namespace

ScrubRule scrub_rule(double lowest, double highest, double default_value)
{
    const bool bounded = std::isfinite(lowest) && std::isfinite(highest);
    const bool spans_decades = lowest >= 0 && (!bounded || (lowest > 0 && highest / lowest > 1e3) ||
                                               (default_value > 0 && default_value < 1e-3 * highest));
    if (bounded && !spans_decades) return {ScrubRule::Scale::linear, lowest, highest};
    return {ScrubRule::Scale::logarithmic, lowest, highest};
}

double scrubbed(const ScrubRule& rule, double start, double pixels, bool fine)
{
    const double way = fine ? pixels / 10 : pixels;
    double value = start;
    switch (rule.scale) {
    case ScrubRule::Scale::logarithmic:
        if (start == 0) return start;
        value = std::abs(start) * std::pow(10, way / pixels_per_decade);
        value = fine ? rounded(value, 3) : to_mantissa(value, std::array{1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0});
        value = std::copysign(value, start);
        break;
    case ScrubRule::Scale::linear:
        value = to_multiple(start + way / pixels_per_range * (rule.highest - rule.lowest),
                            linear_step(rule, fine ? 1000 : 100));
        break;
    case ScrubRule::Scale::integer: value = std::round(start + way / 8 * std::max(1.0, std::abs(start) / 20)); break;
    }
    return std::clamp(value, rule.lowest, rule.highest);
}

double stepped(const ScrubRule& rule, double value, int direction)
{
    double next = value;
    switch (rule.scale) {
    case ScrubRule::Scale::logarithmic: {
        if (value == 0) return value;
        const std::array ladder{1.0, 2.0, 5.0, 10.0};
        const double size = std::abs(value);
        const bool up = (direction > 0) == (value > 0);
        next = to_mantissa(size, ladder);
        // A step is always one: rounding alone would do where the value stood between two rungs.
        if (up ? next <= size * (1 + 1e-9) : next >= size * (1 - 1e-9))
            next = to_mantissa(next * (up ? 2.2 : 1 / 2.2), ladder);
        next = std::copysign(next, value);
        break;
    }
    case ScrubRule::Scale::linear: next = to_multiple(value + direction * linear_step(rule, 100), linear_step(rule, 100)); break;
    case ScrubRule::Scale::integer: {
        const double size = std::abs(value) >= 100 ? std::pow(10, std::floor(std::log10(std::abs(value))) - 1) : 1;
        next = value + direction * size;
        break;
    }
    }
    return std::clamp(next, rule.lowest, rule.highest);
}

}  // namespace syzygy
