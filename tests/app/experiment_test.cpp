// `syzygy experiment`: the contract of its JSON, its other outputs, its refusals, and that it stops with what there is.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

ProgramRun experiment(std::vector<std::string> arguments, const RunSetting& setting = {})
{
    arguments.insert(arguments.begin(), "experiment");
    return run_syzygy(arguments, setting);
}

TEST(HiddenForceExperiment, JsonHasTheFieldsOfTheContractAndTheCorrectionPredictsTenTimesBetter)
{
    const TemporaryFolder folder;
    const std::string figure = folder.file("law.svg"), csv = folder.file("runs.csv"), markdown = folder.file("table.md");
    const ProgramRun run =
        experiment({"hidden-force", "--quick", "--json", "-", "--figure", figure, "--csv", csv, "--markdown", markdown});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Json json = run.json();
    EXPECT_EQ(json["outcome"], "finished");
    EXPECT_EQ(json["force"], "post-newtonian");
    EXPECT_EQ(json["correction"], "pairwise");
    EXPECT_LE(json["test_mse_corrected"].get<double>() * 10, json["test_mse_newton"].get<double>());
    EXPECT_EQ(json["masses_true"], Json({1.0, 1.0, 1.0}));
    EXPECT_EQ(json["masses_newton"].size(), 3u);
    EXPECT_EQ(json["masses_corrected"].size(), 3u);
    EXPECT_EQ(json["structured_residuals"], true);
    EXPECT_GT(json["autocorrelation_newton"], 0.9);
    EXPECT_LT(json["law_error"], 0.35);
    ASSERT_EQ(json["runs"].size(), 1u);
    const Json& law = json["runs"][0]["law"];
    EXPECT_EQ(law["at"].size(), law["corrected"].size());
    EXPECT_EQ(law["sampled"].front(), false) << "the law goes on outside of the sampled range";
    EXPECT_EQ(json["options"]["quick"], true);

    const std::string svg = content_of(figure);
    EXPECT_THAT(svg, StartsWith("<svg"));
    EXPECT_THAT(svg, HasSubstr("sampled range"));
    EXPECT_THAT(svg, HasSubstr("stroke-dasharray"));
    EXPECT_THAT(content_of(csv), StartsWith("seed,outcome,test_mse_newton"));
    EXPECT_THAT(content_of(markdown), HasSubstr("| seed |"));
}

TEST(ThreeBodyExperiment, AnOdeTrainedByAcaWinsByOrdersOfMagnitude)
{
    const TemporaryFolder folder;
    const std::string figure = folder.file("orbits.svg");
    const ProgramRun run = experiment({"three-body", "--quick", "--models", "lstm,node,ode", "--methods", "aca", "--seeds", "1",
                                       "--json", "-", "--figure", figure});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Json json = run.json();
    ASSERT_EQ(json["rows"].size(), 3u);
    const double lstm = json["rows"][0]["test_mse"], node = json["rows"][1]["test_mse"], ode = json["rows"][2]["test_mse"];
    EXPECT_LT(ode, 1e-3 * lstm);
    EXPECT_LT(ode, 1e-3 * node);
    EXPECT_EQ(json["masses_true"], Json({1.1, 1.1, 0.9}));
    for (int i = 0; i < 3; ++i)
        EXPECT_NEAR(json["rows"][2]["masses"][i].get<double>(), json["masses_true"][i].get<double>(), 1e-3) << i;
    EXPECT_EQ(json["rows"][0]["masses"], Json()) << "an LSTM has no masses";
    for (const char* field : {"model", "method", "seed", "outcome", "test_mse", "test_mse_inside", "test_mse_beyond",
                              "training_loss", "masses_start", "masses", "parameters", "epochs", "backed_off", "seconds"})
        EXPECT_TRUE(json["runs"][0].contains(field)) << field;
    EXPECT_THAT(content_of(figure), HasSubstr("LSTM (bptt)"));
}

TEST(ThreeBodyExperiment, MarkdownAndCsvGoToStandardOutputWhereAskedFor)
{
    const std::vector<std::string> quick{"three-body", "--models", "ode", "--methods", "aca", "--seeds", "2", "--epochs", "2"};
    auto arguments = quick;
    arguments.insert(arguments.end(), {"--markdown", "-"});
    const ProgramRun markdown = experiment(arguments);
    EXPECT_EQ(markdown.exit_code, 0) << markdown.err;
    EXPECT_THAT(markdown.out, StartsWith("| model | gradient | test MSE |"));
    arguments = quick;
    arguments.insert(arguments.end(), {"--csv", "-"});
    const ProgramRun csv = experiment(arguments);
    EXPECT_THAT(csv.out, StartsWith("model,method,seed,outcome,test_mse"));
    EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 3);
    const ProgramRun text = experiment(quick);
    EXPECT_THAT(text.out, HasSubstr("True masses 1.1, 1.1, 0.9"));
}

TEST(Experiment, CtrlCLeavesTheRunsThatAreDone)
{
    const ProgramRun run = experiment({"three-body", "--models", "ode,node", "--methods", "aca", "--threads", "1", "--network",
                                       "64,64", "--epochs", "100000", "--json", "-"},
                                      {.signal = SIGINT, .signal_after = std::chrono::milliseconds(1000)});
    EXPECT_EQ(run.exit_code, 1) << run.err;
    EXPECT_EQ(run.json()["outcome"], "stopped");
    EXPECT_THAT(run.err, HasSubstr("stopped on request"));
}

TEST(Experiment, WrongArgumentsAreNamed)
{
    const auto error_of = [](const std::vector<std::string>& arguments) {
        const ProgramRun run = experiment(arguments);
        EXPECT_EQ(run.exit_code, 2) << run.out;
        return run.err;
    };
    EXPECT_THAT(error_of({}), HasSubstr("three-body, hidden-force"));
    EXPECT_THAT(error_of({"four-body"}), HasSubstr("must be one of three-body, hidden-force"));
    EXPECT_THAT(error_of({"three-body", "--force", "drag"}), HasSubstr("has no meaning with the experiment three-body"));
    EXPECT_THAT(error_of({"three-body", "--models", "gpt"}), HasSubstr("must be among all, lstm"));
    EXPECT_THAT(error_of({"three-body", "--methods", "magic"}), HasSubstr("--methods"));
    EXPECT_THAT(error_of({"three-body", "--seeds", "0"}), HasSubstr("--seeds"));
    EXPECT_THAT(error_of({"hidden-force", "--force", "magic"}), HasSubstr("--force"));
    EXPECT_THAT(error_of({"hidden-force", "--correction", "magic"}), HasSubstr("--correction"));
    EXPECT_THAT(error_of({"hidden-force", "--json", "-", "--csv", "-"}), HasSubstr("standard output is taken"));
    EXPECT_THAT(error_of({"hidden-force", "--csv", "a", "--markdown", "a"}), HasSubstr("is another output"));
}

TEST(Experiment, HelpSaysWhatIsDone)
{
    const ProgramRun run = experiment({"--help"});
    EXPECT_EQ(run.exit_code, 0);
    for (const char* part : {"teacher", "half a step", "Levenberg-Marquardt", "--models", "--force", "ode-correction"})
        EXPECT_THAT(run.out, HasSubstr(part));
}

}  // namespace
}  // namespace syzygy::testing
