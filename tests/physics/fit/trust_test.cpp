// What may be made of a result: severities of warnings, the headline, and the error to be taken.
#include "physics/fit/result.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

FitResult converged(std::vector<Warning> warnings = {})
{
    FitResult result;
    result.outcome = {Status::converged, "Function tolerance reached"};
    result.iterations = 12;
    result.rms_residual = 325;
    result.warnings = std::move(warnings);
    for (int i = 0; i < 3; ++i) {
        FittedParameter mass{fmt::format("m{}", i + 1), 1.0, 0.01, 0.01};
        mass.fixed = false;
        mass.role = ParameterRole::mass;
        mass.body = i;
        result.parameters.push_back(mass);
    }
    return result;
}

TEST(Trust, IsTheWorstOfTheOutcomeAndTheWarnings)
{
    EXPECT_EQ(trust(converged()), Trust::trusted);
    for (const char* code : {"misfit", "halves", "unidentifiable", "close-encounter"})
        EXPECT_EQ(trust(converged({{code, ""}})), Trust::with_care) << code;
    for (const char* code : {"apparent-states", "phase-wrap", "horizon", "gradient-error", "a code of tomorrow"})
        EXPECT_EQ(trust(converged({{"misfit", ""}, {code, ""}})), Trust::untrusted) << code;
    FitResult stopped = converged();
    stopped.outcome = {Status::iteration_limit, "no iterations left"};
    EXPECT_EQ(trust(stopped), Trust::unfinished);
}

TEST(Trust, OfAMisfitDependsOnTheSizeOfTheResidualsBesideTheMotion)
{
    FitResult result = converged({{"misfit", ""}});
    result.residual_share = 4e-7;
    EXPECT_EQ(trust(result), Trust::with_care);
    result.residual_share = 0.08;
    EXPECT_EQ(trust(result), Trust::untrusted);
    // Large errors that are stated are no sign of another orbit.
    FitResult noisy = result;
    noisy.sigmas_known = true;
    noisy.reduced_chi_square = 1.01;
    EXPECT_EQ(trust(noisy), Trust::with_care);
    noisy.reduced_chi_square = 50;
    EXPECT_EQ(trust(noisy), Trust::untrusted);
    EXPECT_EQ(headline(result, ""), "Converged, but not to be trusted: the residuals are 8 % of the motion; 1 warning");
}

TEST(Trust, OfHalvesThatDisagreeDependsOnTheWidenedErrors)
{
    FitResult result = converged({{"halves", ""}});
    result.parameters[2].scaled_sigma = 0.02;
    EXPECT_EQ(trust(result), Trust::with_care);
    result.parameters[2].scaled_sigma = 0.2;
    EXPECT_EQ(trust(result), Trust::untrusted);
    result.parameters[2].fixed = true;
    EXPECT_EQ(trust(result), Trust::with_care);
}

TEST(Headline, NamesTheWorstWarningAndHowManyThereAre)
{
    EXPECT_EQ(headline(converged(), "km"), "Converged after 12 iterations, rms residual 325 km");
    EXPECT_EQ(headline(converged({{"misfit", ""}, {"unidentifiable", ""}, {"halves", ""}, {"phase-wrap", ""}}), "km"),
              "Converged, but not to be trusted: bodies are a quarter turn off; 4 warnings");
    FitResult widened = converged({{"misfit", ""}});
    widened.parameters[0].scaled_sigma = 0.107;
    EXPECT_EQ(headline(widened, "km"),
              "Converged, with care: the residuals are more than noise, errors are widened 10.7 times; 1 warning");
    FitResult open = converged({{"unidentifiable", ""}});
    open.parameters[2].identifiable = false;
    EXPECT_EQ(headline(open, "km"), "Converged, with care: m3 is not determined by the data; 1 warning");
    FitResult stopped = converged({{"misfit", ""}});
    stopped.outcome = {Status::iteration_limit, "no iterations left"};
    EXPECT_EQ(headline(stopped, "km"), "Iteration limit: no iterations left; 1 warning");
}

TEST(TrustedSigma, IsTheWidenedOneWhereResidualsShowMore)
{
    FittedParameter mass{"m1", 1.0, 0.01, 0.01};
    EXPECT_EQ(mass.trusted_sigma(), 0.01);
    mass.scaled_sigma = 0.1;
    EXPECT_EQ(mass.trusted_sigma(), 0.1);
}

TEST(Trust, IsDeniedToAFitThatBeganAtAThousandfoldMass)
{
    const Observations data = exact_samples("aca", 1, 200, true);
    FitSetup setup;
    setup.fit.start = {1000, 1, 1};
    setup.fit.grow = "off";
    const FitResult wrong = run_fit(data, setup);
    ::testing::Test::RecordProperty("headline", headline(wrong, ""));
    std::printf("%s\n", headline(wrong, "").c_str());
    EXPECT_NE(trust(wrong), Trust::trusted) << headline(wrong, "");
    EXPECT_NE(trust(wrong), Trust::with_care) << headline(wrong, "");

    setup.fit.start = {1, 1, 1};
    const FitResult right = run_fit(data, setup);
    std::printf("%s\n", headline(right, "").c_str());
    EXPECT_EQ(trust(right), Trust::trusted) << headline(right, "");
    EXPECT_LT(right.residual_share, 1e-6);
}

TEST(HeldState, IsSaidToBeChangedByHandWhereItWas)
{
    const Observations data = exact_samples("aca", 1, 200, true);
    FitSetup setup;
    setup.fit.start = {1.1, 1.1, 0.9};
    setup.fit.initial.assign(18, 0);
    for (int i = 0; i < 9; ++i) {
        setup.fit.initial[static_cast<std::size_t>(i)] = data.positions(i, 0);
        setup.fit.initial[static_cast<std::size_t>(9 + i)] = data.velocities(i, 0);
    }
    setup.fit.initial[15] += 0.02;
    setup.fit.free = "masses";
    const FitResult result = run_fit(data, setup);
    std::string message;
    for (const Warning& warning : result.warnings)
        if (warning.code == "misfit") message = warning.message;
    std::printf("%s\n", message.c_str());
    EXPECT_THAT(message, HasSubstr(fmt::format("initial velocity of {} was changed by hand", data.bodies[2])));
    EXPECT_THAT(message, ::testing::Not(HasSubstr("as the first row has it")));
    EXPECT_EQ(trust(result), Trust::untrusted) << headline(result, "");
}

}  // namespace
}  // namespace syzygy::testing
