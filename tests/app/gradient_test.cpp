// `syzygy gradient`: the contract and the reference numbers of the ACA example.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

/// The observations of the ACA example: 1000 times in [0, 1].
class GradientTest : public ::testing::Test {
protected:
    GradientTest()
    {
        run_syzygy({"simulate", "--scenario", "aca", "--t1", "1", "--samples", "1000", "--method", "dop853", "--rtol",
                    "1e-13", "--atol", "1e-13", "-o", data_});
    }

    ProgramRun run(const std::vector<std::string>& more) const
    {
        std::vector<std::string> arguments{"gradient", data_, "--masses", "1,1,1", "--json", "-"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_syzygy(arguments);
    }

    Json json(const std::vector<std::string>& more) const
    {
        const ProgramRun result = run(more);
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return result.json();
    }

    TemporaryFolder folder_;
    std::string data_ = folder_.file("aca.csv");
};

const std::vector<std::string> reference_options{"--decay", "0.01",  "--method", "dop853",
                                                 "--rtol",  "1e-13", "--atol",   "1e-13"};

TEST_F(GradientTest, ReproducesTheAcaExample)
{
    // Independent reference: the tests of core solve the example in long double; digits as printed there.
    const Json result = json(reference_options);
    EXPECT_NEAR(result["loss"].get<double>(), 0.014651208892, 1e-12);
    const double masses[] = {-0.0098957, -0.0862103, 0.1263347};
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(result["gradient"]["masses"][i].get<double>(), masses[i], 1e-7);
}

TEST_F(GradientTest, WithHessianAddsTheSecondDerivativesByTheMasses)
{
    std::vector<std::string> options = reference_options;
    options.emplace_back("--hessian");
    const Json result = json(options);
    // Central differences of gradients of this program, each converged to 1e-12; the close approach makes the third
    // derivatives so large that wider ones would err by more than 1e-6.
    const auto gradient = [&](double m1) {
        std::vector<std::string> at = reference_options;
        at.insert(at.begin(), {"gradient", data_, "--masses", std::to_string(m1) + ",1,1", "--json", "-"});
        return run_syzygy(at).json()["gradient"]["masses"];
    };
    const auto above = gradient(1.0001), below = gradient(0.9999), above2 = gradient(1.0002), below2 = gradient(0.9998);
    const Json& hessian = result["hessian"]["masses"];
    ASSERT_EQ(hessian.size(), 3u);
    for (int i = 0; i < 3; ++i) {
        const auto central = [i](const Json& a, const Json& b, double width) {
            return (a[i].get<double>() - b[i].get<double>()) / (2 * width);
        };
        const double difference = (4 * central(above, below, 1e-4) - central(above2, below2, 2e-4)) / 3;
        EXPECT_NEAR(hessian[0][i].get<double>(), difference, 1e-6 * std::abs(hessian[0][0].get<double>())) << i;
        EXPECT_NEAR(hessian[i][0].get<double>(), hessian[0][i].get<double>(), 1e-9);
    }
    EXPECT_EQ(result["hessian"]["steps"], "held");
    const ProgramRun text = run_syzygy({"gradient", data_, "--masses", "1,1,1", "--hessian"});
    EXPECT_THAT(text.out, HasSubstr("d2/dmass2"));
    EXPECT_FALSE(json({}).contains("hessian"));
}

TEST_F(GradientTest, JsonHasTheFieldsOfTheContract)
{
    const Json result = json({});
    EXPECT_EQ(result["outcome"], "reached");
    EXPECT_TRUE(result["loss"].is_number_float());
    EXPECT_EQ(result["gradient"]["masses"].size(), 3u);
    EXPECT_EQ(result["gradient"]["initial_state"].size(), 18u);
    for (const char* pass : {"forward", "backward"}) {
        for (const char* key : {"accepted", "rejected", "rhs_evaluations", "vjp_evaluations"})
            EXPECT_TRUE(result[pass][key].is_number_integer()) << pass << ' ' << key;
        EXPECT_TRUE(result[pass]["seconds"].is_number_float());
    }
    for (const char* key : {"checkpoint_bytes", "tape_bytes_peak", "graph_depth"})
        EXPECT_TRUE(result[key].is_number_integer()) << key;
    EXPECT_GT(result["backward"]["vjp_evaluations"], 0);
}

TEST_F(GradientTest, AllMethodsThatAreExactAgree)
{
    const Json reference = json(reference_options)["gradient"];
    for (const Json& method : run_syzygy({"list", "gradients", "--json", "-"}).json()["gradients"]) {
        auto options = reference_options;
        options.insert(options.end(), {"--gradient", method["id"]});
        const Json gradient = json(options)["gradient"];
        const double tolerance = method["exact"].get<bool>() ? 1e-9 : 1e-5;
        for (int i = 0; i < 3; ++i)
            EXPECT_NEAR(gradient["masses"][i].get<double>(), reference["masses"][i].get<double>(), tolerance)
                << method["id"];
        for (int i = 0; i < 18; ++i)
            EXPECT_NEAR(gradient["initial_state"][i].get<double>(), reference["initial_state"][i].get<double>(),
                        tolerance)
                << method["id"];
    }
}

TEST_F(GradientTest, ErrorEstimateCorrectsTheLossByItsOwnError)
{
    const double exact = json(reference_options)["loss"].get<double>();
    const std::vector<std::string> options{"--decay", "0.01", "--rtol", "1e-7", "--atol", "1e-7", "--error-estimate"};
    const Json result = json(options);
    const double error = result["loss"].get<double>() - exact;
    EXPECT_TRUE(result["error_trusted"]);
    EXPECT_EQ(result["error_doubt"], "");
    EXPECT_NEAR(result["loss_error"].get<double>() / error, 1, 0.05);
    EXPECT_LT(std::abs(result["loss_corrected"].get<double>() - exact), 0.05 * std::abs(error));
    EXPECT_GT(result["gradient_error"], 0);
    EXPECT_LT(result["gradient_error"], 0.1);
    EXPECT_EQ(result["gradient"]["masses_error"].size(), 3u);
    EXPECT_EQ(result["gradient"]["initial_state_error"].size(), 18u);
    EXPECT_GT(result["error_estimate"]["rhs_evaluations"], result["forward"]["rhs_evaluations"]);
    EXPECT_EQ(result["options"]["error-estimate"], true);
    EXPECT_FALSE(json({}).contains("loss_error")) << "unasked";

    // Where it is not to be trusted it says so, in the report too.
    const std::vector<std::string> loose{"gradient", data_, "--masses", "1,1,1", "--rtol", "1e-3", "--error-estimate"};
    EXPECT_THAT(run_syzygy(loose).out, HasSubstr("do not trust these: "));
}

TEST_F(GradientTest, AGoalIsReachedAndItsSearchCounted)
{
    const double exact = json(reference_options)["loss"].get<double>();
    const Json result = json({"--decay", "0.01", "--control", "goal", "--goal-tol", "1e-8"});
    EXPECT_LT(std::abs(result["loss"].get<double>() - exact), 1e-8);
    EXPECT_GT(result["forward"]["rhs_evaluations"], 10 * result["forward"]["accepted"].get<long>());
    EXPECT_EQ(run({"--control", "goal", "--method", "rk4", "--step", "0.001"}).exit_code, 2);
}

TEST_F(GradientTest, TheLossVanishesAtTheTruth)
{
    std::vector<std::string> arguments{"gradient", data_, "--masses", "1.1,1.1,0.9", "--json", "-"};
    arguments.insert(arguments.end(), reference_options.begin(), reference_options.end());
    // The data are of the same solve but for rounding, which the close encounters amplify.
    EXPECT_LT(run_syzygy(arguments).json()["loss"], 1e-18);
}

TEST_F(GradientTest, TheEndOfTheWindowIsTEnd)
{
    const Json result = json({"--t-end", "0.5"});
    EXPECT_LE(result["t1"], 0.5);
    EXPECT_EQ(result["rows"], 500);
    EXPECT_EQ(json({"--window", ":0.5"})["loss"], result["loss"]);
    const ProgramRun twice = run({"--t-end", "0.5", "--window", "0:0.7"});
    EXPECT_EQ(twice.exit_code, 2);
    EXPECT_THAT(twice.err, HasSubstr("--t-end = 0.5: the end is already given by --window 0:0.7"));
}

TEST_F(GradientTest, AWindowThatStartsWithoutVelocitiesIsRefusedWithARemedy)
{
    const ProgramRun result = run({"--window", "0.5:"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("must have all velocities"));
    EXPECT_THAT(result.err, HasSubstr("syzygy fit"));
}

TEST_F(GradientTest, DataWithoutVelocitiesAreRefusedWithARemedy)
{
    const std::string file =
        folder_.write("bare.csv", "t,x1,y1,z1,x2,y2,z2,x3,y3,z3\n0,0,0,0,1,0,0,0,1,0\n1,0,0,0,1,0,0,0,1,0\n");
    const ProgramRun result = run_syzygy({"gradient", file, "--masses", "1,1,1"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("give columns vx1..vz3"));
    const ProgramRun counted = run_syzygy({"gradient", file, "--masses", "1,1,1", "--velocities"});
    EXPECT_EQ(counted.exit_code, 2);
    EXPECT_THAT(counted.err, HasSubstr("--velocities"));
}

TEST_F(GradientTest, ABodyThatIsNotThereIsRefusedWithTheBodies)
{
    const ProgramRun result = run({"--relative-to", "Sun"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("--relative-to = Sun: must be 1, 2 or 3, or one of Body 1, Body 2, Body 3"));
}

TEST_F(GradientTest, AnUnknownMethodIsRefusedWithTheKnownOnes)
{
    const ProgramRun result = run({"--gradient", "magic"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("--gradient = magic: must be one of aca"));
}

TEST_F(GradientTest, AnEvaluationLimitExitsWith1AndHasNoLoss)
{
    const ProgramRun result = run({"--max-evaluations", "100"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.json()["outcome"], "evaluation-limit");
    EXPECT_TRUE(result.json()["loss"].is_null());
    EXPECT_TRUE(result.json()["gradient"]["masses"].is_null());
    EXPECT_FALSE(result.json()["reason"].get<std::string>().empty());
}

TEST_F(GradientTest, ReadsStandardInput)
{
    const ProgramRun result =
        run_syzygy({"gradient", "-", "--masses", "1,1,1", "--json", "-"}, {.standard_input = data_});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.json()["loss"], json({})["loss"]);
}

TEST_F(GradientTest, PrintsAReportWithLossAndCounts)
{
    const ProgramRun result = run_syzygy({"gradient", data_, "--masses", "1,1,1"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.err, "");
    for (const char* part : {"loss  0.", "d/dmass", "forward ", "backward ", "memory "})
        EXPECT_THAT(result.out, HasSubstr(part));
}

}  // namespace
}  // namespace syzygy::testing
