#include "physics/fit/jitter.hpp"

#include "core/base/median.hpp"
#include "physics/fit/noise_scale.hpp"
#include "physics/fit/uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syzygy {

namespace {

/// A number of a series: its residual and the variance that it states, in units of the series.
struct Number {
    double square;    ///< of the residual
    double variance;  ///< stated
    double weight;    ///< of its time
    double freedom;   ///< 1 - leverage
};

/// d ln L / d jitter^2 times two.
double slope(const std::vector<Number>& numbers, double jitter2)
{
    double sum = 0;
    for (const Number& number : numbers) {
        const double s2 = number.variance + jitter2;
        sum += number.weight * (number.square / s2 - number.freedom) / s2;
    }
    return sum;
}

/// -2 ln L, but for a constant.
double surprise(const std::vector<Number>& numbers, double jitter2)
{
    double sum = 0;
    for (const Number& number : numbers) {
        const double s2 = number.variance + jitter2;
        sum += number.weight * (number.square / s2 + number.freedom * std::log(s2));
    }
    return sum;
}

double scaled_median(const std::vector<Number>& numbers, double jitter2)
{
    std::vector<double> sizes;
    for (const Number& number : numbers) sizes.push_back(std::sqrt(number.square / (number.variance + jitter2)));
    return median(std::move(sizes)) / 0.6745;
}

/// The jitter^2 between two where `excess` changes its sign.
template <class Excess>
double root(double low, double high, Excess&& excess)
{
    for (int halving = 0; halving < 200 && high > low * (1 + 1e-12); ++halving) {
        const double middle = std::sqrt(low * high);
        (excess(middle) > 0 ? low : high) = middle;
    }
    return std::sqrt(low * high);
}

/// The jitter^2 that is likeliest. Numbers with different errors may have several that are likelier than their neighbours.
double likeliest(const std::vector<Number>& numbers, bool robust)
{
    double largest = 0;
    bool stated = true;
    for (const Number& number : numbers) {
        largest = std::max(largest, number.square);
        stated = stated && number.variance > 0;
    }
    // Squares of residuals bound what explains them; below their rounding there is no jitter.
    const double lowest = 1e-20 * largest, highest = 4 * largest;
    if (!(largest > 0)) return 0;
    if (robust) {
        const auto excess = [&](double jitter2) { return scaled_median(numbers, jitter2) - 1; };
        return excess(lowest) > 0 ? root(lowest, highest * static_cast<double>(numbers.size()), excess) : 0;
    }
    constexpr int steps = 160;
    const double factor = std::pow(highest / lowest, 1.0 / steps);
    double best = stated ? surprise(numbers, 0) : std::numeric_limits<double>::infinity(), at = 0;
    for (int i = 0; i <= steps; ++i) {
        const double jitter2 = lowest * std::pow(factor, i);
        if (const double value = surprise(numbers, jitter2); value < best) best = value, at = jitter2;
    }
    if (at == 0) return 0;
    return root(at / factor, at * factor, [&](double jitter2) { return slope(numbers, jitter2); });
}

Jitter jitter_of(const std::vector<Number>& numbers, bool robust)
{
    const double jitter2 = likeliest(numbers, robust);
    Jitter jitter{std::sqrt(jitter2), std::numeric_limits<double>::quiet_NaN()};
    if (jitter2 == 0) return jitter;
    // Fisher's information of jitter^2 is half the sum of freedom / s^4.
    double information = 0;
    for (const Number& number : numbers)
        information += 0.5 * number.weight * number.freedom / std::pow(number.variance + jitter2, 2);
    jitter.sigma = 1 / std::sqrt(information) / (2 * jitter.value);
    return jitter;
}

}  // namespace

std::optional<std::vector<Jitter>> estimate_jitter(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective,
                                                   const Eigen::VectorXd& x)
{
    if (data.series.empty()) return std::vector<Jitter>();
    FitObjective::Information information;
    if (!objective.information(natural_units(parameters, parameters.point(x)), x, information, nullptr)) return std::nullopt;
    const bool robust = data.loss.is_robust();
    const Eigen::MatrixXd half = half_inverse(information, robust);
    const LinearRows& rows = information.rows;
    std::vector<std::vector<Number>> numbers(data.series.size());
    Eigen::Index next = 0;
    for (Eigen::Index i = 0; i < rows.size(); ++i) {
        const int component = rows.component[static_cast<std::size_t>(i)];
        if (component < 18) continue;
        const auto series = static_cast<std::size_t>(component - 18);
        const std::size_t k = rows.row[static_cast<std::size_t>(i)];
        const double s2 = 1 / data.loss.weight(component, k), weight = data.loss.time_weight(k);
        const double leverage = weight * (half.transpose() * rows.channel_tangents.row(next++).transpose()).squaredNorm();
        numbers[series].push_back({rows.residual[i] * rows.residual[i] * s2,
                                   data.stated_variances(static_cast<Eigen::Index>(series), static_cast<Eigen::Index>(k)), weight,
                                   std::max(0.0, 1 - leverage)});
    }
    std::vector<Jitter> result;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        double freedom = 0;
        for (const Number& number : numbers[i]) freedom += number.weight * number.freedom;
        if (!(freedom >= fewest_redundant)) {
            result.push_back({data.missing.jitter[i], std::numeric_limits<double>::quiet_NaN()});
            continue;
        }
        result.push_back(jitter_of(numbers[i], robust));
        // Numbers without errors that the model meets to their rounding would count for all others.
        constexpr double rounding = 1e-13;
        const double size = of_quantity(data, data.series[i].observable->info().quantity);
        const bool stated = std::ranges::all_of(numbers[i], [](const Number& number) { return number.variance > 0; });
        if (!stated) result.back().value = std::max(result.back().value, rounding * size);
    }
    return result;
}

}  // namespace syzygy
