// Periodograms against least squares.
#include "core/base/periodogram.hpp"

#include "tests/support/series.hpp"

#include <gtest/gtest.h>
#include <Eigen/Cholesky>

#include <cmath>
#include <numbers>
#include <vector>

namespace syzygy {
namespace {

using namespace testing;

constexpr double two_pi = 2 * std::numbers::pi;

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

}  // namespace
}  // namespace syzygy
