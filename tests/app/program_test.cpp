// The program as a whole: version, help, wrong usage, outputs that cannot be written.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Program, SaysItsVersion)
{
    const ProgramRun run = run_syzygy({"--version"});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_EQ(run.out, "syzygy 0.1.0\n");
    EXPECT_EQ(run.err, "");
}

TEST(Program, HelpListsEveryCommandInOneLine)
{
    const ProgramRun help = run_syzygy({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    for (const auto& command : run_syzygy({"list", "commands", "--json", "-"}).json()["commands"])
        EXPECT_THAT(help.out, HasSubstr("\n  " + command["id"].get<std::string>() + ' ')) << command;
}

TEST(Program, HelpOfEveryCommandShowsJsonAndAnExample)
{
    for (const auto& command : run_syzygy({"list", "commands", "--json", "-"}).json()["commands"]) {
        const auto name = command["id"].get<std::string>();
        const ProgramRun help = run_syzygy({name, "--help"});
        EXPECT_EQ(help.exit_code, 0) << name;
        EXPECT_THAT(help.out, HasSubstr("Usage: syzygy " + name));
        EXPECT_THAT(help.out, HasSubstr("--json FILE"));
        EXPECT_THAT(help.out, HasSubstr("Examples:\n  syzygy "));
        EXPECT_EQ(run_syzygy({"help", name}).out, help.out);
    }
}

TEST(Program, HelpShowsRangeAndDefaultOfAnOption)
{
    EXPECT_THAT(run_syzygy({"simulate", "--help"}).out, HasSubstr("[1e-15 to 1; default 1e-12]"));
}

/// Arguments, and what standard error must say.
struct WrongUsage {
    std::vector<std::string> arguments;
    std::string message;
};

void PrintTo(const WrongUsage& usage, std::ostream* out)
{
    for (const std::string& argument : usage.arguments) *out << argument << ' ';
}

class WrongUsageTest : public ::testing::TestWithParam<WrongUsage> {};

TEST_P(WrongUsageTest, ExitsWith2AndSaysWhy)
{
    const ProgramRun run = run_syzygy(GetParam().arguments);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, StartsWith("error: "));
    EXPECT_THAT(run.err, HasSubstr(GetParam().message));
}

const WrongUsage wrong_usages[] = {
    {{}, "no command was given"},
    {{"simulat"}, "simulat: unknown command; did you mean simulate?"},
    {{"sim"}, "did you mean simulate?"},
    {{"--verbose"}, "--verbose: unknown option"},
    {{"help", "infos"}, "did you mean info?"},
    {{"simulate"}, "give either --scenario NAME or --system FILE.json"},
    {{"simulate", "--scenario", "aca", "--system", "a.json"}, "give either --scenario NAME or --system FILE.json"},
    {{"simulate", "--scenario", "acaa"}, "--scenario = acaa: must be one of aca, figure-eight"},
    {{"simulate", "--scenario", "aca", "--rtl", "1e-3"}, "--rtl: unknown option; did you mean --rtol?"},
    {{"simulate", "--scenario", "aca", "--rtol=-1"}, "--rtol = -1: must be between 1e-15 and 1"},
    {{"simulate", "--scenario", "aca", "--rtol", "x"}, "--rtol = x: must be a number"},
    {{"simulate", "--scenario", "aca", "--rtol", "1e-3", "--rtol", "1e-4"},
     "--rtol = 1e-3, 1e-4: is given more than once"},
    {{"simulate", "--scenario", "aca", "--t1"}, "--t1: needs a value"},
    {{"simulate", "--scenario", "aca", "--t1", "nan"}, "--t1 = nan: must be a number"},
    {{"simulate", "--scenario", "aca", "--t1", "0"}, "--t1 = 0"},
    {{"simulate", "--scenario", "aca", "--samples", "1"}, "--samples = 1: must be between 2"},
    {{"simulate", "--scenario", "aca", "--samples", "2.5"}, "--samples = 2.5: must be a whole number"},
    {{"simulate", "--scenario", "aca", "--atol", "1,2,3"}, "--atol = 3 numbers"},
    {{"simulate", "--scenario", "aca", "--method", "rk5"}, "--method = rk5: must be one of euler"},
    {{"simulate", "--scenario", "aca", "--method", "rk4"}, "--step"},
    {{"simulate", "--scenario", "aca", "--json", "-", "-o", "-"}, "--output = -: standard output is taken"},
    {{"simulate", "--scenario", "aca", "-o", "/no-such-folder/a.csv"}, "there is no folder '/no-such-folder'"},
    {{"simulate", "--scenario", "aca", "-o", "/"}, "/: cannot be written: it is a folder"},
    {{"simulate", "--scenario", "aca", "--json", "/no-such-folder/a.json"}, "there is no folder '/no-such-folder'"},
    {{"simulate", "--system", "/no-such-file.json", "--t1", "1"}, "/no-such-file.json: cannot be opened"},
    {{"simulate", "--system", "/", "--t1", "1"}, "Is a directory"},
    {{"gradient"}, "--masses = nothing: must be three masses"},
    {{"gradient", "--masses", "1,1,1"}, "DATA = nothing: must be one file, or three"},
    {{"gradient", "a.csv", "--masses", "1,1"}, "--masses = 1,1: must be three masses"},
    {{"gradient", "a.csv", "--masses", "1,inf,1"}, "--masses = 1,inf,1: must be three masses"},
    {{"gradient", "a.csv", "--masses", "1,,1"}, "--masses = 1,,1: must be numbers parted by commas"},
    {{"gradient", "/no-such-file.csv", "--masses", "1,1,1"}, "/no-such-file.csv: cannot be opened"},
    {{"info", "/no-such-file.csv"}, "/no-such-file.csv: cannot be opened"},
    {{"info", "/"}, "Is a directory"},
    {{"info", "a.csv", "b.csv"}, "DATA = 2 files: must be one file, or three"},
    {{"info", "a.csv", "b.csv", "c.csv", "d.csv"}, "DATA = 4 files: must be one file, or three"},
    {{"scenarios", "aca"}, "aca: unexpected argument"},
    {{"list"}, "must be one of methods, gradients, problems, optimizers, corrections, loaders, scenarios, commands, options"},
    {{"list", "method"}, "did you mean methods?"},
};

INSTANTIATE_TEST_SUITE_P(Program, WrongUsageTest, ::testing::ValuesIn(wrong_usages));

TEST(Program, AnUnwritableStandardOutputIsAnErrorThatSaysWhy)
{
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
    const ProgramRun run = run_syzygy({"scenarios"}, {.standard_output = "/dev/full"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("standard output: cannot be written: No space left on device"));
}

TEST(Program, AReaderThatGoesAwayIsNoError)
{
    // The shell's `true` has closed the pipe when the program writes.
    const TemporaryFolder folder;
    const std::string command = "{ sleep 0.3; \"" SYZYGY_PROGRAM "\" list options 2>'" + folder.file("err") +
                                "'; echo $? >'" + folder.file("code") + "'; } | true";
    ASSERT_EQ(std::system(command.c_str()), 0);
    for (int i = 0; i < 100 && content_of(folder.file("code")).empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(content_of(folder.file("code")), "0\n");
    EXPECT_EQ(content_of(folder.file("err")), "");
}

TEST(Program, JsonGoesToItsFileAndTheReportToStandardOutput)
{
    const TemporaryFolder folder;
    const ProgramRun run = run_syzygy({"scenarios", "--json", folder.file("a.json")});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_THAT(run.out, HasSubstr("figure-eight"));
    EXPECT_EQ(content_of(folder.file("a.json")), run_syzygy({"scenarios", "--json", "-"}).out);
}

}  // namespace
}  // namespace syzygy::testing
