// Real ephemerides (shared/data, JPL Horizons): masses and initial states free, positions relative to the Sun.
#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::HasSubstr;

// The README of the data, km^3/s^2; Jupiter and Saturn with their moons, which move with them.
const Eigen::Vector3d sun_jupiter_saturn(1.3271244004193938e11, 1.2671276480000021e8, 3.7940585200000003e7);
const Eigen::Vector3d sun_earth_moon(1.3271244004193938e11, 3.9860043543609598e5, 4.9028000661637961e3);
constexpr double day = 86400;

std::optional<Observations> horizons(std::initializer_list<const char*> names)
{
    std::vector<std::filesystem::path> files;
    for (const char* name : names) {
        files.push_back(std::filesystem::path(SYZYGY_SOURCE_DIR) / "../shared/data/horizons" / name);
        if (!std::filesystem::exists(files.back())) return std::nullopt;
    }
    return load_observations(files);
}
#define NEEDS_DATA(data, ...)                  \
    const auto data = horizons({__VA_ARGS__}); \
    if (!data) GTEST_SKIP() << "skipped: the Horizons tables are not in ../shared/data/horizons"

FitSetup relative_to_sun(const Eigen::Vector3d& start, const Interval& window = {})
{
    FitSetup setup = setup_from(start, "masses,initial");
    setup.data.relative_to = "1";
    setup.data.window = window;
    return setup;
}

/// Relative errors of the three masses within the bounds.
void expect_within(const FitResult& result, const Eigen::Vector3d& truth, const Eigen::Vector3d& bounds)
{
    const Eigen::Vector3d error = (result.point.masses - truth).cwiseQuotient(truth);
    for (int i = 0; i < 3; ++i) {
        EXPECT_LT(std::abs(error[i]), bounds[i]) << "mass " << i + 1;
        record(fmt::format("mass_error_{}", i + 1), error[i]);
    }
    record("rms_km", result.rms_residual);
}

TEST(SunJupiterSaturn, MassesHalfAgainOffAreFound)
{
    NEEDS_DATA(data, "sun.txt", "jupiter.txt", "saturn.txt");
    const Observations thin = thinned(*data, 5);
    for (const Eigen::Vector3d& off :
         {Eigen::Vector3d(1.5, 1.5, 1.5), Eigen::Vector3d(0.5, 0.5, 0.5), Eigen::Vector3d(1.5, 0.5, 1.5),
          Eigen::Vector3d(0.5, 1.5, 0.5), Eigen::Vector3d(1.5, 1.5, 0.5), Eigen::Vector3d(0.5, 0.5, 1.5)}) {
        SCOPED_TRACE(fmt::format("start at {} {} {} of the truth", off[0], off[1], off[2]));
        const FitResult result = run_fit(thin, relative_to_sun(sun_jupiter_saturn.cwiseProduct(off)));
        EXPECT_EQ(result.outcome.status, Status::converged) << result.outcome.reason;
        expect_within(result, sun_jupiter_saturn, {1e-5, 2e-4, 2e-3});
        EXPECT_LT(result.rms_residual, 350);
    }
}

TEST(SunJupiterSaturn, AllDaysAndAGuessedStartGiveTheSame)
{
    NEEDS_DATA(data, "sun.txt", "jupiter.txt", "saturn.txt");
    FitSetup setup = relative_to_sun(sun_jupiter_saturn);
    for (const bool guessed : {false, true}) {
        if (guessed) setup.fit.start.clear();
        const FitResult result = run_fit(*data, setup);
        expect_within(result, sun_jupiter_saturn, {1e-5, 2e-4, 2e-3});
        EXPECT_LT(result.rms_residual, 350);
        // Kilometre residuals that hang together: planets that the model lacks.
        EXPECT_THAT(warning(result, "misfit"), HasSubstr("km"));
        // The scaled errors own up to it.
        for (int i = 0; i < 3; ++i)
            EXPECT_LT(std::abs(result.point.masses[i] - sun_jupiter_saturn[i]),
                      5 * result.parameters[static_cast<std::size_t>(i)].scaled_sigma);
    }
}

TEST(SunEarthMoon, TwoMonthsGiveAllThreeMasses)
{
    NEEDS_DATA(data, "sun.txt", "earth.txt", "luna.txt");
    for (const Eigen::Vector3d& off : {Eigen::Vector3d(1.1, 1.1, 1.1), Eigen::Vector3d(0.9, 0.9, 0.9),
                                       Eigen::Vector3d(1.1, 0.9, 1.1), Eigen::Vector3d(0.9, 1.1, 0.9)}) {
        SCOPED_TRACE(fmt::format("start at {} {} {} of the truth", off[0], off[1], off[2]));
        const FitResult result =
            run_fit(*data, relative_to_sun(sun_earth_moon.cwiseProduct(off), Interval{0, 60 * day}));
        EXPECT_EQ(result.outcome.status, Status::converged) << result.outcome.reason;
        expect_within(result, sun_earth_moon, {1e-5, 2e-5, 5e-4});
        EXPECT_LT(result.rms_residual, 10);
    }
}

TEST(SunEarthMoon, AYearIsMoreThanTheModelHolds)
{
    NEEDS_DATA(data, "sun.txt", "earth.txt", "luna.txt");
    FitSetup setup =
        relative_to_sun(sun_earth_moon.cwiseProduct(Eigen::Vector3d(1.1, 0.9, 1.1)), Interval{0, 365 * day});
    for (const double sigma : {0.0, 10.0}) {
        setup.data.sigma = sigma;
        const FitResult result = run_fit(*data, setup);
        // The README of the data: 744 km by an independent fit.
        EXPECT_NEAR(result.rms_residual, 744, 2);
        EXPECT_THAT(warning(result, "misfit"), HasSubstr("km"));
        const FittedParameter& moon = parameter(result, "m3");
        EXPECT_GT(moon.scaled_sigma, 10 * moon.sigma);
        EXPECT_LT(std::abs(moon.value - sun_earth_moon[2]), 2 * moon.scaled_sigma);
        // A formal error that misleads: the true one is 1.4e-2.
        if (sigma > 0) { EXPECT_GT(std::abs(moon.value - sun_earth_moon[2]), 10 * moon.sigma); }
    }
}

}  // namespace
}  // namespace syzygy
