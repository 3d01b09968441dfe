// A session whose model has a correction: pictures, fits of values with names, trainings, the ablation.
#include "physics/run/correction_choice.hpp"
#include "physics/run/fit_file.hpp"
#include "physics/scenarios/scenario.hpp"
#include "tests/ui/support/input.hpp"
#include "tests/ui/support/screenshot.hpp"
#include "tests/ui/support/stall_monitor.hpp"
#include "ui/correction/ablation_view.hpp"
#include "ui/data/examples.hpp"
#include "ui/export/command_text.hpp"
#include "ui/export/file_dialogs.hpp"
#include "ui/session/ablation.hpp"
#include "ui/session/session.hpp"

#include <QSignalSpy>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::wait_until;
using namespace std::chrono_literals;

/// The ACA example under relativity that is far too strong.
Recipe relativistic(long samples = 150)
{
    Recipe recipe{"aca", {}, {}};
    recipe.simulate.t1 = 1;
    recipe.simulate.samples = samples;
    recipe.correction.correction = "post-newtonian";
    recipe.correction.values = "inverse-c2=0.01";
    return recipe;
}

/// A session with those data and its first picture.
struct Open {
    explicit Open(const Recipe& recipe = relativistic())
    {
        FitSetup setup;
        setup.fit.start = {1, 1, 1};
        setup.solver.rtol = 1e-9;
        session.set_data(make_data(recipe), setup);
        EXPECT_TRUE(wait_until([&] { return session.picture() != nullptr; }));
    }
    void choose(const std::string& kind, bool free = true)
    {
        CorrectionOptions correction;
        correction.correction = kind;
        correction.network = "6";
        session.set_correction(correction, free);
        EXPECT_TRUE(wait_until([&] { return session.picture()->setup.correction.correction == kind; }));
    }
    /// Trains so many epochs at most, all on the whole window.
    void set_epochs(long epochs)
    {
        FitSetup setup = session.setup();
        setup.optimizer.iterations = epochs;
        setup.train.horizon = "full";
        session.set_setup(setup);
    }
    bool ended(std::chrono::milliseconds time = 60s)
    {
        return wait_until([&] { return session.run_state() == RunState::idle && session.result(); }, time) &&
               wait_until([&] { return session.picture()->solution->point.correction == session.point().correction; });
    }
    Session session;
};

TEST(CorrectionSession, DataOfAScenarioMayHaveACorrectionThatIsTheTruth)
{
    Open open;
    const auto& truth = open.session.data().truth;
    ASSERT_TRUE(truth && truth->correction && truth->correction->correction && truth->trajectory);
    EXPECT_EQ(truth->correction->parameters[0], 0.01);
    // The true orbit is that of the data, which Newton's alone is not.
    const Observations& data = *open.session.data().observations;
    const auto last = static_cast<Eigen::Index>(data.size()) - 1;
    const Eigen::VectorXd end = truth->trajectory->at(data.times.back() - truth->epoch).head<9>();
    EXPECT_LT((end - data.positions.col(last)).norm(), 1e-6);
    Recipe plain = relativistic();
    plain.correction = {};
    EXPECT_GT((end - make_data(plain).observations->positions.col(last)).norm(), 1e-3);
    // It is seen before any correction is chosen: what Newton's force misses.
    EXPECT_NE(open.session.picture()->true_force, nullptr);
    EXPECT_FALSE(open.session.picture()->solution->correction);
}

TEST(CorrectionSession, AChosenCorrectionBeginsAtNewtonAndIsSolvedWithThen)
{
    Open open;
    const double loss = open.session.picture()->solution->gradient.loss;
    open.choose("pairwise");
    EXPECT_TRUE(open.session.trains());
    const Solution& solution = *open.session.picture()->solution;
    ASSERT_TRUE(solution.correction);
    EXPECT_GT(solution.point.correction.size(), 6);
    EXPECT_EQ(solution.correction->largest_acceleration(), 0);
    EXPECT_NEAR(solution.gradient.loss, loss, 1e-9 * loss);
    EXPECT_TRUE(frees_correction(open.session.setup(), open.session.data().observations->bodies));
    // The optimiser is one for weights, and that of fits comes back.
    EXPECT_EQ(open.session.setup().optimizer.optimizer, training_defaults().optimizer);
    open.choose("none");
    EXPECT_EQ(open.session.setup().optimizer.optimizer, "lm");
    EXPECT_EQ(open.session.setup().fit.free, "");
    EXPECT_FALSE(open.session.picture()->solution->correction);
}

