// Fits of corrections whose parameters have names, beside the masses.
#include "physics/fit/fit.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

/// The ACA example under a correction, up to t_end.
Observations corrected_example(const std::string& kind, const std::string& values, double t_end, long samples)
{
    const ThreeBodySystem system = find_scenario("aca").make();
    CorrectionOptions options;
    options.correction = kind;
    CorrectionContext context;
    context.units = system.units;
    std::tie(context.length, context.velocity) = magnitudes(system.units, system.masses(), system.state());
    CorrectionAt correction{make_correction(options, context), {}};
    correction.parameters = starting_parameters(*correction.correction, values);
    SimulateOptions simulated;
    simulated.t1 = t_end;
    simulated.samples = samples;
    return simulate(system, simulated, {}, {}, correction).samples;
}

FitSetup setup_of(const std::string& kind)
{
    FitSetup setup;
    setup.correction.correction = kind;
    return setup;
}

const FittedParameter& named(const FitResult& result, std::string_view name)
{
    for (const FittedParameter& parameter : result.parameters)
        if (parameter.name == name) return parameter;
    throw std::runtime_error("no parameter " + std::string(name));
}

/// Exact data: what is left is the solver's tolerance, 1e-12, amplified by the orbit.
TEST(CorrectedFit, FindsTheSpeedOfLightBesideTheMasses)
{
    FitSetup setup = setup_of("post-newtonian");
    setup.fit.start = {1, 1, 1};
    const FitResult result = run_fit(corrected_example("post-newtonian", "inverse-c2=0.02", 1, 200), setup);
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_NEAR(result.point.masses[0], 1.1, 1e-8);
    EXPECT_NEAR(result.point.masses[2], 0.9, 1e-8);
    const FittedParameter& inverse_c2 = named(result, "inverse-c2");
    EXPECT_FALSE(inverse_c2.fixed) << "a correction that was not given in numbers is looked for";
    EXPECT_NEAR(inverse_c2.value, 0.02, 1e-9);
    EXPECT_GT(inverse_c2.sigma, 0);
    EXPECT_EQ(result.correlation_names.back(), "inverse-c2");
}

TEST(CorrectedFit, HoldsACorrectionThatWasGivenInNumbers)
{
    FitSetup setup = setup_of("post-newtonian");
    setup.fit.start = {1, 1, 1};
    setup.correction.values = "inverse-c2=0.02";
    const Observations data = corrected_example("post-newtonian", "inverse-c2=0.02", 1, 200);
    const FitResult held = run_fit(data, setup);
    EXPECT_TRUE(named(held, "inverse-c2").fixed);
    EXPECT_EQ(named(held, "inverse-c2").value, 0.02);
    EXPECT_NEAR(held.point.masses[0], 1.1, 1e-8);
    setup.fit.free = "masses,correction";
    setup.correction.values = "inverse-c2=0.01";
    EXPECT_NEAR(named(run_fit(data, setup), "inverse-c2").value, 0.02, 1e-9);
}

TEST(CorrectedFit, KeepsWhatAShortArcGaveWhereTheLongOneCannotBeSolvedWithIt)
{
    // Oblate bodies are no picture of a hidden one: the short arc takes radii that let bodies collide later.
    FitSetup setup = setup_of("j2");
    setup.data.window = {0, 1};
    setup.fit.start = {1.1, 1.1, 0.9};
    const FitResult result = run_fit(corrected_example("hidden-body", "hidden-mass=0.1", 2, 2001), setup);
    ASSERT_FALSE(result.outcome.ok());
    EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("the parameters are those of the shorter arc"));
    EXPECT_TRUE(std::isfinite(result.loss));
    EXPECT_TRUE(std::isfinite(result.rms_residual));
    EXPECT_NEAR(result.point.masses[0], 1.1, 0.1);
    EXPECT_THAT(result.notes.back(), ::testing::HasSubstr("arc up to"));
}

TEST(CorrectedFit, RefusesToFreeACorrectionThatThereIsNot)
{
    FitSetup setup;
    setup.fit.free = "masses,correction";
    EXPECT_THROW(run_fit(corrected_example("drag", "drag-linear=0.1", 1, 20), setup), ArgumentError);
}

}  // namespace
}  // namespace syzygy
