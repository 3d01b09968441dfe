// Errors, correlations, priors, and what the data do not determine.
#include "physics/fit/uncertainty.hpp"

#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::HasSubstr;

double correlation(const FitResult& result, std::string_view a, std::string_view b)
{
    const auto index = [&](std::string_view name) {
        return std::find(result.correlation_names.begin(), result.correlation_names.end(), name) -
               result.correlation_names.begin();
    };
    return result.correlation(index(a), index(b));
}

/// Exact data that say their errors are `sigma`: the minimum is the truth, the errors those of the design.
FitResult fit_of_design(double t1, double sigma)
{
    // The first row of a held initial state tells nothing: 100 others.
    Observations data = exact_samples("aca", t1, 101);
    data.position_sigmas.setConstant(9, 101, sigma);
    return run_fit(data, setup_from(aca_masses, "masses"));
}

TEST(Errors, AreThoseComputedIndependentlyForTheAcaExample)
{
    // Computed once for this example by other code, to these digits.
    constexpr double sigma = 1e-5;
    const FitResult whole = fit_of_design(1, sigma), start = fit_of_design(0.1, sigma);
    const double of_whole[] = {.132, .098, .068}, of_start[] = {8.2, 6.3, 5.6};
    for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(whole.parameters[static_cast<std::size_t>(i)].sigma / sigma, of_whole[i], 0.0005);
        EXPECT_NEAR(start.parameters[static_cast<std::size_t>(i)].sigma / sigma, of_start[i], 0.05);
    }
    EXPECT_NEAR(correlation(whole, "m2", "m3"), .89, 0.005);
    EXPECT_TRUE(whole.sigmas_known);
    EXPECT_EQ(whole.degrees_of_freedom, 906);
}

TEST(Correlations, OfExactDataAreThoseOfTheSameDataWithALittleNoise)
{
    for (const char* free : {"masses", "masses,initial"}) {
        const Observations exact = exact_samples("aca", 1, 400);
        const FitResult of_exact = run_fit(exact, setup_from(aca_masses, free));
        // The noise is below the solver's error but above rounding: residuals say how large it is, in the first row,
        // too.
        Observations noisy = with_noise(exact, 1e-9, 3);
        noisy.position_sigmas.resize(9, 0);
        const FitResult of_noisy = run_fit(noisy, setup_from(aca_masses, free));
        ASSERT_EQ(of_exact.correlation_names, of_noisy.correlation_names);
        const double apart = (of_exact.correlation - of_noisy.correlation).cwiseAbs().maxCoeff();
        std::printf(
            "%s: m1 with m2 %.3f and %.3f, m1 with m3 %.3f and %.3f, m2 with m3 %.3f and %.3f; largest difference "
            "%.1e\n",
            free, correlation(of_exact, "m1", "m2"), correlation(of_noisy, "m1", "m2"),
            correlation(of_exact, "m1", "m3"), correlation(of_noisy, "m1", "m3"), correlation(of_exact, "m2", "m3"),
            correlation(of_noisy, "m2", "m3"), apart);
        EXPECT_LT(apart, 1e-2) << free;
        if (free == std::string_view("masses")) { EXPECT_NEAR(correlation(of_exact, "m2", "m3"), 0.89, 0.02); }
    }
}

TEST(Errors, SayWhatPartOfThemIsTheSolversOwn)
{
    const Observations exact = exact_samples("aca", 1, 400);
    FitSetup setup = setup_from(aca_masses, "masses");
    setup.solver.rtol = 1e-6;
    const FitResult of_exact = run_fit(exact, setup);
    const FitResult of_noisy = run_fit(with_noise(exact, 1e-3, 3), setup_from(aca_masses, "masses"));
    for (std::size_t i = 0; i < 3; ++i) {
        const FittedParameter &solver = of_exact.parameters[i], &noise = of_noisy.parameters[i];
        std::printf("%s: %.1e of %.1e, with noise %.1e of %.1e\n", solver.name.c_str(), solver.solver_sigma,
                    solver.sigma, noise.solver_sigma, noise.sigma);
        EXPECT_LE(solver.solver_sigma, solver.sigma);
        EXPECT_GT(solver.solver_sigma, 0.7 * solver.sigma);
        EXPECT_LT(noise.solver_sigma, 0.01 * noise.sigma);
        // It is the size of what the solver really did to the mass.
        EXPECT_LT(std::abs(solver.value - aca_masses[i]), 5 * solver.sigma);
    }
}

TEST(Errors, WithoutStatedErrorsTheResidualsGiveThem)
{
    Observations data = with_noise(exact_samples("aca", 1, 400), 1e-4, 2);
    data.positions.col(0) = exact_samples("aca", 1, 400).positions.col(0);
    const FitResult stated = run_fit(data, setup_from(aca_masses, "masses"));
    data.position_sigmas.resize(9, 0);
    const FitResult estimated = run_fit(data, setup_from(aca_masses, "masses"));
    EXPECT_FALSE(estimated.sigmas_known);
    // 3600 residuals know their size to 1.2 %.
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(estimated.parameters[i].sigma / stated.parameters[i].sigma, 1, 0.05);
    EXPECT_NEAR(stated.reduced_chi_square, 1, 0.12);
    EXPECT_EQ(warning(stated, "misfit"), "");
    EXPECT_EQ(warning(estimated, "misfit"), "");
}

