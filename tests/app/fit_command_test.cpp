// `syzygy fit`: its JSON, its .syzygy file, how it survives being killed, and its errors.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class FitCommand : public ::testing::Test {
protected:
    FitCommand()
    {
        EXPECT_EQ(run_syzygy({"simulate", "--scenario", "aca", "--t1", "1", "--samples", "100", "-o", data}).exit_code,
                  0);
    }
    ProgramRun fit(std::vector<std::string> arguments, const RunSetting& setting = {}) const
    {
        arguments.insert(arguments.begin(), {"fit", data});
        arguments.insert(arguments.end(), {"--json", "-"});
        return run_syzygy(arguments, setting);
    }

    const TemporaryFolder folder;
    const std::string data = folder.file("data.csv"), saved = folder.file("fit.syzygy");
};

TEST_F(FitCommand, JsonHasTheFieldsOfTheContract)
{
    const ProgramRun run = fit({"--start", "1,1,1"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Json json = run.json();
    for (const char* key :
         {"outcome", "reason", "loss", "iterations", "seconds", "parameters", "masses", "masses_sigma", "correlation",
          "initial_state", "rms_residual", "reduced_chi_square", "warnings"})
        EXPECT_TRUE(json.contains(key)) << key;
    EXPECT_EQ(json["outcome"], "converged");
    ASSERT_EQ(json["parameters"].size(), 21u);
    for (const char* key : {"name", "value", "sigma", "fixed"}) EXPECT_TRUE(json["parameters"][0].contains(key)) << key;
    ASSERT_EQ(json["masses"].size(), 3u);
    ASSERT_EQ(json["masses_sigma"].size(), 3u);
    EXPECT_EQ(json["correlation"].size(), 3u);
    EXPECT_EQ(json["initial_state"].size(), 18u);
    const double truth[] = {1.1, 1.1, 0.9};
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(json["masses"][i].get<double>(), truth[i], 1e-8);
    EXPECT_TRUE(json["warnings"].is_array());
}

TEST_F(FitCommand, ThatEndsFarFromTheDataSaysThatItFoundNoFitAndExitsWithOne)
{
    ASSERT_EQ(run_syzygy({"simulate", "--scenario", "hierarchical", "--t1", "10", "--samples", "100", "-o", data}).exit_code, 0);
    const ProgramRun run = fit({"--start", "1.5,0.3335,1.5", "--free", "masses", "--grow", "off", "-o", saved});
    EXPECT_EQ(run.exit_code, 1);
    const Json json = run.json();
    EXPECT_EQ(json["outcome"], "no-fit-found");
    EXPECT_THAT(json["reason"].get<std::string>(), HasSubstr("relative to"));
    EXPECT_THAT(run.err, HasSubstr("no-fit-found"));
    EXPECT_EQ(run_syzygy({"fit", "--resume", saved, "--json", "-"}).json()["outcome"], "no-fit-found");
}

TEST_F(FitCommand, AWarningHasItsCodeAndMessageAndAnUnknownSigmaIsNull)
{
    const ProgramRun run = fit({"--start", "1,1,1", "--free", "masses,initial", "--window", ":0.02"});
    const Json json = run.json();
    ASSERT_FALSE(json["warnings"].empty());
    EXPECT_EQ(json["warnings"][0]["code"], "unidentifiable");
    EXPECT_THAT(json["warnings"][0]["message"].get<std::string>(), HasSubstr("m1"));
    EXPECT_TRUE(json["masses_sigma"][0].is_null());
}

/// An Adam run of a second or more, whose end depends on every iteration before it.
const std::vector<std::string> long_adam{
    "--start", "1,1,1",           "--optimizer", "adam",     "--iterations", "6000", "--learning-rate-decay",
    "0.999",   "--save-interval", "0.02",        "--window", ":0.9"};

TEST_F(FitCommand, TakesTheOptionsOfItsGradientMethodAndKeepsThem)
{
    const std::vector<std::string> mali{"--start", "1.05,1.05,0.95", "--optimizer", "lbfgs", "--gradient", "mali", "--iterations", "3"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), mali.begin(), mali.end());
        return fit(more);
    };
    const ProgramRun plain = with({}), damped = with({"--eta", "0.9", "-o", saved});
    ASSERT_LE(damped.exit_code, 1) << damped.err;
    EXPECT_EQ(damped.json()["gradient_method"], "mali");
    // Another trajectory of the leapfrog, so another loss.
    EXPECT_NE(damped.json()["loss"], plain.json()["loss"]);
    EXPECT_EQ(Json::parse(content_of(saved))["options"]["gradient"]["eta"], 0.9);
    EXPECT_EQ(run_syzygy({"fit", "--resume", saved, "--json", "-"}).json()["loss"], damped.json()["loss"]);
    const ProgramRun wrong = with({"--eta", "0.01"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("eta"));
    EXPECT_THAT(with({"--control", "goal"}).err, HasSubstr("--control"));
}

TEST_F(FitCommand, KilledAgainAndAgainItEndsWithTheBitsOfAnUninterruptedRun)
{
    const ProgramRun whole = fit(long_adam);
    ASSERT_EQ(whole.exit_code, 0) << whole.err;

    std::vector<std::string> arguments = long_adam;
    arguments.insert(arguments.end(), {"-o", saved});
    RunSetting kill{.signal = SIGKILL, .signal_after = std::chrono::milliseconds(150)};
    EXPECT_EQ(fit(arguments, kill).exit_code, 128 + SIGKILL);
    long before = 0;
    for (int times = 0; times < 4; ++times) {
        // Whole JSON at whatever moment the program died, and further each time.
        const Json file = Json::parse(content_of(saved));
        EXPECT_FALSE(file["state"]["finished"].get<bool>());
        EXPECT_TRUE(file["result"].is_null());
        const long iteration = file["state"]["iteration"].get<long>();
        EXPECT_GT(iteration, before);
        before = iteration;
        EXPECT_EQ(run_syzygy({"fit", "--resume", saved}, kill).exit_code, 128 + SIGKILL);
    }
    const ProgramRun resumed = run_syzygy({"fit", "--resume", saved, "--json", "-"});
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    for (const char* key : {"masses", "masses_sigma", "loss", "iterations", "correlation", "rms_residual"})
        EXPECT_EQ(resumed.json()[key], whole.json()[key]) << key;
    EXPECT_EQ(Json::parse(content_of(saved))["result"]["masses"], whole.json()["masses"]);
}

TEST_F(FitCommand, AClosedTerminalKeepsTheLastGoodParameters)
{
    std::vector<std::string> arguments = long_adam;
    arguments.insert(arguments.end(), {"-o", saved});
    const ProgramRun run = fit(arguments, {.signal = SIGHUP, .signal_after = std::chrono::milliseconds(200)});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(Json::parse(content_of(saved))["result"]["masses"], run.json()["masses"]);
}

TEST_F(FitCommand, InterruptedItKeepsTheFileAndSaysStopped)
{
    std::vector<std::string> arguments = long_adam;
    arguments.insert(arguments.end(), {"-o", saved});
    const ProgramRun run = fit(arguments, {.signal = SIGINT, .signal_after = std::chrono::milliseconds(200)});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.json()["outcome"], "stopped");
    const Json file = Json::parse(content_of(saved));
    EXPECT_FALSE(file["state"]["finished"].get<bool>());
    EXPECT_EQ(file["result"]["masses"], run.json()["masses"]);
    const ProgramRun resumed = run_syzygy({"fit", "--resume", saved, "--json", "-"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(resumed.json()["masses"], fit(long_adam).json()["masses"]);
}

TEST_F(FitCommand, AFinishedFileGivesItsResultAgain)
{
    const ProgramRun first = fit({"--start", "1,1,1", "-o", saved});
    const ProgramRun again = run_syzygy({"fit", "--resume", saved, "--json", "-"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(again.json()["masses"], first.json()["masses"]);
    EXPECT_EQ(again.json()["masses_sigma"], first.json()["masses_sigma"]);
}

TEST_F(FitCommand, ADamagedFileIsAnInputError)
{
    ASSERT_EQ(fit({"--start", "1,1,1", "-o", saved}).exit_code, 0);
    const std::string content = content_of(saved);
    for (const std::string& damaged :
         {content.substr(0, content.size() / 2), std::string("{}"), std::string("[1, 2]"), std::string("hello")}) {
        folder.write("fit.syzygy", damaged);
        const ProgramRun run = run_syzygy({"fit", "--resume", saved});
        EXPECT_EQ(run.exit_code, 2);
        EXPECT_THAT(run.err, HasSubstr("fit.syzygy"));
    }
    EXPECT_EQ(run_syzygy({"fit", "--resume", folder.file("none.syzygy")}).exit_code, 2);
}

TEST_F(FitCommand, ChangedDataAreSeen)
{
    ASSERT_EQ(fit({"--start", "1,1,1", "-o", saved}).exit_code, 0);
    run_syzygy({"simulate", "--scenario", "aca", "--t1", "1.01", "--samples", "100", "-o", data});
    const ProgramRun run = run_syzygy({"fit", "--resume", saved});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("other data"));
}

TEST_F(FitCommand, OtherOptionsBesideResumeAreRefused)
{
    ASSERT_EQ(fit({"--start", "1,1,1", "-o", saved}).exit_code, 0);
    const ProgramRun run = run_syzygy({"fit", "--resume", saved, "--rtol", "1e-6"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("rtol"));
}

TEST_F(FitCommand, AFileOfTooFewRowsIsNamed)
{
    const std::string content = content_of(data), names = "t,x1,y1,z1,";
    const std::size_t first = content.find('\n', content.find(names)) + 1, second = content.find('\n', first) + 1;
    const std::string one = folder.write("one.csv", content.substr(0, second));
    const ProgramRun run = run_syzygy({"fit", one, "--start", "1,1,1"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("one.csv"), HasSubstr("has one row; at least 2 are needed")));
    // A second row that holds a time alone.
    const std::string blank = folder.write("blank.csv", content.substr(0, second) + "0.5" + std::string(18, ',') + '\n');
    const ProgramRun blank_run = run_syzygy({"fit", blank, "--start", "1,1,1"});
    EXPECT_EQ(blank_run.exit_code, 2);
    EXPECT_THAT(blank_run.err, AllOf(HasSubstr("blank.csv"), HasSubstr("of the 2 rows"), HasSubstr("nothing to fit")));
}

TEST_F(FitCommand, WrongUsageIsNamed)
{
    for (const auto& [arguments, text] :
         std::vector<std::pair<std::vector<std::string>, std::string>>{{{"--free", "spin"}, "spin"},
                                                                       {{"--start", "1,1"}, "three"},
                                                                       {{"--start", "1,-1,1"}, "start"},
                                                                       {{"--optimizer", "newton"}, "newton"},
                                                                       {{"--window", "7:8"}, "window"},
                                                                       {{"--fix", "Pluto"}, "Pluto"}}) {
        const ProgramRun run = fit(arguments);
        EXPECT_EQ(run.exit_code, 2) << text;
        EXPECT_THAT(run.err, HasSubstr(text));
        EXPECT_EQ(run.out, "");
    }
}

TEST_F(FitCommand, WithoutAFileNothingIsWritten)
{
    fit({"--start", "1,1,1"});
    EXPECT_FALSE(std::filesystem::exists(saved));
}

}  // namespace
}  // namespace syzygy::testing
