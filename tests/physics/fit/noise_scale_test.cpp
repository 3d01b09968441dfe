// Errors that are missing beside given ones, velocities without errors and priors beside data without errors: their
// scales come from the residuals, and are said.
#include "physics/fit/noise_scale.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The example in units in which an error of 1 would be a large one, or a tiny one.
Observations scaled(Observations data, double length)
{
    data.positions *= length;
    data.position_sigmas *= length;
    data.velocities *= length;
    return data;
}

Observations example()
{
    return with_noise(without_velocities(exact_samples("figure-eight", 3, 100)), 1e-3, 5);
}

/// From some per cent beside the masses, which are cubes of the length.
FitSetup near_the_truth(double length)
{
    return setup_from(length * length * length * Eigen::Vector3d(1.05, 0.97, 1.02), "masses,initial");
}

double mass_in_sigmas(const FitResult& result, double length, std::size_t body)
{
    const FittedParameter& mass = result.parameters[body];
    return (mass.value / (length * length * length) - 1) / (mass.sigma / (length * length * length));
}

TEST(NoiseScale, FewMissingErrorsChangeLittleInAnyUnit)
{
    for (const double length : {1.0, 1.5e8, 1e-9}) {
        Observations data = scaled(example(), length);
        const FitResult whole = run_fit(data, near_the_truth(length));
        for (const Eigen::Index k : {10, 50, 90}) data.position_sigmas.col(k).setConstant(nan);
        const FitResult result = run_fit(data, near_the_truth(length));
        EXPECT_EQ(warning(result, "misfit"), "") << length;
        for (std::size_t body = 0; body < 3; ++body) {
            EXPECT_LT(std::abs(mass_in_sigmas(result, length, body)), 4) << length;
            EXPECT_NEAR(result.parameters[body].sigma / whole.parameters[body].sigma, 1, 0.05) << length;
        }
        EXPECT_THAT(result.notes, Contains(HasSubstr("9 positions of Body 1 have no error"))) << length;
    }
}

TEST(NoiseScale, IsThatOfTheResidualsHoweverFarOffItBegan)
{
    // Body 3 is seen ten times worse than the others, and does not say so.
    Observations data = example();
    Random random(9);
    for (double& value : data.positions.bottomRows<3>().reshaped()) value += 0.01 * random.normal();
    data.position_sigmas.bottomRows<3>().setConstant(nan);
    const FitSetup setup = near_the_truth(1);
    FitState state;
    Control control;
    const FitResult result = run_fit(data, setup, state, {}, control);
    ASSERT_EQ(state.noise_factors.size(), 7u);
    // 300 residuals tell their size to 1/sqrt(600) = 4 %; and they settle to within 3 %.
    EXPECT_NEAR(state.noise_factors[2] / std::hypot(10, 1), 1, 0.15);
    EXPECT_EQ(state.noise_factors[0], 1);
    EXPECT_EQ(warning(result, "misfit"), "");
    // As good as where the errors are stated.
    data.position_sigmas.bottomRows<3>().setConstant(std::hypot(0.01, 1e-3));
    const FitResult stated = run_fit(data, setup);
    for (std::size_t body = 0; body < 3; ++body) {
        EXPECT_NEAR(result.parameters[body].sigma / stated.parameters[body].sigma, 1, 0.2);
        EXPECT_NEAR(result.parameters[body].value, stated.parameters[body].value, stated.parameters[body].sigma);
    }
    EXPECT_NEAR(result.reduced_chi_square, 1, 0.3);
}