TEST(Priors, CombineWithTheDataLikeAnotherMeasurement)
{
    // Close to the minimum the problem is linear and Gaussian: with one mass free, the estimate is the mean weighted
    // by inverse variances.
    Observations data = with_noise(exact_samples("aca", 0.8, 60), 1e-3, 8);
    data.positions.col(0) = exact_samples("aca", 0.8, 60).positions.col(0);
    FitSetup setup = setup_from(aca_masses, "m1");
    const FittedParameter alone = parameter(run_fit(data, setup), "m1");
    const double mean = alone.value + 2 * alone.sigma, sigma = alone.sigma;
    setup.fit.priors = fmt::format("m1={}:{}", mean, sigma);
    for (const char* optimizer : {"lm", "lbfgs"}) {
        setup.optimizer.optimizer = optimizer;
        const FitResult result = run_fit(data, setup);
        const FittedParameter both = parameter(result, "m1");
        // Nonlinearity: second order in sigma / m = 1e-4.
        EXPECT_NEAR(both.value, (alone.value + mean) / 2, 5e-3 * sigma) << optimizer;
        EXPECT_NEAR(both.sigma, sigma / std::sqrt(2), 1e-3 * sigma) << optimizer;
        EXPECT_EQ(result.degrees_of_freedom, 540);
    }
}

TEST(Unidentifiable, ABodyTooLightToMoveTheOthersIsNamedWithALimit)
{
    ThreeBodySystem system = find_scenario("aca").make();
    system.bodies[2].mass = 1e-12;
    system.bodies[2].name = "Pebble";
    const FitResult result =
        run_fit(with_noise(exact_samples(system, 0.8, 80), 1e-3, 6), setup_from({1, 1, 0.01}, "masses,initial"));
    const std::string message = warning(result, "unidentifiable");
    EXPECT_THAT(message, HasSubstr("m3 (Pebble) below"));
    EXPECT_THAT(message, HasSubstr("--fix"));
    EXPECT_FALSE(parameter(result, "m3").identifiable);
    EXPECT_TRUE(std::isnan(parameter(result, "m3").sigma));
    EXPECT_TRUE(parameter(result, "m1").identifiable);
    EXPECT_LT(std::abs(parameter(result, "m1").value - 1.1), 5 * parameter(result, "m1").sigma);
}

TEST(Unidentifiable, MassesKnownOnlyTogetherAreNamedWithTheirCombination)
{
    // Two bodies side by side (softened, so that they stay), seen by a massless one at distance 1: it alone is
    // observed, and feels m1 + m2.
    ThreeBodySystem system;
    system.softening = 0.05;
    system.bodies = {Body{"Left", 0.5, {-0.0005, 0, 0}, {0, 0, 0}}, Body{"Right", 0.5, {0.0005, 0, 0}, {0, 0, 0}},
                     Body{"Probe", 0, {1, 0, 0}, {0, 1, 0}}};
    Observations data = with_noise(exact_samples(system, 0.02, 60), 1e-5, 6);
    data.positions.topRightCorner(6, 59).setConstant(std::nan(""));
    FitSetup setup = setup_from({0.5, 0.5, 0}, "m1,m2");
    setup.data.softening = system.softening;
    const FitResult result = run_fit(data, setup);
    const std::string message = warning(result, "unidentifiable");
    EXPECT_THAT(message, HasSubstr("m1 (Left)"));
    EXPECT_THAT(message, HasSubstr("m2 (Right)"));
    EXPECT_THAT(message, HasSubstr("changes together m"));
    EXPECT_LT(correlation(result, "m1", "m2"), -0.9);
}

TEST(Unidentifiable, TooFewNumbersAreSaidToBeTooFew)
{
    const Observations data = thinned(exact_samples("aca", 0.5, 2), 1);
    const FitResult result = run_fit(data, setup_from(aca_masses, "masses,initial"));
    EXPECT_THAT(warning(result, "unidentifiable"), HasSubstr("18 observed numbers for 21 unknowns"));
}

TEST(Warnings, ALongArcFromFarOffWrapsAndAGrowingOneDoesNot)
{
    const Observations data = exact_samples("hierarchical", 40, 400);
    const Eigen::Vector3d truth = find_scenario("hierarchical").make().masses();
    FitSetup setup = setup_from(truth.cwiseProduct(Eigen::Vector3d(0.6, 1.4, 0.6)), "masses,initial");
    setup.solver.rtol = 1e-10;
    setup.fit.grow = "off";
    const FitResult stuck = run_fit(data, setup);
    EXPECT_THAT(warning(stuck, "phase-wrap"), HasSubstr("--grow on"));
    setup.fit.grow = "auto";
    const FitResult grown = run_fit(data, setup);
    EXPECT_EQ(grown.outcome.status, Status::converged) << grown.outcome.reason;
    EXPECT_EQ(warning(grown, "phase-wrap"), "");
    EXPECT_LT(mass_error(grown, truth), 1e-5);
}

