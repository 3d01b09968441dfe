#include "ui/session/session.hpp"

#include "tests/ui/support/input.hpp"
#include "tests/ui/support/stall_monitor.hpp"
#include "ui/data/examples.hpp"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::wait_until;

Recipe aca_recipe(double t1 = 1, long samples = 200, double noise = 0)
{
    Recipe recipe{"aca", {}};
    recipe.simulate.t1 = t1;
    recipe.simulate.samples = samples;
    recipe.simulate.noise = noise;
    return recipe;
}

FitSetup aca_setup()
{
    FitSetup setup;
    setup.fit.start = {1, 1, 1};
    setup.solver.rtol = 1e-9;
    return setup;
}

/// A session with data and its first picture.
struct Open {
    explicit Open(const Recipe& recipe = aca_recipe(), const FitSetup& setup = aca_setup())
    {
        session.set_data(make_data(recipe), setup);
        EXPECT_TRUE(wait_until([&] { return session.picture() != nullptr; }));
    }
    bool settled() { return wait_until([&] { return session.run_state() == RunState::idle; }); }
    Session session;
};

TEST(Session, DataGetAPictureWhereAFitWouldStart)
{
    Open open;
    EXPECT_EQ(open.session.point().masses, Eigen::Vector3d::Ones());
    const auto picture = open.session.picture();
    EXPECT_TRUE(picture->solution->outcome.ok());
    EXPECT_GT(picture->horizon, 1);
    EXPECT_EQ(picture->scene->solution, picture->solution);
}

TEST(Session, AFitFindsTheMassesAndTellsEachIteration)
{
    Open open;
    std::size_t told = 0;
    QObject::connect(&open.session, &Session::history_changed, [&] { told = open.session.history().size(); });
    open.session.start_fit();
    EXPECT_EQ(open.session.run_state(), RunState::running);
    ASSERT_TRUE(wait_until([&] { return open.session.result() != nullptr; }));
    EXPECT_EQ(open.session.run_state(), RunState::idle);
    EXPECT_EQ(told, static_cast<std::size_t>(open.session.result()->iterations));
    EXPECT_EQ(open.session.history().size(), open.session.fit_state().history.size());
    EXPECT_NEAR(open.session.point().masses[2], 0.9, 1e-6);
    ASSERT_TRUE(wait_until([&] { return std::abs(open.session.picture()->solution->point.masses[2] - 0.9) < 1e-6; }));
}

TEST(Session, TheSearchForAStartIsToldUntilTheFitIterates)
{
    Recipe recipe{"hierarchical", {}};
    recipe.simulate.t1 = 30;
    recipe.simulate.samples = 300;
    recipe.simulate.noise = 1e-3;
    recipe.simulate.velocities = false;
    Open open(recipe, {});
    std::vector<QString> told;
    QObject::connect(&open.session, &Session::search_changed, [&] {
        told.push_back(open.session.search());
        EXPECT_TRUE(open.session.search().isEmpty() || open.session.history().empty());
    });
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.result() != nullptr; }));
    ASSERT_FALSE(told.empty());
    EXPECT_TRUE(told.front().startsWith("looking for a start: mass set 1, fitting ")) << told.front().toStdString();
    EXPECT_TRUE(told.front().endsWith(" of 300 rows")) << told.front().toStdString();
    EXPECT_TRUE(told.back().isEmpty());
    EXPECT_TRUE(open.session.search().isEmpty());
}

TEST(Session, TheSameFitAsTheEngineMakesAlone)
{
    Open open;
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.result() != nullptr; }));
    const FitResult alone = run_fit(*open.session.data().observations, *open.session.fitted_setup());
    EXPECT_EQ(open.session.result()->point.masses, alone.point.masses);
    EXPECT_EQ(open.session.result()->loss, alone.loss);
}

TEST(Session, StepsOneIterationAtATimeAndGoesOn)
{
    Open open;
    open.session.step_fit();
    EXPECT_EQ(open.session.run_state(), RunState::paused);
    ASSERT_TRUE(wait_until([&] { return open.session.history().size() == 1; }));
    EXPECT_FALSE(wait_until([&] { return open.session.history().size() > 1; }, std::chrono::milliseconds(200)));
    open.session.step_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.history().size() == 2; }));
    EXPECT_FALSE(wait_until([&] { return open.session.history().size() > 2; }, std::chrono::milliseconds(200)));
    open.session.resume_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.result() != nullptr; }));
    EXPECT_TRUE(open.session.result()->outcome.ok());
}