TEST(CorrectionSession, WhatWasSaidOfParametersGoesWithTheirCorrection)
{
    Open open;
    open.choose("drag");
    FitSetup setup = open.session.setup();
    setup.fit.fix = "m3,drag-quadratic";
    setup.fit.bounds = "m1=0.5:2,drag-linear=0:1";
    open.session.set_setup(setup);
    EXPECT_TRUE(is_fixed(open.session.setup().fit, open.session.parameter_table(), 22));
    open.choose("j2");
    EXPECT_EQ(open.session.setup().fit.fix, "m3");
    EXPECT_EQ(open.session.setup().fit.bounds, "m1=0.5:2");
}

TEST(CorrectionSession, AValueByHandIsSolvedAtOnce)
{
    Open open;
    open.choose("post-newtonian");
    ASSERT_EQ(open.session.point().correction.size(), 1);
    EXPECT_EQ(open.session.point().correction[0], 0);
    open.session.set_correction_parameter(0, 0.01);
    open.session.set_point({{1.1, 1.1, 0.9}, open.session.point().initial_state, open.session.point().correction});
    ASSERT_TRUE(wait_until([&] {
        const auto& point = open.session.picture()->solution->point;
        return point.correction.size() == 1 && point.correction[0] == 0.01 && point.masses[2] == 0.9;
    }));
    // The truth: nothing is left.
    EXPECT_LT(open.session.picture()->solution->gradient.loss, 1e-12);
    EXPECT_THROW(open.session.set_correction_parameter(0, std::numeric_limits<double>::quiet_NaN()), ArgumentError);
}

TEST(CorrectionSession, ValuesWithNamesAreFittedWithErrorsBesideTheMasses)
{
    Open open;
    open.choose("post-newtonian");
    open.session.start_fit();
    ASSERT_TRUE(open.ended());
    EXPECT_TRUE(open.session.epochs().empty());
    EXPECT_FALSE(open.session.training());
    const FitResult& result = *open.session.result();
    ASSERT_EQ(result.parameters.size(), 22U);
    EXPECT_EQ(result.parameters[21].name, "inverse-c2");
    EXPECT_NEAR(result.parameters[21].value, 0.01, 1e-6);
    EXPECT_GT(result.parameters[21].sigma, 0);
    EXPECT_NEAR(open.session.point().masses[0], 1.1, 1e-5);
    EXPECT_NEAR(open.session.point().correction[0], 0.01, 1e-6);
    // The next fit begins there, and so does its command.
    EXPECT_TRUE(open.session.fit_setup().correction.values.starts_with("inverse-c2="));
    const std::string command = command_line(open.session.data(), open.session.fit_setup());
    EXPECT_NE(command.find("--correction post-newtonian"), std::string::npos) << command;
    EXPECT_NE(command.find("--free masses,correction"), std::string::npos) << command;
}

TEST(CorrectionSession, ATrainingTellsEachEpochAndEndsWithWhatItFound)
{
    Open open;
    open.choose("pairwise");
    open.set_epochs(12);
    open.session.start_fit();
    ASSERT_TRUE(open.ended());
    ASSERT_TRUE(open.session.training());
    // The start is a record as well.
    EXPECT_EQ(open.session.epochs().size(), 13U);
    EXPECT_EQ(open.session.history().size(), 13U);
    EXPECT_EQ(open.session.train_state().epoch, 12);
    EXPECT_TRUE(std::isfinite(open.session.epochs().back().validation));
    EXPECT_LT(open.session.epochs().back().loss, open.session.epochs().front().loss);
    EXPECT_EQ(open.session.point().correction, open.session.training()->point.correction);
    const Picture& picture = *open.session.picture();
    EXPECT_TRUE(picture.trained);
    EXPECT_GT(picture.solution->correction->largest_acceleration(), 0);
    // A mass by hand leaves the weights as they are.
    const Eigen::VectorXd weights = open.session.point().correction;
    open.session.set_mass(0, 1.05);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->point.masses[0] == 1.05; }));
    EXPECT_EQ(open.session.picture()->solution->point.correction, weights);
    // Another network has other weights.
    CorrectionOptions other = open.session.setup().correction;
    other.network = "4";
    open.session.set_correction(other, true);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->point.correction.size() < weights.size(); }));
    EXPECT_FALSE(open.session.picture()->trained);
}

