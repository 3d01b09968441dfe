// A `.syzygy` file gives back what was written, and says what is wrong with one that cannot be read.
#include "physics/run/fit_file.hpp"

#include "core/base/file.hpp"
#include "core/base/option_json.hpp"

#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::HasSubstr;

FitFile sample()
{
    FitFile file;
    file.setup = setup_from({1.0 / 3, 1e-300, 1.2675e8}, "masses,x1", "lbfgs");
    file.setup.files = {"a b.csv", "\u00e4.csv"};
    file.setup.data.window = {0, 1.5};
    file.setup.data.decay = 0.1 + 0.2;
    file.setup.solver.atol = {1e-9, 1e-11};
    file.setup.fit.priors = "m1=1.1:0.05";
    file.fingerprint = "0123456789abcdef";
    file.state.arc = 2;
    file.state.stage = 5;
    file.state.boxed = false;
    file.state.centre = {0.1, -1.0 / 7};
    file.state.optimizer = {
        17, Eigen::Vector2d(1e-17, -5e300), 0.1, {{"radius", {1e16}}, {"s", {}}, {"y", {-0.0, 4.9e-324}}}};
    file.state.history = {{0, 1, 2.5, {1, 2, 3}}, {5, 17, 0.1, {1.0 / 3, 2, 3}}};
    file.state.seconds = 12.5;
    file.result = {{"outcome", "converged"}};
    return file;
}

TEST(FitFile, IsReadBackWhole)
{
    const TemporaryFolder folder;
    const FitFile written = sample();
    write_fit_file(folder.file("f.syzygy"), written);
    const FitFile read = read_fit_file(folder.file("f.syzygy"));
    EXPECT_EQ(read.setup.files, written.setup.files);
    EXPECT_EQ(read.setup.data.window, written.setup.data.window);
    EXPECT_EQ(read.setup.data.decay, written.setup.data.decay);
    EXPECT_EQ(read.setup.solver.atol, written.setup.solver.atol);
    EXPECT_EQ(read.setup.optimizer.optimizer, "lbfgs");
    EXPECT_EQ(read.setup.fit.start, written.setup.fit.start);
    EXPECT_EQ(read.setup.fit.priors, written.setup.fit.priors);
    EXPECT_EQ(read.fingerprint, written.fingerprint);
    EXPECT_EQ(read.state.arc, 2u);
    EXPECT_EQ(read.state.stage, 5);
    EXPECT_FALSE(read.state.boxed);
    EXPECT_EQ(read.state.centre, written.state.centre);
    EXPECT_EQ(read.state.optimizer.iteration, 17);
    EXPECT_EQ(read.state.optimizer.x, written.state.optimizer.x);
    EXPECT_EQ(read.state.optimizer.memory, written.state.optimizer.memory);
    EXPECT_TRUE(std::signbit(read.state.optimizer.memory.at("y")[0]));
    ASSERT_EQ(read.state.history.size(), 2u);
    EXPECT_EQ(read.state.history[1].masses, written.state.history[1].masses);
    EXPECT_EQ(read.state.history[1].stage, 5);
    EXPECT_FALSE(read.state.finished);
    EXPECT_EQ(read.result, written.result);
}

TEST(FitFile, KeepsEveryOptionOfEveryGroupAndReadsFilesThatLackTheLaterOnes)
{
    const TemporaryFolder folder;
    const std::string path = folder.file("f.syzygy");
    FitFile written = sample();
    written.setup.gradient.eta = 0.9;
    written.setup.train.batch_size = 3;
    write_fit_file(path, written);
    const FitFile read = read_fit_file(path);
    nlohmann::json json = nlohmann::json::parse(content_of(path));
    std::vector<std::string> groups;
    for_each_group([&](const char* name, const auto& list, auto member) {
        groups.emplace_back(name);
        EXPECT_EQ(options_to_json(list, read.setup.*member), options_to_json(list, written.setup.*member)) << name;
        EXPECT_EQ(json["options"][name].size(), list.size()) << name;
    });
    EXPECT_EQ(groups.size(), json["options"].size());
    for (const char* later : {"correction", "train", "gradient"}) json["options"].erase(later);
    write_file_atomically(path, json.dump());
    EXPECT_EQ(read_fit_file(path).setup.gradient.eta, GradientOptions().eta);
    json["options"].erase("solver");
    write_file_atomically(path, json.dump());
    EXPECT_THROW(read_fit_file(path), InputError);
}

TEST(FitFile, OneThatCannotBeReadIsAnErrorWithItsName)
{
    const TemporaryFolder folder;
    write_fit_file(folder.file("f.syzygy"), sample());
    const nlohmann::json good = nlohmann::json::parse(content_of(folder.file("f.syzygy")));
    const auto changed = [&](auto change) {
        nlohmann::json json = good;
        change(json);
        return json.dump();
    };
    for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
             {"", ""},
             {"[]", "no fit"},
             {R"({"format": "other"})", "no fit"},
             {R"({"format": 3})", "damaged"},
             {good.dump().substr(0, 300), "damaged"},
             {changed([](auto& json) { json["version"] = 99; }), "99"},
             {changed([](auto& json) { json.erase("state"); }), "state"},
             {changed([](auto& json) { json["state"]["x"] = "none"; }), "damaged"},
             {changed([](auto& json) { json["options"]["solver"]["rtool"] = 1; }), "rtool"},
             {changed([](auto& json) { json["options"]["solver"]["rtol"] = "x"; }), "rtol"}}) {
        try {
            read_fit_file(folder.write("g.syzygy", text));
            ADD_FAILURE() << text;
        } catch (const InputError& error) {
            EXPECT_THAT(error.what(), HasSubstr("g.syzygy"));
            EXPECT_THAT(error.what(), HasSubstr(message));
        }
    }
    EXPECT_THROW(read_fit_file(folder.file("none.syzygy")), InputError);
}

TEST(Fingerprint, ChangesWithAnyNumberAndNotWithNames)
{
    const Observations data = exact_samples("aca", 1, 10);
    const std::string before = fingerprint(data);
    EXPECT_EQ(before.size(), 16u);
    Observations other = data;
    other.name = "renamed";
    EXPECT_EQ(fingerprint(other), before);
    other.positions(3, 4) = std::nextafter(other.positions(3, 4), 1e9);
    EXPECT_NE(fingerprint(other), before);
    other = data;
    other.times[2] += 1e-12;
    EXPECT_NE(fingerprint(other), before);
    other = data;
    other.units = UnitSystem();
    EXPECT_NE(fingerprint(other), before);
}

TEST(FitJson, HoldsNullForWhatIsNotDetermined)
{
    FitResult result = run_fit(exact_samples("aca", 0.5, 2), setup_from({1, 1, 1}, "masses,initial"));
    const auto json = nlohmann::json::parse(to_json(result).dump());
    EXPECT_TRUE(json["masses_sigma"][0].is_null());
    EXPECT_EQ(json["parameters"][0]["identifiable"], false);
    EXPECT_EQ(json["warnings"].back()["code"], "unidentifiable");
}

}  // namespace
}  // namespace syzygy
