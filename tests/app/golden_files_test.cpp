// Fits that earlier versions of the program wrote are read, and gone on with. The files under golden/ are kept as they
// were written: version 1 by fits, version 2 by trainings.
#include "core/base/file.hpp"
#include "physics/run/fit_file.hpp"
#include "tests/support/run_program.hpp"

#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using Json = nlohmann::json;

/// A golden file beside its data in a folder of its own.
struct Golden {
    explicit Golden(const std::string& name)
    {
        const std::filesystem::path golden = std::filesystem::path(SYZYGY_SOURCE_DIR) / "tests/app/golden";
        Json json = Json::parse(read_file(golden / (name + ".syzygy")));
        version = json["version"];
        before = json["result"];
        // The only change: where the data are.
        const std::string data = json["data"]["files"][0];
        json["data"]["files"][0] = folder.write(data, read_file(golden / data));
        folder.write("fit.syzygy", json.dump());
    }
    Json resumed(int exit_code = 0) const
    {
        const ProgramRun run = run_syzygy({"fit", "--resume", fit, "--json", "-"});
        EXPECT_EQ(run.exit_code, exit_code) << run.err;
        return run.json();
    }

    const TemporaryFolder folder;
    const std::string fit = folder.file("fit.syzygy");
    int version = 0;
    Json before;  ///< the result in the file
};

void expect_masses(const Json& result, const std::vector<double>& expected, double tolerance)
{
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(result["masses"][i].get<double>(), expected[i], tolerance);
}

TEST(GoldenFiles, AFitOfVersion1ThatEndedGivesItsResultAgain)
{
    const Golden golden("version-1-ended");
    ASSERT_EQ(golden.version, 1);
    const FitFile file = read_fit_file(golden.fit);
    EXPECT_EQ(file.setup.data.window, (Interval{0, 0.8}));
    EXPECT_EQ(file.setup.fit.start, (std::vector<double>{1, 1.2, 0.8}));
    EXPECT_EQ(file.setup.gradient.eta, GradientOptions().eta);
    EXPECT_EQ(file.state.history.size(), 11U);
    const Json again = golden.resumed();
    EXPECT_EQ(again["outcome"], golden.before["outcome"]);
    expect_masses(again, golden.before["masses"], 1e-12);
}

TEST(GoldenFiles, AStoppedFitOfVersion1GoesOn)
{
    const Golden golden("version-1-stopped");
    ASSERT_EQ(golden.version, 1);
    const FitFile file = read_fit_file(golden.fit);
    EXPECT_FALSE(file.state.finished);
    const long done = file.state.optimizer.iteration;
    ASSERT_GT(done, 10);
    const Json again = golden.resumed();
    EXPECT_EQ(again["outcome"], "finished");
    EXPECT_EQ(again["iterations"], 150);
    expect_masses(again, {1.1, 1.1, 0.9}, 1e-4);
}

TEST(GoldenFiles, ACorrectionOfVersion1HasTheEpochThatItHadThen)
{
    const Golden golden("version-1-correction");
    ASSERT_EQ(golden.version, 1);
    const FitFile file = read_fit_file(golden.fit);
    EXPECT_EQ(file.setup.correction.correction, "drag");
    const Json again = golden.resumed();
    expect_masses(again, golden.before["masses"], 1e-12);
}

TEST(GoldenFiles, AStoppedTrainingOfVersion2GoesOnToWhereItWouldHaveEnded)
{
    const Golden golden("version-2-training");
    ASSERT_EQ(golden.version, 2);
    const FitFile file = read_fit_file(golden.fit);
    ASSERT_TRUE(file.training);
    EXPECT_FALSE(file.training->finished);
    EXPECT_EQ(file.setup.correction.epoch, "0");
    const Json again = golden.resumed();
    EXPECT_EQ(again["outcome"], "finished");
    // What the program that wrote the file found at the end.
    expect_masses(again, {1, 0.9940051628809257, 1.0110034958530185}, 1e-9);
}

}  // namespace
}  // namespace syzygy::testing
