// What `--json` of each command prints keeps to its schema in docs/schemas, and a schema holds for each command.
#include "app/cli/command.hpp"
#include "core/base/file.hpp"
#include "tests/support/run_program.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

std::filesystem::path schema_file(std::string_view command)
{
    return std::filesystem::path(SYZYGY_SOURCE_DIR) / "docs" / "schemas" / (std::string(command) + ".json");
}

/// What is wrong with a document by a schema, place by place; "" if nothing is.
std::string faults(const Json& schema_json, const Json& document)
{
    valijson::Schema schema;
    valijson::SchemaParser().populateSchema(Adapter(schema_json), schema);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema, Adapter(document), &results)) return "";
    std::string text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        for (const std::string& part : error.context) text += part;
        text += ": " + error.description + '\n';
    }
    return text.empty() ? "not valid" : text;
}

Json schema_of(std::string_view command)
{
    return Json::parse(read_file(schema_file(command)));
}

class Schemas : public ::testing::Test {
protected:
    /// The JSON of a command, which must be valid. `exit_code`: 1 of a computation that ends without its result.
    Json run(std::vector<std::string> arguments, int exit_code = 0)
    {
        const std::string command = arguments.front();
        arguments.insert(arguments.end(), {"--json", "-"});
        const ProgramRun run = run_syzygy(arguments);
        EXPECT_EQ(run.exit_code, exit_code) << run.err;
        const Json json = run.json();
        std::string line;
        for (const std::string& argument : arguments) line += argument + ' ';
        EXPECT_EQ(faults(schema_of(command), json), "") << line;
        // A schema that lets anything pass says nothing: each key that it asks for is missed.
        for (const Json& key : schema_of(command).value("required", Json::array())) {
            Json without = json;
            without.erase(key.get<std::string>());
            EXPECT_NE(faults(schema_of(command), without), "") << command << " without " << key;
        }
        Json with = json;
        with["something new"] = 1;
        EXPECT_NE(faults(schema_of(command), with), "") << command;
        return json;
    }
    /// Noisy positions, and series beside them.
    std::string data()
    {
        const std::string file = folder_.file("data.csv");
        const ProgramRun run = run_syzygy({"simulate", "--scenario", "hierarchical", "--t1", "20", "--samples", "60", "--noise", "1e-3",
                                           "--series", "rv1,rv2:Keck", "--series-noise", "1e-3", "-o", file});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return file;
    }
    std::string positions()
    {
        const std::string file = folder_.file("positions.csv");
        const ProgramRun run = run_syzygy({"simulate", "--scenario", "aca", "--t1", "1", "--samples", "60", "-o", file});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return file;
    }

    TemporaryFolder folder_;
};

TEST_F(Schemas, ThereIsOneForEachCommandAndForNothingElse)
{
    std::set<std::string> names;
    for (const Command& command : commands()) names.insert(std::string(command.name));
    for (const auto& entry : std::filesystem::directory_iterator(schema_file("x").parent_path()))
        EXPECT_EQ(names.count(entry.path().stem().string()), 1u) << entry.path();
    for (const std::string& name : names) EXPECT_TRUE(std::filesystem::exists(schema_file(name))) << name;
}

TEST_F(Schemas, EachObjectThatHasNoOptionsOfAUserIsClosedAndEachKeyIsSaid)
{
    const auto look = [](const auto& self, const Json& schema, const std::string& place) -> void {
        if (schema.contains("properties")) {
            EXPECT_EQ(schema.value("additionalProperties", true), false) << place;
            for (const auto& [key, value] : schema["properties"].items()) self(self, value, place + "." + key);
        }
        if (schema.contains("items")) self(self, schema["items"], place + "[]");
    };
    for (const Command& command : commands()) {
        const Json schema = schema_of(command.name);
        look(look, schema, std::string(command.name));
        for (const auto& [key, value] : schema["properties"].items())
            EXPECT_TRUE(value.contains("description")) << command.name << '.' << key;
    }
}

TEST_F(Schemas, SimulateKeepsToIt)
{
    run({"simulate", "--scenario", "aca", "--t1", "1", "--samples", "20", "-o", folder_.file("a.csv")});
    run({"simulate", "--scenario", "figure-eight", "--correction", "drag", "--values", "drag-linear=0.01"});
    run({"simulate", "--scenario", "figure-eight", "--correction", "hidden-body"});
    run({"simulate", "--scenario", "aca", "--separation", "0.06"});
    run({"simulate", "--scenario", "pythagorean", "--max-evaluations", "100"}, 1);
}

TEST_F(Schemas, InfoKeepsToIt)
{
    run({"info", data()});
    run({"info", positions()});
    run({"info", folder_.write("relative.csv", "# relative-to: 1\n# bodies: Sun, Earth, Moon\n# epoch: JD 2457944.5\n# time-scale: TDB\n"
                                              "# units: length=1 km, mass=1 kg, time=1 s\nt,x1,y1,z1,x2,y2,z2,x3,y3,z3\n"
                                              "0,0,0,0,1,0,0,2,0,0\n1,0,0,0,1,1,0,2,1,0\n")});
}

TEST_F(Schemas, GradientKeepsToIt)
{
    run({"gradient", positions(), "--masses", "1,1,1"});
    run({"gradient", data(), "--masses", "1,0.5,1", "--hessian", "--error-estimate"});
    run({"gradient", positions(), "--masses", "1,1,1", "--gradient", "reversible", "--rtol", "1e-6"});
    run({"gradient", positions(), "--masses", "1,1,1", "--correction", "pairwise"});
    run({"gradient", positions(), "--masses", "1,1,1", "--correction", "hidden-body"});
    run({"gradient", positions(), "--masses", "1,1,1", "--max-evaluations", "10", "--error-estimate"}, 1);
}

TEST_F(Schemas, FitKeepsToIt)
{
    run({"fit", data()});
    run({"fit", positions(), "--free", "m1,m2"});
    run({"fit", positions(), "--free", "none"});
    run({"fit", positions(), "--correction", "drag", "--free", "masses,correction"});
    run({"fit", positions(), "--optimizer", "adam", "--iterations", "2", "--start", "1,1,1"}, 1);
    run({"fit", positions(), "--correction", "pairwise", "--network", "4", "--iterations", "4"});
    run({"fit", positions(), "--correction", "pairwise", "--network", "4", "--iterations", "4", "--validation", "0"});
}

TEST_F(Schemas, CompareKeepsToIt)
{
    run({"compare", "--scenario", "aca", "--horizons", "0.5,1", "--rtols", "1e-6"});
    run({"compare", data(), "--gradients", "aca,naive"});
    run({"compare", "--problem", "van-der-pol"});
}

TEST_F(Schemas, ExperimentKeepsToIt)
{
    run({"experiment", "three-body", "--models", "ode,lstm", "--methods", "aca", "--seeds", "1", "--epochs", "2"});
    run({"experiment", "hidden-force", "--quick"});
}

TEST_F(Schemas, TheTablesKeepToIt)
{
    run({"scenarios"});
    for (const char* table : {"methods", "gradients", "problems", "optimizers", "corrections", "loaders", "scenarios", "commands", "options"})
        run({"list", table});
}

TEST_F(Schemas, SelftestKeepsToIt)
{
    run({"selftest", "--batch", "2", "--device", "cpu"});
}

}  // namespace
}  // namespace syzygy::testing