TEST(Session, StopKeepsTheLastGoodPointAndDropsLateNews)
{
    Open open;
    open.session.set_pace(20);
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.history().size() >= 3; }));
    QElapsedTimer clock;
    clock.start();
    open.session.stop_fit();
    ASSERT_TRUE(open.settled());
    EXPECT_LT(clock.elapsed(), 150);
    const std::size_t length = open.session.history().size();
    const Eigen::Vector3d masses = open.session.history().back().masses;
    EXPECT_EQ(open.session.point().masses, masses);
    EXPECT_FALSE(wait_until([&] { return open.session.history().size() != length; }, std::chrono::milliseconds(200)));
    EXPECT_LT(std::abs(masses[0] - 1.1), 0.1 + 1e-12);
}

TEST(Session, AStoppedFitCanBeFollowedByAnotherAtOnce)
{
    Open open;
    open.session.set_pace(5);
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return !open.session.history().empty(); }));
    open.session.stop_fit();
    open.session.reset();
    open.session.set_pace(0);
    EXPECT_TRUE(open.session.history().empty());
    ASSERT_TRUE(wait_until([&] { return open.session.point().masses == Eigen::Vector3d::Ones(); }));
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.result() != nullptr; }));
    EXPECT_NEAR(open.session.point().masses[0], 1.1, 1e-6);
}

TEST(Session, ADraggedMassIsSolvedAgain)
{
    Open open;
    int pictures = 0;
    const testing::MachineLoad load;
    QObject::connect(&open.session, &Session::picture_changed, [&] { ++pictures; });
    for (int i = 0; i < 50; ++i) {
        open.session.set_mass(1, 1 + 0.01 * i);
        testing::wait(std::chrono::milliseconds(2));
    }
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->point.masses[1] == 1.49; }));
    EXPECT_GT(pictures, testing::timing_counts && load.is_quiet() ? 5 : 0);
}

TEST(Session, AWindowThatBeginsLaterBeginsOnTheModelsOrbit)
{
    Recipe recipe = aca_recipe();
    Open open(recipe);
    open.session.set_mass(0, 1.2);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->point.masses[0] == 1.2; }));
    const State there = open.session.picture()->solution->at(open.session.data().observations->times[60]);
    open.session.set_window(open.session.data().observations->times[60], 1);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->begin() > 0.2; }));
    EXPECT_LT((open.session.point().initial_state - there).cwiseAbs().maxCoeff(), 1e-7);
    open.session.set_window(0, 1);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->begin() == 0; }));
    EXPECT_TRUE(open.session.setup().data.window.whole());
    EXPECT_LT((open.session.point().initial_state.head<9>() -
               open.session.data().observations->positions.col(0)).cwiseAbs().maxCoeff(), 1e-6);
}

TEST(Session, APointSurvivesAWindowThatMovesAndComesBack)
{
    Open open;
    open.session.set_velocity(1, {0.01, 0.02, 0.3});
    const State given = open.session.point().initial_state;
    for (int row = 10; row <= 100; row += 10) {
        open.session.set_window(open.session.data().observations->times[static_cast<std::size_t>(row)], 1);
        testing::wait(std::chrono::milliseconds(5));
    }
    open.session.set_window(0, 1);
    ASSERT_TRUE(wait_until([&] {
        return open.session.picture()->setup.data.window.whole() &&
               open.session.picture()->solution->point.initial_state == given;
    }));
    EXPECT_EQ(open.session.point().initial_state, given);
}

