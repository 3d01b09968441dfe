// `syzygy simulate`: its JSON, its files, and how it ends early.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* circular_pair =
    R"({"units": "G=1", "bodies": [
        {"name": "A", "mass": 0.5, "position": [0.5, 0, 0], "velocity": [0, 0.5, 0]},
        {"name": "B", "mass": 0.5, "position": [-0.5, 0, 0], "velocity": [0, -0.5, 0]},
        {"name": "Test", "mass": 0, "position": [100, 0, 0], "velocity": [0, 0.1, 0]}]})";

/// Two bodies at rest, falling onto each other.
constexpr const char* falling_pair =
    R"({"units": "G=1", "bodies": [
        {"name": "A", "mass": 1, "position": [0, 0, 0], "velocity": [0, 0, 0]},
        {"name": "B", "mass": 1, "position": [1, 0, 0], "velocity": [0, 0, 0]},
        {"name": "C", "mass": 0, "position": [50, 0, 0], "velocity": [0, 0, 0]}]})";

Json simulate_json(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), "simulate");
    arguments.insert(arguments.end(), {"--json", "-"});
    const ProgramRun run = run_syzygy(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.json();
}

TEST(Simulate, JsonHasTheFieldsOfTheContract)
{
    const Json json = simulate_json({"--scenario", "aca", "--t1", "1"});
    EXPECT_EQ(json["outcome"], "reached");
    EXPECT_TRUE(json["reason"].is_string());
    EXPECT_EQ(json["t"], 1.0);
    ASSERT_EQ(json["state"].size(), 18u);
    for (const char* key : {"accepted", "rejected", "rhs_evaluations"})
        EXPECT_TRUE(json[key].is_number_integer()) << key;
    for (const char* key : {"energy_error", "seconds"}) EXPECT_TRUE(json[key].is_number_float()) << key;
    EXPECT_GT(json["rhs_evaluations"], json["accepted"]);
    EXPECT_LT(json["energy_error"], 1e-9);
    EXPECT_TRUE(json["encounters"].is_array());
}

TEST(Simulate, FindsTheClosestApproachOfTheAcaExample)
{
    // The ACA example comes closest by 0.0531 of bodies 2 and 3 at t = 0.871.
    const Json encounters = simulate_json({"--scenario", "aca", "--t1", "1"})["encounters"];
    const auto nearest = std::min_element(encounters.begin(), encounters.end(),
                                          [](const Json& a, const Json& b) { return a["distance"] < b["distance"]; });
    ASSERT_NE(nearest, encounters.end());
    EXPECT_NEAR((*nearest)["distance"].get<double>(), 0.0531, 5e-5);
    EXPECT_NEAR((*nearest)["t"].get<double>(), 0.871, 5e-4);
    EXPECT_EQ((*nearest)["bodies"], Json({"Body 2", "Body 3"}));
}

TEST(Simulate, ACircularPairIsBackAfterItsPeriod)
{
    const TemporaryFolder folder;
    const std::string system = folder.write("pair.json", circular_pair);
    // Separation 1, total mass 1: period 2 pi.
    const Json json = simulate_json({"--system", system, "--t1", "6.283185307179586"});
    EXPECT_NEAR(json["state"][0].get<double>(), 0.5, 1e-9);
    EXPECT_NEAR(json["state"][1].get<double>(), 0, 1e-9);
    EXPECT_NEAR(json["state"][10].get<double>(), 0.5, 1e-9);
}

TEST(Simulate, TheScenariosDurationIsTheDefaultEnd)
{
    const Json scenarios = run_syzygy({"scenarios", "--json", "-"}).json()["scenarios"];
    const auto entry =
        std::find_if(scenarios.begin(), scenarios.end(), [](const Json& s) { return s["id"] == "figure-eight"; });
    ASSERT_NE(entry, scenarios.end());
    EXPECT_EQ(simulate_json({"--scenario", "figure-eight"})["t"], (*entry)["duration"]);
}

TEST(Simulate, AScenarioWrittenAsASystemFileIsTheSameSystem)
{
    const TemporaryFolder folder;
    for (const Json& entry : run_syzygy({"scenarios", "--json", "-"}).json()["scenarios"]) {
        const std::string t1 = entry["id"] == "sun-jupiter-saturn" ? "100" : "1";
        const Json built_in = simulate_json({"--scenario", entry["id"], "--t1", t1});
        const Json from_file = simulate_json({"--system", folder.write("system.json", entry.dump()), "--t1", t1});
        EXPECT_EQ(built_in["state"], from_file["state"]) << entry["id"];
    }
}

