#include "core/base/periodogram.hpp"

#include <unsupported/Eigen/FFT>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <vector>

namespace syzygy {

namespace {

using Complex = std::complex<double>;

constexpr double oversampling = 3;  // frequencies in one over the whole time: a peak loses at most 9 % between two
constexpr double beyond_mean_nyquist = 3;  // irregular times show what is faster than their mean gap
constexpr Eigen::Index most_frequencies = 100000;

/// True where all gaps are multiples of the shortest one, which is returned in `gap`.
bool is_equidistant(std::span<const double> times, double& gap)
{
    constexpr double rounding = 2e-3;  // of times, in gaps
    gap = std::numeric_limits<double>::infinity();
    for (std::size_t k = 1; k < times.size(); ++k) gap = std::min(gap, times[k] - times[k - 1]);
    // Each gap is looked at for itself: over many of them what rounding does to one adds up.
    for (std::size_t k = 1; k < times.size(); ++k) {
        const double multiple = (times[k] - times[k - 1]) / gap;
        // The shortest gap is rounded, and a long gap is many of it.
        if (!(std::abs(multiple - std::round(multiple)) < std::min(0.1, rounding * multiple))) return false;
    }
    return true;
}

/// Adds a value at a place between points of the grid, spread over the nearest six by Lagrange's weights. The grid is a
/// circle.
void spread(double place, Complex value, std::vector<Complex>& grid)
{
    constexpr int points = 6;
    const double first = std::floor(place) - points / 2 + 1, x = place - first;
    const auto size = static_cast<std::ptrdiff_t>(grid.size());
    for (int i = 0; i < points; ++i) {
        double weight = 1;
        for (int j = 0; j < points; ++j)
            if (j != i) weight *= (x - j) / (i - j);
        const auto index = (static_cast<std::ptrdiff_t>(first) + i + size) % size;
        grid[static_cast<std::size_t>(index)] += weight * value;
    }
}

/// Share of the squares that cosine and sine explain: their products with the values, and with each other, about the
/// mean.
double explained(double yc, double ys, double cc, double ss, double cs, double yy)
{
    const double determinant = cc * ss - cs * cs, trace = cc + ss;
    if (determinant > 2.5e-3 * trace * trace)
        return (ss * yc * yc + cc * ys * ys - 2 * cs * yc * ys) / (yy * determinant);
    // The longer axis of the two alone.
    const double angle = 0.5 * std::atan2(2 * cs, cc - ss), c = std::cos(angle), s = std::sin(angle);
    const double length = cc * c * c + 2 * cs * c * s + ss * s * s, product = yc * c + ys * s;
    return length > 0 ? product * product / (yy * length) : 0;
}

}  // namespace

FrequencyGrid frequency_grid(std::span<const double> times)
{
    FrequencyGrid grid;
    if (times.size() < 2 || !(times.back() > times.front())) return grid;
    const double whole = times.back() - times.front(), mean_gap = whole / static_cast<double>(times.size() - 1);
    double gap = 0;
    grid.equidistant = is_equidistant(times, gap);
    const double highest = grid.equidistant ? 0.5 / gap : beyond_mean_nyquist * 0.5 / mean_gap;
    grid.step = 1 / (oversampling * whole);
    grid.count = std::min(most_frequencies, static_cast<Eigen::Index>(highest / grid.step * (1 + 1e-9)));
    return grid;
}

Eigen::VectorXd periodogram(std::span<const double> times, std::span<const double> values, const FrequencyGrid& grid)
{
    Eigen::VectorXd power = Eigen::VectorXd::Zero(grid.count);
    const auto n = static_cast<double>(values.size());
    double mean = 0, squares = 0;
    for (const double value : values) mean += value / n;
    for (const double value : values) squares += (value - mean) * (value - mean) / n;
    if (grid.count == 0 || !(squares > 0)) return power;

    // Ten points of the grid in the shortest period: with six points at a time, that loses 1e-4 of it.
    std::size_t size = 16;
    while (size < 10 * static_cast<std::size_t>(grid.count)) size *= 2;
    std::vector<Complex> spread_out(size, 0.0), transform;
    const double places_per_time = static_cast<double>(size) * grid.step;
    const double size_of_values = std::sqrt(squares);
    for (std::size_t k = 0; k < values.size(); ++k) {
        const double place = (times[k] - times.front()) * places_per_time;
        spread(place, Complex((values[k] - mean) / size_of_values, 1), spread_out);
    }
    Eigen::FFT<double> fft;
    fft.fwd(transform, spread_out);

    // The transform of two real series at once: of the values, and of ones.
    const auto of_values = [&](std::size_t m) {
        return (transform[m] + std::conj(transform[(size - m) % size])) / (2 * n);
    };
    const auto of_ones = [&](std::size_t m) {
        return Complex(0, -1) * (transform[m] - std::conj(transform[(size - m) % size])) / (2 * n);
    };
    for (Eigen::Index i = 0; i < grid.count; ++i) {
        const auto m = static_cast<std::size_t>(i + 1);
        const Complex value = of_values(m), one = of_ones(m), twice = of_ones(2 * m);
        const double c = one.real(), s = -one.imag();
        const double cc = (1 + twice.real()) / 2 - c * c, ss = (1 - twice.real()) / 2 - s * s;
        const double cs = -twice.imag() / 2 - c * s;
        power[i] = std::clamp(explained(value.real(), -value.imag(), cc, ss, cs, 1), 0.0, 1.0);
    }
    return power;
}

double spectral_width(std::span<const double> times, double highest)
{
    const auto n = static_cast<double>(times.size());
    double mean = 0, variance = 0;
    for (const double t : times) mean += (t - times.front()) / n;
    for (const double t : times) variance += (t - times.front() - mean) * (t - times.front() - mean) / n;
    return highest * std::sqrt(4 * std::numbers::pi * variance);
}

}  // namespace syzygy
