// Statistics of residuals against closed forms, plain sums, and what white noise does.
#include "physics/fit/residual_tests.hpp"

#include "core/base/periodogram.hpp"
#include "tests/support/record.hpp"
#include "tests/support/series.hpp"

#include <gtest/gtest.h>
#include <Eigen/Cholesky>

#include <cmath>
#include <numbers>

namespace syzygy {
namespace {

using namespace testing;

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