TEST(Session, AFitAskedForTooEarlyBeginsWithTheFirstPicture)
{
    Session session;
    session.start_fit();
    EXPECT_EQ(session.run_state(), RunState::idle);
    int shown = 0;
    QObject::connect(&session, &Session::data_shown, [&] { ++shown; });
    session.set_data(make_data(aca_recipe()), aca_setup());
    session.start_fit();
    EXPECT_EQ(session.run_state(), RunState::starting);
    EXPECT_FALSE(session.settled());
    ASSERT_TRUE(wait_until([&] { return session.result() != nullptr; }));
    ASSERT_TRUE(wait_until([&] { return session.settled(); }));
    EXPECT_EQ(shown, 1);
    EXPECT_NEAR(session.point().masses[0], 1.1, 1e-6);
}

TEST(Session, AFitThatWaitsForItsPictureIsStopped)
{
    Session session;
    session.set_data(make_data(aca_recipe()), aca_setup());
    session.start_fit();
    session.stop_fit();
    EXPECT_EQ(session.run_state(), RunState::idle);
    ASSERT_TRUE(wait_until([&] { return session.settled(); }));
    EXPECT_FALSE(wait_until([&] { return !session.history().empty(); }, std::chrono::milliseconds(200)));
}

TEST(Session, AFitOfWhatCannotBeShownSaysWhyEachTime)
{
    Open open;
    FitSetup setup = open.session.setup();
    setup.correction.correction = "torchscript";
    setup.correction.script = "/nowhere/network.pt";
    QSignalSpy said(&open.session, &Session::said);
    open.session.set_setup(setup);
    open.session.start_fit();
    EXPECT_EQ(open.session.run_state(), RunState::starting);
    ASSERT_TRUE(wait_until([&] { return said.count() > 0; }));
    EXPECT_EQ(open.session.run_state(), RunState::idle);
    EXPECT_TRUE(open.session.newest_picture_failed());
    EXPECT_FALSE(open.session.settled());
    said.clear();
    open.session.start_fit();
    EXPECT_EQ(open.session.run_state(), RunState::idle);
    ASSERT_EQ(said.count(), 1);
    EXPECT_TRUE(said[0][1].toBool());
    EXPECT_TRUE(said[0][0].toString().contains(open.session.failure()));
    EXPECT_FALSE(open.session.failure().isEmpty());
}

TEST(Session, AFitAfterAPictureThatFailedIsNotLeftWaiting)
{
    Open open;
    open.session.set_window(0.5001, 0.5002);
    open.session.start_fit();
    QSignalSpy said(&open.session, &Session::said);
    ASSERT_TRUE(wait_until([&] { return said.count() > 0; }));
    open.session.set_window(0, 1);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->setup.data.window.whole(); }));
    EXPECT_FALSE(wait_until([&] { return !open.session.history().empty(); }, std::chrono::milliseconds(200)));
}

TEST(Session, TheSetupOfThePointOnScreenGivesItsFit)
{
    Open open;
    open.session.set_mass(1, 1.05);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->point.masses[1] == 1.05; }));
    EXPECT_FALSE(open.session.fitted_setup());
    EXPECT_EQ(open.session.fit_setup().fit.start, (std::vector<double>{1, 1.05, 1}));
    EXPECT_TRUE(open.session.fit_setup().fit.initial.empty());
    open.session.set_velocity(0, {0, 0.1, 0.001});
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->solution->point.initial_state[11] == 0.001; }));
    EXPECT_EQ(open.session.fit_setup().fit.initial.size(), 18U);
}

TEST(Session, KeepFittedFollowsTheWindow)
{
    Open open;
    open.session.set_keeps_fitted(true);
    ASSERT_TRUE(wait_until([&] { return open.session.result() != nullptr; }));
    for (int i = 0; i < 20; ++i) {
        open.session.set_window(0, 1 - 0.02 * i);
        testing::wait(std::chrono::milliseconds(15));
    }
    ASSERT_TRUE(wait_until([&] {
        return open.session.fitted_setup()->data.window == open.session.setup().data.window &&
               open.session.run_state() == RunState::idle && open.session.result() &&
               open.session.result()->outcome.status == Status::converged;
    }));
    EXPECT_NEAR(open.session.point().masses[1], 1.1, 1e-5);
}

