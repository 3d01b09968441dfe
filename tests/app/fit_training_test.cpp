// `syzygy fit` with a force beside Newton's: trained networks, physical corrections, their files and where they go from there.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

class FitTraining : public ::testing::Test {
protected:
    FitTraining()
    {
        EXPECT_EQ(run_syzygy({"simulate", "--scenario", "figure-eight", "--t1", "1", "--samples", "40", "--correction", "drag",
                              "--values", "drag-linear=0.05", "-o", data})
                      .exit_code,
                  0);
    }
    ProgramRun fit(Arguments arguments, const RunSetting& setting = {}) const
    {
        arguments.insert(arguments.begin(), {"fit", data, "--start", "1,1,1"});
        arguments.insert(arguments.end(), {"--json", "-"});
        return run_syzygy(arguments, setting);
    }
    ProgramRun train(Arguments more, const RunSetting& setting = {}) const
    {
        Arguments arguments{"--correction", "external", "--network", "6", "--horizon", "full"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return fit(arguments, setting);
    }

    const TemporaryFolder folder;
    const std::string data = folder.file("data.csv"), saved = folder.file("fit.syzygy");
};

TEST_F(FitTraining, APhysicalCorrectionIsFittedWithItsError)
{
    const ProgramRun run = fit({"--correction", "drag", "--free", "masses,correction"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Json json = run.json();
    const auto& parameters = json["parameters"];
    const auto drag = std::find_if(parameters.begin(), parameters.end(), [](const Json& p) { return p["name"] == "drag-linear"; });
    ASSERT_NE(drag, parameters.end());
    EXPECT_NEAR((*drag)["value"].get<double>(), 0.05, 1e-9);
    EXPECT_GT((*drag)["sigma"].get<double>(), 0);
    EXPECT_EQ(json["correction"]["kind"], "drag");
    EXPECT_EQ(json["correction"]["names"][0], "drag-linear");
    EXPECT_NEAR(json["correction"]["parameters"][0].get<double>(), 0.05, 1e-9);
}

Json parameter_of(const Json& json, const std::string& name)
{
    const auto& parameters = json["parameters"];
    const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const Json& p) { return p["name"] == name; });
    return found == parameters.end() ? Json() : *found;
}

TEST_F(FitTraining, OneParameterOfACorrectionCanBeFreedHeldBoundedOrGivenAPrior)
{
    const Arguments drag{"--correction", "drag"};
    const auto with = [&](const Arguments& more) {
        Arguments arguments = drag;
        arguments.insert(arguments.end(), more.begin(), more.end());
        const ProgramRun run = fit(arguments);
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return run.json();
    };
    for (const Arguments& alone : {Arguments{"--free", "masses,drag-linear"},
                                   Arguments{"--free", "masses,correction", "--fix", "drag-quadratic"},
                                   Arguments{"--free", "masses,correction", "--fix", "drag-quadratic=0"}}) {
        const Json json = with(alone);
        EXPECT_NEAR(json["correction"]["parameters"][0].get<double>(), 0.05, 1e-9);
        EXPECT_EQ(json["correction"]["parameters"][1], 0.0);
    }
    const Json held = with({"--free", "masses,drag-linear", "--fix", "drag-quadratic=0.01"});
    EXPECT_EQ(held["correction"]["parameters"][1], 0.01);
    EXPECT_GT(held["loss"].get<double>(), 0);
    // The truth, 0.05, is outside: the fit ends at the bound.
    const Json bounded = with({"--free", "masses,drag-linear", "--bounds", "drag-linear=0:0.04"});
    EXPECT_NEAR(bounded["correction"]["parameters"][0].get<double>(), 0.04, 1e-12);
    const Json prior = with({"--free", "masses,drag-linear", "--sigma", "1", "--prior", "drag-linear=0.02:1e-6"});
    EXPECT_NEAR(prior["correction"]["parameters"][0].get<double>(), 0.02, 1e-6);
    EXPECT_TRUE(parameter_of(prior, "drag-linear").is_object());
}

TEST_F(FitTraining, JsonHasTheCorrectionAndTheJustification)
{
    const ProgramRun run = train({"--iterations", "20"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const Json json = run.json();
    EXPECT_EQ(json["optimizer"], "lbfgs");
    EXPECT_EQ(train({"--iterations", "2", "--batch-window", "0.2", "--batch-size", "1"}).json()["optimizer"], "adam");
    const Json& correction = json["correction"];
    for (const char* key : {"kind", "size", "parameters", "options", "context", "training_loss", "validation_loss", "epochs",
                            "backend", "device", "chosen_because", "history"})
        EXPECT_TRUE(correction.contains(key)) << key;
    EXPECT_EQ(correction["kind"], "external");
    EXPECT_EQ(correction["epochs"], 20);
    EXPECT_EQ(correction["backend"], "native");
    EXPECT_EQ(correction["parameters"].size(), correction["size"].get<std::size_t>());
    EXPECT_EQ(correction["history"]["loss"].size(), 21u);
    EXPECT_LT(correction["training_loss"].get<double>(), correction["history"]["loss"][0].get<double>());
    EXPECT_TRUE(json["justification"]["justified"].is_boolean());
    EXPECT_THAT(json["justification"]["words"].get<std::string>(), HasSubstr("held-out"));
    EXPECT_FALSE(train({"--iterations", "2", "--no-justify"}).json().contains("justification"));
}

TEST_F(FitTraining, KilledAndResumedItEndsWithTheSameBits)
{
    const Arguments much{"--optimizer", "adam", "--iterations", "3000", "--patience", "0", "--no-justify", "--save-interval", "0"};
    const Json whole = train(much).json();
    Arguments kept = much;
    kept.insert(kept.end(), {"-o", saved});
    RunSetting killed;
    killed.signal = SIGKILL;
    killed.signal_after = std::chrono::milliseconds(400);
    const ProgramRun run = train(kept, killed);
    ASSERT_EQ(run.exit_code, 128 + SIGKILL);
    const Json on_disk = Json::parse(content_of(saved));
    EXPECT_GT(on_disk["training"]["epoch"].get<long>(), 0);
    EXPECT_TRUE(on_disk["result"].is_null());
    const ProgramRun resumed = run_syzygy({"fit", "--resume", saved, "--no-justify", "--json", "-"});
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(resumed.json()["correction"]["parameters"], whole["correction"]["parameters"]);
    EXPECT_EQ(resumed.json()["correction"]["history"], whole["correction"]["history"]);
    EXPECT_EQ(resumed.json()["masses"], whole["masses"]);
}

TEST_F(FitTraining, ATrainedCorrectionIsUsedAgain)
{
    ASSERT_EQ(train({"--iterations", "30", "--no-justify", "-o", saved}).exit_code, 0);
    const Json file = Json::parse(content_of(saved));
    const Json weights = file["correction"]["parameters"];
    // In a gradient: its loss at the trained masses over the training part is what the training said.
    const Json& result = file["result"];
    const auto text = [](const Json& numbers) {
        std::string list;
        for (const Json& number : numbers) list += (list.empty() ? "" : ",") + number.dump();
        return list;
    };
    const ProgramRun gradient = run_syzygy({"gradient", data, "--masses", text(result["masses"]), "--correction-from", saved,
                                            "--rtol", "1e-8", "--window", ":0.8", "--json", "-"});
    ASSERT_EQ(gradient.exit_code, 0) << gradient.err;
    EXPECT_EQ(gradient.json()["correction"]["parameters"], weights);
    EXPECT_EQ(gradient.json()["gradient"]["correction"].size(), weights.size());
    EXPECT_NEAR(gradient.json()["loss"].get<double>() / result["correction"]["training_loss"].get<double>(), 1, 1e-3);
    // In a simulation, and held in a fit of the masses.
    const ProgramRun simulation =
        run_syzygy({"simulate", "--scenario", "figure-eight", "--t1", "0.5", "--correction-from", saved, "--json", "-"});
    ASSERT_EQ(simulation.exit_code, 0) << simulation.err;
    EXPECT_EQ(simulation.json()["correction"]["parameters"], weights);
    const ProgramRun held = fit({"--correction-from", saved, "--free", "masses"});
    ASSERT_EQ(held.exit_code, 0) << held.err;
    EXPECT_EQ(held.json()["correction"]["parameters"], weights);
    // And trained on: it begins where the other ended.
    const ProgramRun more = fit({"--correction-from", saved, "--iterations", "1", "--horizon", "full", "--no-justify"});
    ASSERT_EQ(more.exit_code, 0) << more.err;
    EXPECT_LT(more.json()["correction"]["history"]["loss"][0].get<double>(),
              result["correction"]["history"]["loss"][0].get<double>());
}

TEST_F(FitTraining, TrainedOnWithTheMassesThatWereFound)
{
    ASSERT_EQ(train({"--iterations", "30", "--no-justify", "-o", saved}).exit_code, 0);
    const Json former = Json::parse(content_of(saved))["result"];
    const ProgramRun more = run_syzygy({"fit", data, "--correction-from", saved, "--free", "masses,correction", "--iterations", "1",
                                        "--horizon", "full", "--no-justify", "--json", "-"});
    ASSERT_EQ(more.exit_code, 0) << more.err;
    EXPECT_THAT(more.err, HasSubstr("begin where the fit in"));
    // Its first point is the one that was kept.
    EXPECT_NEAR(more.json()["correction"]["history"]["validation"][0].get<double>() /
                    former["correction"]["validation_loss"].get<double>(),
                1, 1e-9);
}

TEST_F(FitTraining, MoreEpochsGoOnWithATrainingThatDidThemAll)
{
    ASSERT_EQ(train({"--optimizer", "adam", "--iterations", "10", "--no-justify", "-o", saved}).exit_code, 0);
    const auto resume = [&](const std::string& epochs) {
        return run_syzygy({"fit", "--resume", saved, "--iterations", epochs, "--no-justify", "--json", "-"});
    };
    const ProgramRun fewer = resume("10");
    EXPECT_EQ(fewer.exit_code, 2);
    EXPECT_THAT(fewer.err, HasSubstr("iterations"));
    const ProgramRun more = resume("25");
    ASSERT_EQ(more.exit_code, 0) << more.err;
    EXPECT_EQ(more.json()["correction"]["epochs"], 25);
    EXPECT_EQ(more.json()["correction"]["history"]["loss"].size(), 26u);
}

TEST_F(FitTraining, NothingIsSaidOfWhatIsNotHeldOut)
{
    const auto report = [&](const char* part) {
        return run_syzygy({"fit", data, "--start", "1,1,1", "--correction", "external", "--network", "6", "--iterations", "2",
                           "--no-justify", "--validation", part})
            .out;
    };
    EXPECT_THAT(report("0.2"), HasSubstr("held out"));
    EXPECT_THAT(report("0.2"), HasSubstr("mean square residual per component"));
    EXPECT_EQ(report("0").find("held out"), std::string::npos);
    EXPECT_EQ(report("0").find("nan"), std::string::npos);
}

TEST_F(FitTraining, FurtherTrajectoriesAreTrainedOnTogether)
{
    const ProgramRun run = train({"--iterations", "5", "--no-justify", "--also", data});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.json()["initial_states"].size(), 2u);
    EXPECT_THAT(fit({"--also", data}).err, HasSubstr("also"));
}

TEST_F(FitTraining, WrongUseIsSaidAndEndsWithTwo)
{
    const auto wrong = [&](const ProgramRun& run, const std::string& option) {
        EXPECT_EQ(run.exit_code, 2);
        EXPECT_THAT(run.err, HasSubstr(option));
    };
    wrong(fit({"--correction", "magic"}), "correction");
    wrong(fit({"--free", "masses,correction"}), "free");
    wrong(fit({"--correction", "drag", "--network", "3"}), "--network = 3: says something about");
    wrong(fit({"--correction", "pairwise", "--augmented"}), "--augmented");
    wrong(fit({"--correction", "pairwise", "--script", "net.pt"}), "torchscript, not about pairwise");
    wrong(fit({"--values", "drag-linear=1"}), "none is named: add --correction");
    wrong(fit({"--correction", "drag", "--values", "drag-linear=1,drag-linear=2"}), "drag-linear is given twice");
    wrong(fit({"--correction", "drag", "--backend", "torch"}), "is for trainings of a network");
    wrong(fit({"--correction", "drag", "--fix", "node"}), "drag-linear, drag-quadratic");
    wrong(fit({"--correction", "drag", "--free", "masses", "--prior", "drag-linear=0:1"}), "is not free");
    wrong(fit({"--correction", "drag", "--bounds", "drag-linear=1:0"}), "the lowest must be below the highest");
    wrong(train({"--optimizer", "lm"}), "optimizer");
    wrong(train({"--optimizer", "lbfgs", "--batch-size", "2"}), "batch-size");
    wrong(train({"--device", "abacus"}), "device");
    wrong(train({"--correction-from", data}), "");
    wrong(fit({"--correction-from", folder.file("nothing.syzygy")}), "nothing.syzygy");
}

TEST(FitHelp, SaysWhatATrainingBeginsWithAndHasNoMarksOfTheParser)
{
    const std::string help = run_syzygy({"fit", "--help"}).out;
    EXPECT_THAT(help, HasSubstr("default 100; 1000 if"));
    EXPECT_THAT(help, HasSubstr("--correction drag"));
    EXPECT_THAT(help, ::testing::Not(HasSubstr("{false}")));
}

TEST(ListCorrections, NamesThemAll)
{
    const ProgramRun run = run_syzygy({"list", "corrections", "--json", "-"});
    ASSERT_EQ(run.exit_code, 0);
    std::vector<std::string> ids;
    const Json json = run.json();
    for (const Json& row : json["corrections"]) {
        ids.push_back(row["id"]);
        EXPECT_FALSE(row["label"].get<std::string>().empty());
        EXPECT_EQ(row["parameters"].empty(), row["network"].get<bool>());
    }
    const std::string report = run_syzygy({"list", "corrections"}).out;
    EXPECT_THAT(report, HasSubstr("drag-linear in 1/(s), drag-quadratic in 1/(s m/s)"));
    EXPECT_THAT(report, HasSubstr("inverse-c2"));
    for (const char* id : {"pairwise", "external", "full", "post-newtonian", "drag", "j2", "hidden-body"})
        EXPECT_NE(std::find(ids.begin(), ids.end(), id), ids.end()) << id;
}

}  // namespace
}  // namespace syzygy::testing