TEST(CorrectionSession, ATrainingIsSteppedPausedAndStoppedAndKeepsItsLastGoodWeights)
{
    Open open;
    open.choose("pairwise");
    open.set_epochs(100000);
    open.session.step_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.epochs().size() == 1; }));
    EXPECT_FALSE(wait_until([&] { return open.session.epochs().size() > 1; }, 200ms));
    EXPECT_EQ(open.session.run_state(), RunState::paused);
    open.session.resume_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.epochs().size() > 5; }));
    testing::StallMonitor monitor;
    open.session.stop_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.run_state() == RunState::idle; }));
    if (testing::timing_counts) { EXPECT_LT(monitor.counted(), 50ms) << monitor.report(); }
    const std::size_t epochs = open.session.epochs().size();
    EXPECT_LT(epochs, 100000U);
    EXPECT_FALSE(wait_until([&] { return open.session.epochs().size() != epochs; }, 200ms));
    EXPECT_GT(open.session.point().correction.norm(), 0);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->point.correction == open.session.point().correction; }));
    EXPECT_GT(open.session.picture()->solution->correction->largest_acceleration(), 0);
}

TEST(CorrectionSession, ATrainingIsSavedAndOpenedAsItStood)
{
    Open open;
    open.choose("pairwise");
    open.set_epochs(6);
    open.session.start_fit();
    ASSERT_TRUE(open.ended());
    const FitToSave saved = fit_to_save(open.session);
    ASSERT_TRUE(saved.training && saved.correction);
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "syzygy-training-test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    save_fit(folder / "training.syzygy", saved);
    const FitFile file = read_fit_file(folder / "training.syzygy");
    ASSERT_TRUE(file.training);

    Session other;
    other.set_saved_fit(load_data(file.setup.files), file.setup, file.state, *file.training);
    ASSERT_TRUE(wait_until([&] { return other.run_state() == RunState::idle && other.training(); }, 60s));
    EXPECT_EQ(other.epochs().size(), 7U);
    ASSERT_TRUE(wait_until([&] { return other.picture() && other.picture()->solution->point.correction == other.point().correction; }));
    EXPECT_EQ(other.point().correction, open.session.point().correction);
    EXPECT_EQ(other.point().masses, open.session.point().masses);
    std::filesystem::remove_all(folder);
}

TEST(CorrectionSession, TheAblationFitsTheSameWithoutAndSaysWhetherItWasWorthIt)
{
    Open open;
    EXPECT_FALSE(open.session.ablation().can_run());
    open.choose("post-newtonian");
    open.session.start_fit();
    ASSERT_TRUE(open.ended());
    ASSERT_TRUE(open.session.ablation().can_run());
    testing::StallMonitor monitor;
    open.session.ablation().run();
    EXPECT_TRUE(open.session.ablation().running());
    ASSERT_TRUE(wait_until([&] { return !open.session.ablation().running(); }, 60s));
    if (testing::timing_counts) { EXPECT_LT(monitor.counted(), 50ms) << monitor.report(); }
    const auto found = open.session.ablation().result();
    ASSERT_NE(found, nullptr);
    EXPECT_TRUE(found->justification.justified) << found->justification.words;
    EXPECT_LT(found->justification.held_out_with, 0.01 * found->justification.held_out_without);
    EXPECT_LT(found->with.loss, found->justification.without.loss);
    EXPECT_NEAR(found->fitted_end, 0.8, 1e-12);
    // The force that the data were made with is what is missing.
    std::printf("%s %s\n", found->justification.newton_words.c_str(), found->justification.correction_words.c_str());
    EXPECT_THAT(found->justification.newton_words, ::testing::StartsWith("Newton alone is rejected: "));
    EXPECT_TRUE(found->justification.complete) << found->justification.correction_words;
    // It belongs to that fit.
    open.session.set_mass(0, 1.2);
    EXPECT_EQ(open.session.ablation().result(), nullptr);
    EXPECT_FALSE(open.session.ablation().can_run());
}