TEST(Session, AMovedObservationChangesTheDataAndNothingElse)
{
    Open open;
    const auto before = open.session.data().observations;
    open.session.move_observation(20, 1, {9, 9, 9});
    EXPECT_TRUE(open.session.data().remapped);
    EXPECT_EQ(open.session.data().observations->positions(3, 20), 9);
    EXPECT_NE(before->positions(3, 20), 9);
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->observations == open.session.data().observations; }));
    EXPECT_LT(open.session.picture()->solution->residuals.residual(3, 20), -5);
}

TEST(Session, WrongOptionsAreRefusedAndLeaveAllAsItWas)
{
    Open open;
    const auto refused = [&](auto change) {
        FitSetup setup = open.session.setup();
        change(setup);
        EXPECT_THROW(open.session.set_setup(setup), ArgumentError);
    };
    refused([](FitSetup& s) { s.solver.rtol = -1; });
    refused([](FitSetup& s) { s.solver.method = "rk4"; });  // without a step
    refused([](FitSetup& s) { s.data.window = {std::nullopt, -5}; });
    refused([](FitSetup& s) { s.data.relative_to = "Pluto"; });
    refused([](FitSetup& s) { s.data.velocities = true; s.data.relative_to = "9"; });
    refused([](FitSetup& s) { s.fit.fix = "m7"; });
    refused([](FitSetup& s) { s.fit.bounds = "m1=2:1"; });
    refused([](FitSetup& s) { s.fit.robust = "huber"; });
    EXPECT_THROW(open.session.set_mass(0, -1), ArgumentError);
    EXPECT_THROW(open.session.set_mass(0, std::nan("")), ArgumentError);
    EXPECT_EQ(open.session.setup().solver.rtol, 1e-9);
    EXPECT_EQ(open.session.point().masses, Eigen::Vector3d::Ones());
}

TEST(Session, AnEmptyWindowIsSaidAndTheOldPictureStays)
{
    Open open;
    const auto picture = open.session.picture();
    QSignalSpy said(&open.session, &Session::said);
    open.session.set_window(0.5001, 0.5002);
    ASSERT_TRUE(wait_until([&] { return said.count() > 0; }));
    EXPECT_TRUE(said.last().at(1).toBool());
    EXPECT_TRUE(said.last().at(0).toString().contains("window", Qt::CaseInsensitive));
    EXPECT_EQ(open.session.picture(), picture);
}

TEST(Session, NewDataReplaceAFitThatRuns)
{
    Open open;
    open.session.set_pace(5);
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return !open.session.history().empty(); }));
    open.session.set_data(make_data(aca_recipe(0.5, 30)), aca_setup());
    EXPECT_EQ(open.session.run_state(), RunState::idle);
    EXPECT_TRUE(open.session.history().empty());
    ASSERT_TRUE(wait_until([&] { return open.session.picture()->observations->size() == 30; }));
    EXPECT_FALSE(wait_until([&] { return !open.session.history().empty() || open.session.result(); }, std::chrono::milliseconds(300)));
}

TEST(Session, ClosesWhileEverythingRuns)
{
    for (int i = 0; i < 5; ++i) {
        Open open;
        open.session.start_fit();
        open.session.set_pace(i % 2 ? 0 : 1);
        for (int k = 0; k < 10; ++k) open.session.set_horizon(1 + k);
    }
}

TEST(Session, ASavedFitStandsWhereItStood)
{
    Open open;
    open.session.set_pace(20);
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.history().size() >= 4; }));
    open.session.stop_fit();
    ASSERT_TRUE(open.settled());
    const FitState state = open.session.fit_state();
    const FitSetup setup = *open.session.fitted_setup();
    const Eigen::Vector3d masses = open.session.point().masses;

    Session other;
    other.set_saved_fit(open.session.data(), setup, state);
    EXPECT_EQ(other.run_state(), RunState::paused);
    ASSERT_TRUE(wait_until([&] { return other.picture() && other.history().size() >= state.history.size(); }));
    EXPECT_EQ(other.history()[state.history.size() - 1].masses, masses);
    other.resume_fit();
    ASSERT_TRUE(wait_until([&] { return other.result() != nullptr; }));
    const FitResult whole = run_fit(*open.session.data().observations, setup);
    EXPECT_EQ(other.result()->point.masses, whole.point.masses);
}

}  // namespace
}  // namespace syzygy