TEST(NoiseScale, AStoppedFitGoesOnToTheSameBits)
{
    Observations data = example();
    data.position_sigmas.bottomRows<3>().setConstant(nan);
    const FitSetup setup = near_the_truth(1);
    FitState whole;
    Control control;
    run_fit(data, setup, whole, {}, control);
    ASSERT_GT(whole.noise_rounds, 0);
    for (const std::size_t iterations : {2u, 5u, 8u}) {
        FitState state;
        Control stopped;
        run_fit(
            data, setup, state,
            [&](const FitSnapshot&, const FitState& at) {
                if (at.history.size() >= iterations) stopped.stop();
            },
            stopped);
        Control again;
        run_fit(data, setup, state, {}, again);
        EXPECT_EQ(state.optimizer.x, whole.optimizer.x) << iterations;
        EXPECT_EQ(state.noise_factors, whole.noise_factors) << iterations;
    }
}

TEST(NoiseScale, VelocitiesWithoutErrorsCountByTheirResiduals)
{
    for (const bool stated : {true, false})
        for (const double length : {1.0, 1e7}) {
            Observations data = with_noise(exact_samples("figure-eight", 3, 100, true), 1e-3, 5, stated);
            Random random(4);
            for (double& value : data.velocities.reshaped()) value += 4e-3 * random.normal();
            data = scaled(data, length);
            FitSetup setup = near_the_truth(length);
            const FitResult without = run_fit(data, setup);
            setup.data.velocities = true;
            FitState state;
            Control control;
            const FitResult with = run_fit(data, setup, state, {}, control);
            EXPECT_EQ(warning(with, "misfit"), "");
            for (std::size_t body = 0; body < 3; ++body) {
                EXPECT_LT(std::abs(mass_in_sigmas(with, length, body)), 4);
                // They do count: errors of masses become smaller.
                EXPECT_LT(with.parameters[body].sigma, 0.99 * without.parameters[body].sigma);
            }
            EXPECT_THAT(with.notes, Contains(HasSubstr("velocities"))) << stated;
            // With the errors stated, the same.
            data.position_sigmas.setConstant(9, 100, 1e-3 * length);
            data.velocity_sigmas.setConstant(9, 100, 4e-3 * length);
            const FitResult known = run_fit(data, setup);
            for (std::size_t body = 0; body < 3; ++body) {
                EXPECT_NEAR(with.parameters[body].sigma / known.parameters[body].sigma, 1, 0.1);
                EXPECT_NEAR(with.parameters[body].value, known.parameters[body].value,
                            0.5 * known.parameters[body].sigma);
            }
        }
}

TEST(NoiseScale, APriorBesideDataWithoutErrorsCountsAsBesideStatedOnes)
{
    for (const double length : {1.0, 1e7, 1e-5}) {
        const double mass = length * length * length;
        Observations data = scaled(example(), length);
        FitSetup setup = near_the_truth(length);
        const FittedParameter alone = parameter(run_fit(data, setup), "m1");
        setup.fit.priors = fmt::format("m1={}:{}", alone.value + 2 * alone.sigma, alone.sigma);
        const FittedParameter stated = parameter(run_fit(data, setup), "m1");
        data.position_sigmas.resize(9, 0);
        const FitResult result = run_fit(data, setup);
        const FittedParameter unknown = parameter(result, "m1");
        // The residuals of 900 numbers tell their error to 3 %.
        EXPECT_NEAR(unknown.value / mass, stated.value / mass, 0.1 * stated.sigma / mass) << length;
        EXPECT_NEAR(unknown.sigma / stated.sigma, 1, 0.1) << length;
        EXPECT_THAT(result.notes, Contains(HasSubstr("prior")));
    }
}

TEST(NoiseScale, DataWithAllErrorsOrNoneHaveNothingToSay)
{
    Observations data = example();
    for (const bool stated : {true, false}) {
        if (!stated) data.position_sigmas.resize(9, 0);
        FitState state;
        Control control;
        const FitResult result = run_fit(data, near_the_truth(1), state, {}, control);
        EXPECT_EQ(state.noise_rounds, 0);
        EXPECT_THAT(result.notes, Not(Contains(HasSubstr("error"))));
    }
}

}  // namespace
}  // namespace syzygy::testing