TEST(CorrectionSession, ANetworkThatPredictsBetterIsNotTheMissingForceForThat)
{
    Recipe recipe{"figure-eight", {}, {}};
    recipe.simulate.samples = 150;
    recipe.simulate.noise = 0.001;
    recipe.simulate.t1 = find_scenario("figure-eight").duration;
    recipe.correction.correction = "post-newtonian";
    recipe.correction.values = "inverse-c2=0.01";
    Open open(recipe);
    CorrectionOptions correction;
    correction.correction = "pairwise";
    open.session.set_correction(correction, true);
    open.set_epochs(200);
    open.session.start_fit();
    ASSERT_TRUE(open.ended(120s));
    open.session.ablation().run();
    ASSERT_TRUE(wait_until([&] { return open.session.ablation().result() != nullptr; }, 60s));
    const Justification& verdict = open.session.ablation().result()->justification;
    std::printf("%s %s\n", verdict.newton_words.c_str(), verdict.correction_words.c_str());
    ASSERT_TRUE(verdict.justified) << verdict.words;
    EXPECT_THAT(verdict.newton_words, ::testing::MatchesRegex("Newton alone is rejected: its held-out mean square is .* times larger."));
    EXPECT_FALSE(verdict.complete);
    EXPECT_THAT(verdict.correction_words,
                ::testing::MatchesRegex("This correction is not the missing force: residuals are still .* sigma.*"));

    // The view: two verdicts in two colours, the truth in a column of its own, errors widened.
    Timeline timeline;
    const ViewContext context{&open.session, &timeline, nullptr};
    AblationView view(context, nullptr);
    view.resize(420, 420);
    view.show();
    testing::wait(200ms);
    testing::screenshot(view, "verdict");
    view.resize(300, 520);
    testing::wait(100ms);
    testing::screenshot(view, "verdict-narrow");
    const std::string table = view.table()();
    std::printf("%s", table.c_str());
    EXPECT_THAT(table, ::testing::HasSubstr("quantity,without,with,truth\nmass 1,"));
    EXPECT_THAT(table, ::testing::ContainsRegex("mass 1,[0-9.]+,[0-9.]+,1\n"));
    EXPECT_THAT(table, ::testing::HasSubstr(verdict.newton_words));
    EXPECT_THAT(table, ::testing::HasSubstr(verdict.correction_words));
}

TEST(CorrectionSession, AStoppedAblationSaysNothingMore)
{
    Open open(relativistic(2000));
    open.choose("post-newtonian");
    open.session.start_fit();
    ASSERT_TRUE(open.ended());
    open.session.ablation().run();
    open.session.ablation().stop();
    EXPECT_FALSE(open.session.ablation().running());
    EXPECT_FALSE(wait_until([&] { return open.session.ablation().result() != nullptr; }, 300ms));
    open.session.ablation().run();
    ASSERT_TRUE(wait_until([&] { return open.session.ablation().result() != nullptr; }, 60s));
}

TEST(CorrectionSession, WhatCannotBeIsRefusedAndLeavesAllAsItWas)
{
    Open open;
    CorrectionOptions wrong;
    wrong.correction = "pairwise";
    wrong.network = "8,x";
    EXPECT_THROW(open.session.set_correction(wrong, true), ArgumentError);
    wrong = {};
    wrong.correction = "post-newtonian";
    wrong.values = "nothing=1";
    EXPECT_THROW(open.session.set_correction(wrong, true), ArgumentError);
    wrong.correction = "unheard-of";
    EXPECT_THROW(open.session.set_correction(wrong, true), ArgumentError);
    EXPECT_EQ(open.session.setup().correction.correction, "none");
    FitSetup setup = open.session.setup();
    setup.fit.free = "masses,correction";
    EXPECT_THROW(open.session.set_setup(setup), ArgumentError);
}

}  // namespace
}  // namespace syzygy
