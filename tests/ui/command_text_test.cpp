#include "ui/export/command_text.hpp"

#include "physics/fit/fit.hpp"
#include "physics/observations/csv.hpp"
#include "physics/scenarios/scenario.hpp"
#include "tests/support/run_program.hpp"
#include "ui/data/examples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace syzygy {
namespace {

using testing::TemporaryFolder;

/// Runs the commands in a shell, in that folder, with the program on its path; the fit writes JSON.
nlohmann::json run_in_shell(std::string commands, const TemporaryFolder& folder)
{
    if (commands.empty() || commands.back() != '\n') throw std::runtime_error("the last command has no end");
    commands.pop_back();
    const std::string program_folder = std::filesystem::path(SYZYGY_PROGRAM).parent_path().string();
    const std::string script = folder.write("script.sh", "set -e\nPATH=" + shell_word(program_folder) + ":$PATH\ncd " +
                                                             shell_word(std::filesystem::path(folder.file("x")).parent_path().string()) +
                                                             "\n" + commands + " --json fit.json\n");
    const int code = std::system(("sh " + script + " > " + folder.file("out") + " 2> " + folder.file("err")).c_str());
    if (code != 0) throw std::runtime_error(commands + "\n" + testing::content_of(folder.file("err")));
    return nlohmann::json::parse(testing::content_of(folder.file("fit.json")));
}

void expect_same_bits(const nlohmann::json& json, const FitResult& result)
{
    for (std::size_t body = 0; body < 3; ++body)
        EXPECT_EQ(json.at("masses").at(body).get<double>(), result.parameters[body].value) << "body " << body + 1;
    EXPECT_EQ(json.at("loss").get<double>(), result.loss);
    EXPECT_EQ(json.at("iterations").get<long>(), result.iterations);
}

TEST(CommandText, OfAScenarioMakesTheDataAndTheFitAgainBitForBit)
{
    const ExampleInfo& example = find_example("aca");
    const LoadedData data = make_data(example.recipe);
    const std::string text = command_line(data, example.setup);
    EXPECT_THAT(text, ::testing::StartsWith("syzygy simulate --scenario aca"));
    const TemporaryFolder folder;
    expect_same_bits(run_in_shell(text, folder), run_fit(*data.observations, example.setup));
}

TEST(CommandText, CarriesEveryKindOfOption)
{
    Recipe recipe{"aca", {}};
    recipe.simulate.t0 = -0.5;
    recipe.simulate.t1 = 0.30000000000000004;
    recipe.simulate.samples = 150;
    recipe.simulate.noise = 1e-4;
    recipe.simulate.seed = 7;
    recipe.simulate.velocities = true;
    const LoadedData data = make_data(recipe);
    FitSetup setup;
    setup.fit.start = {1.0 / 3 + 0.7, 1, 0.95};
    setup.fit.free = "masses";
    setup.fit.fix = "3=0.9,x1";
    setup.fit.bounds = "m1=0.5:2";
    setup.fit.priors = "m2=1.1:0.05";
    setup.fit.robust = "huber";
    setup.fit.gradient = "forward";
    setup.optimizer.optimizer = "lbfgs";
    setup.optimizer.iterations = 40;
    setup.data.window = {-0.45, 0.2};
    setup.data.velocities = false;
    setup.data.observe = "stop";
    setup.solver.method = "dop853";
    setup.solver.rtol = 1e-10;
    setup.solver.atol = {1e-11, 1e-12};
    const TemporaryFolder folder;
    const std::string text = command_line(data, setup);
    EXPECT_THAT(text, ::testing::HasSubstr("--window=-0.45:0.2"));
    expect_same_bits(run_in_shell(text, folder), run_fit(*data.observations, setup));
}

TEST(CommandText, OfAdamKeepsItsOwnTolerance)
{
    const ExampleInfo& example = find_example("aca");
    const LoadedData data = make_data(example.recipe);
    FitSetup setup = example.setup;
    setup.optimizer.optimizer = "adam";
    setup.optimizer.iterations = 3;
    setup.solver.rtol = default_rtol("adam");
    EXPECT_THAT(command_line(data, setup), ::testing::Not(::testing::HasSubstr("rtol")));
    setup.solver.rtol = SolverOptions{}.rtol;
    const std::string text = command_line(data, setup);
    EXPECT_THAT(text, ::testing::HasSubstr("--rtol 1e-12"));
    const TemporaryFolder folder;
    expect_same_bits(run_in_shell(text, folder), run_fit(*data.observations, setup));
}

TEST(CommandText, StartsWhereAHandHasMovedTheBodies)
{
    const ExampleInfo& example = find_example("aca");
    const LoadedData data = make_data(example.recipe);
    FitSetup setup = example.setup;
    setup.fit.start = {1.05, 1, 0.97};
    setup.fit.initial.assign(18, 0);
    const State first = find_scenario("aca").make().state();
    for (Eigen::Index i = 0; i < 18; ++i) setup.fit.initial[static_cast<std::size_t>(i)] = first[i] * (1 + 1e-3) - 1e-17;
    setup.fit.free = "masses,velocities";
    const TemporaryFolder folder;
    expect_same_bits(run_in_shell(command_line(data, setup), folder), run_fit(*data.observations, setup));
}

TEST(CommandText, QuotesFilesThatAShellWouldTakeApart)
{
    const TemporaryFolder folder;
    const LoadedData made = make_data(find_example("aca").recipe);
    LoadedData data{made.observations, {folder.write("it's $HOME; a \"test\" &.csv", to_csv(*made.observations))}, {}, {}};
    const std::string text = command_line(data, find_example("aca").setup);
    EXPECT_THAT(text, ::testing::StartsWith("syzygy fit '"));
    expect_same_bits(run_in_shell(text, folder), run_fit(*data.observations, find_example("aca").setup));
}

TEST(CommandText, OfDataChangedByHandSaysWhatIsMissing)
{
    LoadedData data = make_data(find_example("aca").recipe);
    data.remapped = true;
    EXPECT_THAT(command_line(data, {}), ::testing::StartsWith("# The data were changed by hand"));
    EXPECT_THAT(command_line(data, {}), ::testing::HasSubstr("syzygy fit edited.csv"));
}

TEST(CommandText, WordsOfAShell)
{
    EXPECT_EQ(shell_word("a/b-c_1,2=3:4.csv"), "a/b-c_1,2=3:4.csv");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word("~x"), "'~x'");
}

}  // namespace
}  // namespace syzygy
