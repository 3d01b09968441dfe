// Where a fit starts from: masses and velocities read off the rows, however dense and noisy they are.
#include "physics/guess/first_guess.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

constexpr double noise = 1e-4;

Observations noisy_rows(long rows)
{
    return with_noise(without_velocities(exact_samples("figure-eight", 4, rows)), noise, 1);
}

TEST(FirstGuess, ExactRowsGiveMassesToTheErrorOfTheirDifferences)
{
    FitSetup setup;
    const ModelPoint guess = first_guess(fit_data(without_velocities(exact_samples("figure-eight", 4, 2001)), setup));
    // Central differences over steps of h = 0.002 are h^2/12 q'''' off, and so are their accelerations, of the order of 1.
    for (const double mass : guess.masses) EXPECT_NEAR(mass, 1, 1e-5);
}

class DenseRows : public ::testing::TestWithParam<long> {};

TEST_P(DenseRows, NoisyOnesGiveMassesWithinAFactorTwoAndVelocities)
{
    FitSetup setup;
    const ModelPoint guess = first_guess(fit_data(noisy_rows(GetParam()), setup));
    for (const double mass : guess.masses) {
        EXPECT_GT(mass, 0.5);
        EXPECT_LT(mass, 2);
    }
    const State truth = find_scenario("figure-eight").make().state();
    EXPECT_LT((guess.initial_state - truth).tail<9>().norm(), 0.1 * truth.tail<9>().norm());
}

INSTANTIATE_TEST_SUITE_P(Rows, DenseRows, ::testing::Values(200L, 1000L, 10000L, 100000L));

TEST(FirstGuess, AFitOfDenseNoisyRowsFindsTheMasses)
{
    const FitResult result = run_fit(noisy_rows(100000), {});
    EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
    // 3e5 coordinates with errors of 1e-4 leave errors of the order of 1e-6.
    for (const double mass : result.point.masses) EXPECT_NEAR(mass, 1, 2e-5);
}

}  // namespace
}  // namespace syzygy::testing
