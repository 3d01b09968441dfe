#include "physics/fit/residual_tests.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace syzygy {

double false_alarm_probability(double power, double freedom, double width)
{
    const double about_mean = freedom - 1, about_sinusoid = freedom - 3;
    if (!(about_sinusoid > 0)) return 1;
    if (!(power < 1)) return 0;
    const double single = std::pow(1 - power, about_sinusoid / 2);
    const double gamma =
        std::sqrt(2 / about_mean) * std::exp(std::lgamma(about_mean / 2) - std::lgamma((about_mean - 1) / 2));
    const double rate =
        width * gamma * std::pow(1 - power, (about_sinusoid - 1) / 2) * std::sqrt(about_mean * power / 2);
    // 1 - (1 - single) exp(-rate), without the loss of what is small beside 1.
    return std::min(1.0, single * std::exp(-rate) - std::expm1(-rate));
}

Runs runs_of_signs(std::span<const double> values)
{
    Runs runs;
    double positive = 0, negative = 0, previous = 0;
    for (const double value : values) {
        if (value == 0) continue;
        (value > 0 ? positive : negative) += 1;
        if (runs.count == 0 || (value > 0) != (previous > 0)) ++runs.count;
        previous = value;
    }
    const double n = positive + negative, product = 2 * positive * negative;
    if (n > 0) runs.expected = product / n + 1;
    if (n > 1) runs.variance = product * (product - n) / (n * n * (n - 1));
    return runs;
}

double normal_two_sided(double z)
{
    return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

double chi_square_tail(double x, double freedom)
{
    constexpr double precision = 1e-14;
    const double a = freedom / 2, y = x / 2;
    if (!(y > 0)) return 1;
    const double front = std::exp(a * std::log(y) - y - std::lgamma(a));
    if (y < a + 1) {
        double term = 1 / a, sum = term;
        for (double i = 1; term > precision * sum; ++i) sum += term *= y / (a + i);
        return 1 - front * sum;
    }
    // Lentz's evaluation of the continued fraction, from the front.
    constexpr double tiny = 1e-300;
    double b = y + 1 - a, c = 1 / tiny, d = 1 / b, fraction = d;
    for (double i = 1; i < 1e6; ++i) {
        const double an = i * (a - i);
        b += 2;
        d = an * d + b;
        if (std::abs(d) < tiny) d = tiny;
        c = b + an / c;
        if (std::abs(c) < tiny) c = tiny;
        d = 1 / d;
        fraction *= d * c;
        if (std::abs(d * c - 1) < precision) break;
    }
    return front * fraction;
}

double normal_quantile_of_tail(double probability)
{
    double low = 0, high = 40;
    while (high - low > 1e-10) {
        const double middle = (low + high) / 2;
        (normal_two_sided(middle) / 2 > probability ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace syzygy
