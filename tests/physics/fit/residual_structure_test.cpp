// How far residuals are from noise: false alarms, and what each test sees.
#include "physics/fit/residual_structure.hpp"

#include "core/base/random.hpp"
#include "tests/support/record.hpp"

#include <gtest/gtest.h>
#include <Eigen/QR>

#include <cmath>
#include <numbers>

namespace syzygy {
namespace {

using testing::record;

constexpr double two_pi = 2 * std::numbers::pi;

/// Nine series of equidistant noise that a fit of `unknowns` slow functions of time, shared by all of them, has taken
/// its part of.
std::vector<ComponentResiduals> fitted_noise(std::size_t count, Eigen::Index unknowns, std::uint64_t seed)
{
    Random random(seed);
    const auto n = static_cast<Eigen::Index>(count);
    Eigen::MatrixXd design(9 * n, unknowns);
    for (Eigen::Index c = 0; c < 9; ++c)
        for (Eigen::Index k = 0; k < n; ++k)
            for (Eigen::Index j = 0; j < unknowns; ++j) {
                // As orbits are: turns of a few over the whole time, of every unknown in every component.
                const double phase = two_pi * static_cast<double>(k) / static_cast<double>(n);
                design(c * n + k, j) =
                    std::cos(static_cast<double>(1 + j % 4) * phase + static_cast<double>(j * (c + 1)));
            }
    const Eigen::MatrixXd basis =
        Eigen::HouseholderQR<Eigen::MatrixXd>(design).householderQ() * Eigen::MatrixXd::Identity(9 * n, unknowns);
    Eigen::VectorXd noise(9 * n);
    for (double& value : noise) value = random.normal();
    const Eigen::VectorXd left = noise - basis * (basis.transpose() * noise);
    std::vector<ComponentResiduals> all;
    for (Eigen::Index c = 0; c < 9; ++c) {
        ComponentResiduals series;
        series.component = static_cast<int>(c);
        series.stated = true;
        series.taken = basis.middleRows(c * n, n);
        for (Eigen::Index k = 0; k < n; ++k) {
            series.rows.push_back(static_cast<std::size_t>(k));
            series.times.push_back(static_cast<double>(k));
            series.values.push_back(left[c * n + k]);
        }
        all.push_back(std::move(series));
    }
    return all;
}

/// Noise, and in component 4 something else.
template <class Signal>
ResidualStructure with_signal(std::size_t count, Signal&& signal, double numerical = 0, double scale = 1)
{
    std::vector<ComponentResiduals> all = fitted_noise(count, 0, 7);
    for (std::size_t k = 0; k < count; ++k) all[4].values[k] += signal(static_cast<double>(k));
    for (ComponentResiduals& series : all) {
        series.numerical = numerical;
        for (double& value : series.values) value *= scale;
    }
    return residual_structure(all);
}

TEST(ResidualStructure, OfWhatAFitLeavesOfNoiseIsSeenNoMoreOftenThanSaid)
{
    constexpr int sets = 2000;
    constexpr double level = 0.02;
    for (const std::size_t count : {20, 60}) {
        int spectrum = 0, correlation = 0, runs = 0;
        for (int set = 0; set < sets; ++set) {
            const ResidualStructure found =
                residual_structure(fitted_noise(count, 21, 100 + static_cast<std::uint64_t>(set)));
            spectrum += found.spectrum < level;
            correlation += found.correlation < level;
            runs += found.runs < level;
        }
        // Three standard deviations of so many sets above the level.
        const double most = sets * level + 3 * std::sqrt(sets * level);
        record(fmt::format("spectrum_{}", count), spectrum);
        record(fmt::format("correlation_{}", count), correlation);
        record(fmt::format("runs_{}", count), runs);
        EXPECT_LE(spectrum, most) << count;
        EXPECT_LE(correlation, most) << count;
        EXPECT_LE(runs, most) << count;
    }
}

TEST(ResidualStructure, ALineThatNeighboursDoNotShowIsFoundWithItsPeriod)
{
    // Sampled three and a half times a turn, neighbours are correlated by cos(2 pi / 3.5) = -0.22 of a ninth of the
    // squares.
    const ResidualStructure found = with_signal(100, [](double t) { return 1.5 * std::sin(two_pi * t / 3.5); });
    EXPECT_LT(found.spectrum, 1e-6);
    EXPECT_EQ(found.component, 4);
    EXPECT_NEAR(found.period, 3.5, 0.05);
    // A line of 1.125 in 2.125 of 100 numbers.
    EXPECT_NEAR(found.density, 50 * 1.125 / 2.125, 8);
    EXPECT_LT(std::abs(found.neighbours), 0.15);
}

TEST(ResidualStructure, SlowResidualsAreCorrelatedAndRunLong)
{
    std::vector<ComponentResiduals> all = fitted_noise(100, 0, 3);
    Random random(4);
    for (ComponentResiduals& series : all)
        for (std::size_t k = 1; k < series.values.size(); ++k)
            series.values[k] = 0.7 * series.values[k - 1] + std::sqrt(1 - 0.49) * random.normal();
    const ResidualStructure found = residual_structure(all);
    EXPECT_LT(found.correlation, 1e-10);
    EXPECT_LT(found.runs, 1e-10);
    EXPECT_NEAR(found.neighbours, 0.7, 0.07);
    EXPECT_LT(found.run_count, found.runs_expected);
}

TEST(ResidualStructure, SmallBesideStatedErrorsOrTheSolversOwnIsNone)
{
    const auto line = [](double t) { return 3 * std::sin(two_pi * t / 7); };
    EXPECT_LT(with_signal(100, line).smallest(), 1e-6);
    EXPECT_GT(with_signal(100, line, 0, 0.01).smallest(), 0.1);
    EXPECT_GT(with_signal(100, line, 1).smallest(), 0.1);
    EXPECT_LT(with_signal(100, line, 0.1).smallest(), 1e-6);
}

}  // namespace
}  // namespace syzygy
