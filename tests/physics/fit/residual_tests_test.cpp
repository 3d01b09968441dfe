// Statistics of residuals against closed forms, plain sums, and what white noise does.
#include "physics/fit/residual_tests.hpp"

#include "core/base/random.hpp"
#include "tests/support/record.hpp"

#include <gtest/gtest.h>
#include <Eigen/Cholesky>

#include <cmath>
#include <numbers>

namespace syzygy {
namespace {

using testing::record;

constexpr double two_pi = 2 * std::numbers::pi;

std::vector<double> equidistant(std::size_t count, double gap)
{
    std::vector<double> times(count);
    for (std::size_t k = 0; k < count; ++k) times[k] = gap * static_cast<double>(k);
    return times;
}

std::vector<double> irregular(std::size_t count, std::uint64_t seed)
{
    Random random(seed);
    std::vector<double> times(count);
    for (double& t : times) t = random.uniform();
    std::sort(times.begin(), times.end());
    return times;
}

std::vector<double> noise(std::size_t count, std::uint64_t seed)
{
    Random random(seed);
    std::vector<double> values(count);
    for (double& value : values) value = random.normal();
    return values;
}

/// The same share by least squares: what 1, cos and sin explain beyond 1.
double share_by_least_squares(const std::vector<double>& times, const std::vector<double>& values, double frequency)
{
    const auto n = static_cast<Eigen::Index>(times.size());
    Eigen::MatrixXd model(n, 3);
    Eigen::VectorXd y(n);
    for (Eigen::Index k = 0; k < n; ++k) {
        const double phase = two_pi * frequency * (times[static_cast<std::size_t>(k)] - times[0]);
        model.row(k) << 1, std::cos(phase), std::sin(phase);
        y[k] = values[static_cast<std::size_t>(k)];
    }
    const double about_mean = (y.array() - y.mean()).square().sum();
    const Eigen::VectorXd solution = (model.transpose() * model).ldlt().solve(model.transpose() * y);
    return 1 - (y - model * solution).squaredNorm() / about_mean;
}

TEST(FrequencyGrid, EndsAtTheNyquistFrequencyOfEquidistantTimesAlsoWithGaps)
{
    std::vector<double> times = equidistant(101, 0.25);
    const FrequencyGrid whole = frequency_grid(times);
    EXPECT_TRUE(whole.equidistant);
    EXPECT_NEAR(whole.highest(), 2, whole.step);
    EXPECT_NEAR(whole.step, 1 / (3 * 25.0), 1e-15);
    times.erase(times.begin() + 40, times.begin() + 60);
    times.erase(times.begin() + 7);
    const FrequencyGrid gaps = frequency_grid(times);
    EXPECT_TRUE(gaps.equidistant);
    EXPECT_EQ(gaps.count, whole.count);
    for (double& t : times) t = 2.46e6 + 1e-3 * t;  // Julian dates: rounded to 5e-10, two millionths of a gap
    EXPECT_TRUE(frequency_grid(times).equidistant);
}

TEST(FrequencyGrid, GoesBeyondTheMeanNyquistFrequencyOfIrregularTimes)
{
    const std::vector<double> times = irregular(200, 3);
    const FrequencyGrid grid = frequency_grid(times);
    EXPECT_FALSE(grid.equidistant);
    EXPECT_GT(grid.highest(), 2.9 * 100 / (times.back() - times.front()));
    EXPECT_EQ(frequency_grid(std::vector<double>{1}).count, 0);
}

TEST(Periodogram, IsTheShareThatLeastSquaresExplains)
{
    for (const bool regular : {true, false}) {
        const std::vector<double> times = regular ? equidistant(90, 0.1) : irregular(90, 5);
        std::vector<double> values = noise(90, 6);
        for (std::size_t k = 0; k < values.size(); ++k) values[k] += 3 + 0.5 * std::sin(two_pi * 7.3 * times[k]);
        const FrequencyGrid grid = frequency_grid(times);
        const Eigen::VectorXd power = periodogram(times, values, grid);
        // The first frequencies are less than one turn: cosine, sine and 1 are nearly two there, and one axis is left.
        for (Eigen::Index i = 3; i + 2 < grid.count; ++i)
            EXPECT_NEAR(power[i], share_by_least_squares(times, values, grid.step * static_cast<double>(i + 1)), 1e-3)
                << regular << ' ' << i;
    }
}

TEST(Periodogram, SeesWhatChangesSignFromRowToRow)
{
    std::vector<double> values = noise(100, 7);
    for (std::size_t k = 0; k < values.size(); ++k) values[k] += k % 2 == 0 ? 2 : -2;
    const std::vector<double> times = equidistant(100, 1);
    const FrequencyGrid grid = frequency_grid(times);
    const Eigen::VectorXd power = periodogram(times, values, grid);
    Eigen::Index peak = 0;
    EXPECT_NEAR(power.maxCoeff(&peak), 0.8, 0.1);  // 4 of 5
    EXPECT_GE(peak, grid.count - 3);
}

TEST(FalseAlarm, OfWhiteNoiseComesNoMoreOftenThanSaid)
{
    // Davies' bound is reached where peaks are rare; a grid in steps misses a little of each.
    constexpr int sets = 4000;
    for (const std::size_t count : {15, 60, 200})
        for (const bool regular : {true, false}) {
            const std::vector<double> times = regular ? equidistant(count, 0.3) : irregular(count, 11);
            const FrequencyGrid grid = frequency_grid(times);
            const double width = spectral_width(times, grid.highest());
            int alarms = 0;
            for (int set = 0; set < sets; ++set) {
                const std::vector<double> values = noise(count, 1000 + static_cast<std::uint64_t>(set));
                alarms += false_alarm_probability(periodogram(times, values, grid).maxCoeff(),
                                                  static_cast<double>(count), width) < 0.05;
            }
            const double share = alarms / static_cast<double>(sets);
            record(fmt::format("alarms_of_{}_{}_times", count, regular ? "equidistant" : "irregular"), share);
            EXPECT_LT(share, 0.05 + 3 * std::sqrt(0.05 * 0.95 / sets)) << count << regular;
            EXPECT_GT(share, 0.02) << count << regular;
        }
}

TEST(FalseAlarm, OfOneFrequencyIsThatOfTheBetaDistribution)
{
    // A range of no width: (1 - P)^((N - 3) / 2).
    EXPECT_NEAR(false_alarm_probability(0.3, 23, 0), std::pow(0.7, 10), 1e-15);
    EXPECT_EQ(false_alarm_probability(0.9, 3, 10), 1);
}

TEST(Runs, HaveTheMeanAndVarianceOfWaldAndWolfowitz)
{
    const std::vector<double> values{1, 2, -1, 0, -3, 4, -5, 6, 7};
    const Runs runs = runs_of_signs(values);
    EXPECT_EQ(runs.count, 5);
    // 5 above, 3 below: mean 2 5 3 / 8 + 1, variance 30 (30 - 8) / (64 7).
    EXPECT_NEAR(runs.expected, 4.75, 1e-15);
    EXPECT_NEAR(runs.variance, 30.0 * 22 / 448, 1e-15);
    EXPECT_EQ(runs_of_signs(std::vector<double>{}).count, 0);
    EXPECT_EQ(runs_of_signs(std::vector<double>{2, 1}).variance, 0);
}

TEST(Runs, OfNoiseAreSpreadAsTheySay)
{
    double sum = 0, squares = 0;
    constexpr int sets = 4000;
    for (int set = 0; set < sets; ++set) {
        const Runs runs = runs_of_signs(noise(50, 5000 + static_cast<std::uint64_t>(set)));
        const double z = (static_cast<double>(runs.count) - runs.expected) / std::sqrt(runs.variance);
        sum += z / sets;
        squares += z * z / sets;
    }
    EXPECT_NEAR(sum, 0, 4 / std::sqrt(sets));
    EXPECT_NEAR(squares, 1, 4 * std::sqrt(2.0 / sets));
}

TEST(ChiSquare, TailsAreThoseOfClosedForms)
{
    for (const double x : {0.1, 1.0, 7.0, 40.0, 300.0}) {
        // Two degrees of freedom, four, one.
        EXPECT_NEAR(chi_square_tail(x, 2) / std::exp(-x / 2), 1, 1e-11);
        EXPECT_NEAR(chi_square_tail(x, 4) / (std::exp(-x / 2) * (1 + x / 2)), 1, 1e-11);
        EXPECT_NEAR(chi_square_tail(x, 1) / std::erfc(std::sqrt(x / 2)), 1, 1e-11);
    }
    // Of many, near normal: Wilson and Hilferty (1931), right to 1e-5 here.
    const double n = 1e5, x = n + 3 * std::sqrt(2 * n);
    const double z = (std::cbrt(x / n) - (1 - 2 / (9 * n))) / std::sqrt(2 / (9 * n));
    EXPECT_NEAR(chi_square_tail(x, n), normal_two_sided(z) / 2, 1e-6);
}

TEST(Normal, QuantilesAreThoseOfTables)
{
    EXPECT_NEAR(normal_quantile_of_tail(0.5), 0, 1e-9);
    EXPECT_NEAR(normal_quantile_of_tail(0.025), 1.959963985, 1e-8);
    EXPECT_NEAR(normal_quantile_of_tail(1e-3), 3.090232306, 1e-8);
    EXPECT_NEAR(normal_two_sided(1.959963985), 0.05, 1e-9);
}

}  // namespace
}  // namespace syzygy
