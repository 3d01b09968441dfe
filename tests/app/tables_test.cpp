// `syzygy info`, `syzygy scenarios` and `syzygy list`.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace syzygy::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using Json = nlohmann::json;

std::vector<std::string> ids(const Json& rows)
{
    std::vector<std::string> result;
    for (const Json& row : rows) result.push_back(row["id"]);
    return result;
}

constexpr const char* small_data =
    "# name: Small\n# units: G=1\n# bodies: Alpha, Beta, Gamma\n# masses: 1, 2, 3\n# relative-to: Alpha\n"
    "t,x1,y1,z1,x2,y2,z2,x3,y3,z3\n"
    "0,0,0,0,1,0,0,0,5,0\n1,0,0,0,0.5,0,0,,,\n3,0,0,0,2,0,0,0,4,0\n4,0,0,0,3,0,0,0,4,0\n";

TEST(Info, SaysWhatTheFileHolds)
{
    const TemporaryFolder folder;
    const ProgramRun run = run_syzygy({"info", folder.write("small.csv", small_data), "--json", "-"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Json info = run.json();
    EXPECT_EQ(info["name"], "Small");
    EXPECT_EQ(info["units"], "G=1");
    EXPECT_EQ(info["bodies"], Json({"Alpha", "Beta", "Gamma"}));
    EXPECT_EQ(info["rows"], 4);
    EXPECT_EQ(info["t0"], 0.0);
    EXPECT_EQ(info["t1"], 4.0);
    EXPECT_EQ(info["spacing"], Json({{"min", 1.0}, {"median", 1.0}, {"max", 2.0}}));
    EXPECT_EQ(info["missing_positions"], 3);
    EXPECT_EQ(info["velocities"], false);
    EXPECT_EQ(info["initial_state"], false);
    EXPECT_EQ(info["position_sigmas"], false);
    EXPECT_EQ(info["relative_to"], "Alpha");
    EXPECT_EQ(info["true_masses"], Json({1.0, 2.0, 3.0}));
    ASSERT_EQ(info["closest_approaches"].size(), 3u);
    EXPECT_EQ(info["closest_approaches"][0], Json({{"bodies", {"Alpha", "Beta"}}, {"t", 1.0}, {"distance", 0.5}}));
    EXPECT_EQ(info["closest_approaches"][1]["distance"], 4.0);
    EXPECT_TRUE(info["notes"].is_array());
}

TEST(Info, ReportSaysTheSame)
{
    const TemporaryFolder folder;
    const ProgramRun run = run_syzygy({"info", folder.write("small.csv", small_data)});
    EXPECT_EQ(run.exit_code, 0);
    for (const char* part :
         {"Small", "Alpha, Beta, Gamma", "0 to 4", "3 of 36 components", "Alpha and Beta: 0.5 at t = 1"})
        EXPECT_THAT(run.out, HasSubstr(part));
}

TEST(Info, SaysWhatTheNumbersReferTo)
{
    const TemporaryFolder folder;
    const std::string file = folder.write("dates.csv",
                                          "# units: length=1 au, mass=1 Msun, time=1 d\n# time-scale: UTC\n# centre: Sun (10)\n"
                                          "# frame: Ecliptic of J2000.0\nt,x1,y1,z1,x2,y2,z2,x3,y3,z3\n"
                                          "2016-12-31,0,0,0,1,0,0,0,5,0\n2017-01-01,0,0,0,1,0,0,0,5,0\n");
    const Json info = run_syzygy({"info", file, "--json", "-"}).json();
    EXPECT_EQ(info["time_scale"], "TDB");
    EXPECT_EQ(info["centre"], "Sun (10)");
    EXPECT_EQ(info["frame"], "Ecliptic of J2000.0");
    EXPECT_TRUE(info["aberration"].is_null());
    // 32.184 s and the 36 leap seconds before 2017, to the millisecond of TDB - TT.
    EXPECT_THAT(info["epoch"].get<std::string>(), ::testing::StartsWith("2016-12-31T00:01:08.18"));
    EXPECT_NEAR(info["t1"].get<double>(), 86401 / 86400.0, 1e-9);
    EXPECT_EQ(info["notes"].size(), 1u);
    EXPECT_THAT(run_syzygy({"info", file}).out, AllOf(HasSubstr("2016-12-31T00:01:08.18"), HasSubstr("TDB (JD 2457753.50078")));
    const Json plain = run_syzygy({"info", folder.write("small.csv", small_data), "--json", "-"}).json();
    for (const char* key : {"epoch", "epoch_jd", "time_scale", "centre", "frame", "aberration"}) EXPECT_TRUE(plain[key].is_null()) << key;
}

TEST(Info, WhatTheLoaderRepairedIsANote)
{
    const TemporaryFolder folder;
    const ProgramRun run = run_syzygy(
        {"info", folder.write("a.csv", "t,x1,y1,z1,x2,y2,z2,x3,y3,z3\n1,0,0,0,1,0,0,0,5,0\n0,0,0,0,1,0,0,0,5,0\n"),
         "--json", "-"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.json()["notes"].size(), 1u);
}

TEST(Info, ABrokenCellIsNamedWithLineAndColumn)
{
    const TemporaryFolder folder;
    const ProgramRun run =
        run_syzygy({"info", folder.write("a.csv", "t,x1,y1,z1,x2,y2,z2,x3,y3,z3\n1,0,zero,0,1,0,0,0,5,0\n")});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr("a.csv:2:5: "));
    EXPECT_THAT(run.err, HasSubstr("'zero'"));
}

TEST(Info, ReadsThreeHorizonsFiles)
{
    const std::filesystem::path corpus = std::filesystem::path(SYZYGY_SOURCE_DIR) / "tests/fuzz/corpus";
    // One file alone is refused with a remedy.
    const ProgramRun one = run_syzygy({"info", (corpus / "horizons_labelled").string()});
    EXPECT_EQ(one.exit_code, 2);
    EXPECT_THAT(one.err, HasSubstr("three"));
}

TEST(Scenarios, HaveAllFieldsAndTheIdsOfTheContract)
{
    const Json json = run_syzygy({"scenarios", "--json", "-"}).json();
    EXPECT_THAT(ids(json["scenarios"]), IsSupersetOf({"aca", "figure-eight", "lagrange", "euler", "pythagorean",
                                                      "hierarchical", "sun-jupiter-saturn", "sun-earth-moon"}));
    for (const Json& scenario : json["scenarios"]) {
        for (const char* key : {"id", "label", "description", "source", "units"})
            EXPECT_TRUE(scenario[key].is_string()) << key;
        EXPECT_GT(scenario["duration"], 0);
        EXPECT_TRUE(scenario["period"].is_null() || scenario["period"] > 0);
        ASSERT_EQ(scenario["bodies"].size(), 3u);
        for (const Json& body : scenario["bodies"]) {
            EXPECT_TRUE(body["name"].is_string());
            EXPECT_TRUE(body["mass"].is_number());
            EXPECT_EQ(body["position"].size(), 3u);
            EXPECT_EQ(body["velocity"].size(), 3u);
        }
    }
}

TEST(Scenarios, ReportHasALineForEach)
{
    const Json json = run_syzygy({"scenarios", "--json", "-"}).json();
    const ProgramRun run = run_syzygy({"scenarios"});
    EXPECT_EQ(std::count(run.out.begin(), run.out.end(), '\n'), static_cast<long>(json["scenarios"].size()) + 1);
}

class ListTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ListTest, RowsHaveIdAndLabelAndStandInTheReport)
{
    const ProgramRun run = run_syzygy({"list", GetParam(), "--json", "-"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Json json = run.json();
    ASSERT_EQ(json.size(), 1u);
    ASSERT_GT(json[GetParam()].size(), 0u);
    const ProgramRun report = run_syzygy({"list", GetParam()});
    for (const Json& row : json[GetParam()]) {
        EXPECT_TRUE(row["id"].is_string());
        EXPECT_TRUE(row["label"].is_string());
        EXPECT_THAT(report.out, HasSubstr('\n' + row["id"].get<std::string>() + ' '));
    }
}

INSTANTIATE_TEST_SUITE_P(List, ListTest,
                         ::testing::Values("methods", "gradients", "optimizers", "loaders", "scenarios", "commands",
                                           "options"));

TEST(List, KnowsTheNamesOfTheContract)
{
    const auto listed = [](const std::string& name) {
        return ids(run_syzygy({"list", name, "--json", "-"}).json()[name]);
    };
    EXPECT_THAT(listed("methods"), IsSupersetOf({"euler", "rk4", "dopri5", "dop853"}));
    EXPECT_THAT(listed("gradients"), IsSupersetOf({"aca", "forward", "finite-difference"}));
    EXPECT_THAT(listed("optimizers"), IsSupersetOf({"lm", "lbfgs", "adam"}));
    EXPECT_THAT(listed("loaders"), IsSupersetOf({"csv", "ecsv", "horizons"}));
    EXPECT_THAT(listed("commands"), IsSupersetOf({"simulate", "gradient", "info", "scenarios", "list"}));
}

TEST(List, OptionsHaveUnitHelpDefaultAndRangeAndAreFlags)
{
    const std::string help = run_syzygy({"simulate", "--help"}).out + run_syzygy({"gradient", "--help"}).out;
    for (const Json& option : run_syzygy({"list", "options", "--json", "-"}).json()["options"]) {
        for (const char* key : {"id", "label", "list", "unit", "help"}) EXPECT_TRUE(option[key].is_string()) << option;
        for (const char* key : {"default", "range", "choices"}) EXPECT_TRUE(option.contains(key)) << option;
        if (std::set<std::string>{"solver", "data", "simulate"}.count(option["list"]) > 0) {
            EXPECT_THAT(help, HasSubstr("--" + option["id"].get<std::string>()));
        }
        if (option["id"] == "rtol") { EXPECT_EQ(option["range"], Json({1e-15, 1.0})); }
    }
}

}  // namespace
}  // namespace syzygy::testing
