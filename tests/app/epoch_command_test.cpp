// Where commands say which epoch a correction has, and --epoch.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Json = nlohmann::json;

const char* const values =
    "hidden-mass=0.3,semi-major-axis=4,eccentricity=0.3,inclination=0.2,node=0.3,pericentre=0.4,mean-anomaly=1";

class EpochCommand : public ::testing::Test {
protected:
    EpochCommand() { made = simulate("101.5", {}); }

    Json simulate(const std::string& end, std::vector<std::string> more)
    {
        more.insert(more.begin(), {"simulate", "--scenario", "aca",          "--t0",        "100.5",
                                   "--t1",     end,          "--samples",    "101",         "--velocities",
                                   "--rtol",   "1e-13",      "--correction", "hidden-body", "--values",
                                   values,     "-o",         data,           "--json",      "-"});
        const ProgramRun run = run_syzygy(more);
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return run.json();
    }
    ProgramRun gradient(std::vector<std::string> more) const
    {
        more.insert(more.begin(), {"gradient", data, "--masses", "1.1,1.1,0.9", "--correction", "hidden-body",
                                   "--values", values, "--rtol", "1e-13"});
        return run_syzygy(more);
    }
    Json gradient_json(std::vector<std::string> more) const
    {
        more.insert(more.end(), {"--json", "-"});
        return gradient(more).json();
    }

    const TemporaryFolder folder;
    const std::string data = folder.file("hidden.csv"), saved = folder.file("fit.syzygy");
    Json made;
};

TEST_F(EpochCommand, SimulateAndGradientStateOneEpochWhateverTheWindow)
{
    EXPECT_EQ(made["correction"]["epoch"], 100.5);
    for (const std::vector<std::string>& window : {std::vector<std::string>{}, {"--window", "101:"}}) {
        const Json json = gradient_json(window);
        EXPECT_EQ(json["correction"]["epoch"], 100.5);
        // The orbit that made the data, but for the rounding of times near 100, 1e-14, and of the solves.
        EXPECT_LT(json["loss"].get<double>(), 1e-16);
    }
    EXPECT_THAT(gradient({"--window", "101:"}).out, HasSubstr("epoch     of its elements: t = 100.5"));
    EXPECT_GT(gradient_json({"--window", "101:", "--epoch", "window"})["loss"].get<double>(), 1e-9);
    EXPECT_EQ(gradient_json({"--epoch", "99.25"})["correction"]["epoch"], 99.25);
}

TEST_F(EpochCommand, ASolveBackwardHasTheEpochOfTheDataThatItMakes)
{
    EXPECT_EQ(simulate("100", {})["correction"]["epoch"], 100.0);
    EXPECT_EQ(simulate("100", {"--epoch", "3"})["correction"]["epoch"], 3.0);
}

TEST_F(EpochCommand, FitStatesItInReportJsonAndFile)
{
    const std::vector<std::string> fit{
        "fit",  data,       "--start", "1,1,1",  "--correction", "hidden-body", "--values",
        values, "--window", "101:",    "--free", "masses",       "-o",          saved};
    const ProgramRun run = run_syzygy(fit);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("epoch         of its elements: t = 100.5"));
    const Json file = Json::parse(content_of(saved));
    EXPECT_EQ(file["version"], 3);
    EXPECT_EQ(file["options"]["correction"]["epoch"], "data");
    EXPECT_EQ(file["correction"]["context"]["t0"], 100.5);
    EXPECT_EQ(file["result"]["correction"]["epoch"], 100.5);
    // It stays with the correction; another one beside it is refused.
    const ProgramRun again = run_syzygy(
        {"gradient", data, "--masses", "1,1,1", "--correction-from", saved, "--window", "101.2:", "--json", "-"});
    EXPECT_EQ(again.json()["correction"]["epoch"], 100.5);
    const ProgramRun refused =
        run_syzygy({"gradient", data, "--masses", "1,1,1", "--correction-from", saved, "--epoch", "7"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("leave out --epoch"));
}

TEST_F(EpochCommand, ItIsStatedWhereCorrectionsAndOptionsAre)
{
    const ProgramRun list = run_syzygy({"list", "corrections"});
    EXPECT_THAT(list.out, AllOf(HasSubstr("Epoch (--epoch; unless given, the first time of the data"),
                                HasSubstr("of its elements"), HasSubstr("of the time that its network sees")));
    for (const Json& row : run_syzygy({"list", "corrections", "--json", "-"}).json()["corrections"])
        EXPECT_EQ(row["epoch"] != "", row["id"] == "hidden-body" || row["id"] == "external") << row["id"];
    EXPECT_THAT(run_syzygy({"fit", "--help"}).out, HasSubstr("--epoch"));
}

TEST_F(EpochCommand, WhatIsNoTimeOrBelongsToNoEpochIsRefused)
{
    const ProgramRun text = gradient({"--epoch", "noon"});
    EXPECT_EQ(text.exit_code, 2);
    EXPECT_THAT(text.err, HasSubstr("--epoch = noon: must be a time"));
    const ProgramRun drag = run_syzygy({"gradient", data, "--masses", "1,1,1", "--correction", "drag", "--epoch", "5"});
    EXPECT_EQ(drag.exit_code, 2);
    EXPECT_THAT(drag.err, HasSubstr("external, hidden-body"));
}

}  // namespace
}  // namespace syzygy::testing