TEST(Simulate, ASystemNeedsAnEnd)
{
    const TemporaryFolder folder;
    const ProgramRun run = run_syzygy({"simulate", "--system", folder.write("pair.json", circular_pair)});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("--t1 = nothing: must be given with --system"));
}

TEST(Simulate, AnEmptyIntervalIsRefusedInTheTimesThatWereGiven)
{
    const ProgramRun run = run_syzygy({"simulate", "--scenario", "aca", "--t0", "2459274.5", "--t1", "2459274.5"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("--t1 = 2459274.5: must differ from t0"));
}

TEST(Simulate, ABrokenSystemFileIsNamedWithItsLine)
{
    const TemporaryFolder folder;
    const ProgramRun run =
        run_syzygy({"simulate", "--system", folder.write("broken.json", "{\n  \"bodies\": [,]\n}"), "--t1", "1"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("broken.json:2:"));
}

TEST(Simulate, ANumberBeyondTheRangeOfDoublesIsNamedWithItsFile)
{
    const TemporaryFolder folder;
    std::string system = circular_pair;
    system.replace(system.find("100"), 3, "1e999");
    const ProgramRun run = run_syzygy({"simulate", "--system", folder.write("far.json", system), "--t1", "1"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, ::testing::AllOf(HasSubstr("far.json: holds a number beyond the range"), HasSubstr("1e999")));
}

TEST(Simulate, SamplesAreEquidistantAndEndWithTheFinalState)
{
    const TemporaryFolder folder;
    const std::string file = folder.file("aca.csv");
    const Json json = simulate_json({"--scenario", "aca", "--t1", "1", "--samples", "11", "-o", file});
    EXPECT_EQ(json["output"], file);
    std::istringstream lines(content_of(file));
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with('#')) rows.push_back(line);
    ASSERT_EQ(rows.size(), 12u);
    EXPECT_TRUE(rows[0].starts_with("t,x1,y1,z1,x2,y2,z2,x3,y3,z3,vx1"));
    EXPECT_TRUE(rows[1].starts_with("0,0,0.2,0,0.5,0,0.5,0,0,0.5,0,0.1,0,"));
    std::istringstream last(rows.back());
    std::string cell;
    std::getline(last, cell, ',');
    EXPECT_EQ(std::stod(cell), 1.0);
    for (int c = 0; c < 9; ++c) {
        std::getline(last, cell, ',');
        EXPECT_EQ(std::stod(cell), json["state"][c].get<double>()) << "doubles round-trip exactly";
    }
    std::getline(last, cell);
    EXPECT_EQ(cell.find_first_of("0123456789"), std::string::npos) << "velocities are in the first row only";
}

TEST(Simulate, VelocitiesAreInEveryRowWhereAskedFor)
{
    const TemporaryFolder folder;
    simulate_json({"--scenario", "aca", "--t1", "1", "--samples", "11", "--velocities", "-o", folder.file("a.csv")});
    const Json info = run_syzygy({"info", folder.file("a.csv"), "--json", "-"}).json();
    EXPECT_EQ(info["missing_velocities"], 0);
}

TEST(Simulate, EcsvHoldsTheSameSamples)
{
    const TemporaryFolder folder;
    for (const char* name : {"a.csv", "a.ecsv"})
        simulate_json({"--scenario", "aca", "--t1", "1", "--samples", "50", "-o", folder.file(name)});
    EXPECT_TRUE(content_of(folder.file("a.ecsv")).starts_with("# %ECSV"));
    EXPECT_EQ(run_syzygy({"info", folder.file("a.csv"), "--json", "-"}).out,
              run_syzygy({"info", folder.file("a.ecsv"), "--json", "-"}).out);
}

TEST(Simulate, SamplesOnStandardOutputAreTheFileAndNothingElse)
{
    const TemporaryFolder folder;
    const std::vector<std::string> arguments{"simulate", "--scenario", "aca", "--t1", "1", "--samples", "20", "-o"};
    auto to_file = arguments, to_output = arguments;
    to_file.push_back(folder.file("a.csv"));
    to_output.push_back("-");
    run_syzygy(to_file);
    EXPECT_EQ(run_syzygy(to_output).out, content_of(folder.file("a.csv")));
}

TEST(Simulate, BackwardFindsTheSameApproachesAndWritesAnInitialState)
{
    const TemporaryFolder folder;
    const Json forward = simulate_json({"--scenario", "figure-eight", "--t1", "2"});
    // The end state, velocities and all, solved back.
    Json system;
    system["units"] = forward["units"];
    for (int body = 0; body < 3; ++body) {
        const auto part = [&](int offset) {
            return Json{forward["state"][offset + 3 * body], forward["state"][offset + 3 * body + 1],
                        forward["state"][offset + 3 * body + 2]};
        };
        system["bodies"].push_back({{"name", "B" + std::to_string(body)},
                                    {"mass", forward["masses"][body]},
                                    {"position", part(0)},
                                    {"velocity", part(9)}});
    }
    const Json backward = simulate_json(
        {"--system", folder.write("end.json", system.dump()), "--t0", "2", "--t1", "0", "-o", folder.file("back.csv")});
    ASSERT_GT(forward["encounters"].size(), 0u);
    ASSERT_EQ(backward["encounters"].size(), forward["encounters"].size());
    const std::size_t count = forward["encounters"].size();
    for (std::size_t k = 0; k < count; ++k)
        EXPECT_NEAR(backward["encounters"][count - 1 - k]["t"].get<double>(),
                    forward["encounters"][k]["t"].get<double>(), 1e-8);
    const Json info = run_syzygy({"info", folder.file("back.csv"), "--json", "-"}).json();
    EXPECT_EQ(info["t0"], 0.0);
    EXPECT_EQ(info["initial_state"], true);
}

TEST(Simulate, ACollisionExitsWith1NamesThePairAndKeepsWhatWasReached)
{
    const TemporaryFolder folder;
    const ProgramRun run = run_syzygy({"simulate", "--system", folder.write("fall.json", falling_pair), "--t1", "5",
                                       "--json", "-", "-o", folder.file("fall.csv"), "--samples", "101"});
    EXPECT_EQ(run.exit_code, 1);
    const Json json = run.json();
    EXPECT_NE(json["outcome"], "reached");
    EXPECT_THAT(json["reason"].get<std::string>(), HasSubstr("A and B"));
    // Free fall of two unit masses from distance 1: pi/4 * sqrt(1) (Kepler: half of an ellipse of a = 1/2, mass 2).
    EXPECT_NEAR(json["t"].get<double>(), M_PI / 4, 1e-3);
    EXPECT_THAT(run.err, HasSubstr("error: "));
    EXPECT_THAT(run.err, HasSubstr("16 samples of 101"));
    EXPECT_EQ(run_syzygy({"info", folder.file("fall.csv"), "--json", "-"}).json()["rows"], 16);
}

TEST(Simulate, AForceBesideNewtonsIsNamedAndItsWorkIsNoErrorOfTheSolver)
{
    const std::vector<std::string> drag{"simulate",     "--scenario", "figure-eight", "--t1",           "1",
                                        "--correction", "drag",       "--values",     "drag-linear=0.05"};
    const std::string report = run_syzygy(drag).out;
    EXPECT_THAT(report, HasSubstr("Force beside Newton's: drag, drag-linear=0.05,drag-quadratic=0\n"));
    EXPECT_THAT(report, HasSubstr("change of Newton's energy"));
    EXPECT_THAT(report, ::testing::Not(HasSubstr("energy error")));
    std::vector<std::string> json = drag;
    json.insert(json.end(), {"--json", "-"});
    const auto result = run_syzygy(json).json();
    EXPECT_GT(result["energy_error"].get<double>(), 0.01);
    EXPECT_EQ(result["correction"]["names"][0], "drag-linear");
    EXPECT_THAT(run_syzygy({"simulate", "--scenario", "figure-eight", "--t1", "1"}).out, HasSubstr("energy error"));
}

TEST(Simulate, CtrlCEndsItWithWhatWasReached)
{
    for (const int signal : {SIGINT, SIGTERM}) {
        const ProgramRun run = run_syzygy(
            {"simulate", "--scenario", "figure-eight", "--t1", "1e9", "--max-evaluations", "1e15", "--json", "-"},
            {.signal = signal});
        EXPECT_EQ(run.exit_code, 1);
        EXPECT_EQ(run.json()["outcome"], "stopped");
        EXPECT_GT(run.json()["t"], 0);
        EXPECT_LT(run.json()["t"], 1e9);
    }
}

}  // namespace
}  // namespace syzygy::testing