TEST(Warnings, ACloseEncounterIsNamedWithPairTimeAndDistance)
{
    // Pythagorean problem: masses 4 and 5 pass each other at t = 1.879 (Szebehely, Peters, AJ 72, 876 (1967)).
    const Observations data = exact_samples("pythagorean", 2.5, 100);
    const FitResult result = run_fit(data, setup_from({3, 4, 5}, "none"));
    const std::string message = warning(result, "close-encounter");
    EXPECT_THAT(message, HasSubstr("Mass 4 and Mass 5 come within 0.0097"));
    EXPECT_THAT(message, HasSubstr("t = 1.879"));
}

TEST(Warnings, BeyondTheHorizonOfALooseToleranceIsSaid)
{
    const Observations data = with_noise(exact_samples("pythagorean", 16, 200), 1e-3, 4);
    FitSetup setup = setup_from({3, 4, 5}, "none");
    setup.solver.rtol = 1e-5;
    EXPECT_THAT(warning(run_fit(data, setup), "horizon"), HasSubstr("tighten rtol"));
    setup.solver.rtol = 1e-13;
    setup.data.window = {std::nullopt, 1.5};
    EXPECT_EQ(warning(run_fit(data, setup), "horizon"), "");
}

TEST(Warnings, AGoodFitHasNone)
{
    const FitResult result =
        run_fit(with_noise(exact_samples("figure-eight", 3, 100), 1e-4, 9), setup_from({1, 1, 1}, "masses,initial"));
    EXPECT_THAT(result.warnings, ::testing::IsEmpty());
    EXPECT_EQ(parameter(result, "m1").sigma, parameter(result, "m1").scaled_sigma);
}

}  // namespace
TEST(Errors, CoverTheSolversOwnWhereTheDataHaveNone)
{
    // Exact data: what is wrong is the solve alone, and no cloud of residuals shows it.
    const FitResult result = run_fit(exact_samples("aca", 1, 400), setup_from(aca_masses, "masses"));
    for (int i = 0; i < 3; ++i)
        EXPECT_LT(std::abs(result.point.masses[i] - aca_masses[i]), 3 * result.parameters[static_cast<std::size_t>(i)].sigma);
}

TEST(Errors, OfARobustFitAreNotBelowThoseOfLeastSquares)
{
    // Of normal data no estimate is better than least squares (Cramer and Rao); Huber's at 1.5 sigma loses 4 % or so.
    const Observations data = with_noise(exact_samples("aca", 1, 200), 1e-3, 5);
    FitSetup setup = setup_from(aca_masses, "masses,initial");
    const FitResult plain = run_fit(data, setup);
    for (const char* loss : {"huber", "cauchy"}) {
        setup.fit.robust = loss;
        const FitResult robust = run_fit(data, setup);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_GT(robust.parameters[i].sigma, 0.98 * plain.parameters[i].sigma) << loss;
            EXPECT_LT(robust.parameters[i].sigma, 1.5 * plain.parameters[i].sigma) << loss;
        }
        EXPECT_EQ(warning(robust, "misfit"), "") << loss;
    }
    setup.data.sigma = 0;
    Observations unknown = data;
    unknown.position_sigmas.resize(9, 0);
    EXPECT_THROW(run_fit(unknown, setup), ArgumentError);
}

TEST(Errors, AreNotMadeSmallerByVelocitiesOfUnknownError)
{
    Observations data = with_noise(exact_samples("aca", 1, 100, true), 1e-3, 6);
    FitSetup setup = setup_from(aca_masses, "masses,initial");
    data.position_sigmas.resize(9, 0);
    const FitResult without = run_fit(data, setup);
    // In units in which velocities are tiny they carry no weight against positions.
    data.velocities.rightCols(99).setConstant(std::numeric_limits<double>::quiet_NaN());
    setup.data.velocities = true;
    const FitResult with = run_fit(data, setup);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(with.parameters[i].sigma / without.parameters[i].sigma, 1, 0.25);
}

TEST(Fit, KnowsNoTime)
{
    // The same orbit observed at another date, a million time units on, gives the same masses.
    Observations data = exact_samples("aca", 1, 129);
    const FitResult now = run_fit(data, setup_from({1, 1, 1}, "masses"));
    for (double& t : data.times) t += 1048576;  // 128 steps of 2^-7: times stay exact
    const FitResult later = run_fit(data, setup_from({1, 1, 1}, "masses"));
    EXPECT_EQ(now.point.masses, later.point.masses);
}

}  // namespace syzygy
