// What a training finds, and how it ends: force laws, masses, early stopping, divergence, wrong options.
#include "tests/physics/train/train_samples.hpp"
#include "tests/support/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;

std::string refused(const FitSetup& setup)
{
    static const Observations data = dragged_eight(1, 40);
    try {
        train_quietly(data, setup);
    } catch (const ArgumentError& error) {
        return error.option();
    }
    return "";
}

TEST(Train, WrongOptionsAreNamed)
{
    const auto with = [](auto change) {
        FitSetup setup = training_setup(2);
        change(setup);
        return refused(setup);
    };
    EXPECT_EQ(with([](FitSetup& s) { s.correction.correction = "none"; }), "correction");
    EXPECT_EQ(with([](FitSetup& s) { s.correction.correction = "nothing-of-the-kind"; }), "correction");
    EXPECT_EQ(with([](FitSetup& s) { s.optimizer.optimizer = "lm"; }), "optimizer");
    EXPECT_EQ(with([](FitSetup& s) { s.fit.free = "masses"; }), "free");
    EXPECT_EQ(with([](FitSetup& s) { s.train.validation = 0.95; }), "validation");
    EXPECT_EQ(with([](FitSetup& s) {
                  s.train.validation = 0.9;
                  s.data.window = {std::nullopt, 0.1};
              }),
              "validation");
    EXPECT_EQ(with([](FitSetup& s) { s.train.schedule = "sometimes"; }), "schedule");
    EXPECT_EQ(with([](FitSetup& s) {
                  s.optimizer.optimizer = "lbfgs";
                  s.train.batch_size = 2;
              }),
              "batch-size");
    EXPECT_EQ(with([](FitSetup& s) {
                  s.train.masses = "inner";
                  s.train.batch_window = 0.1;
              }),
              "train-masses");
    EXPECT_EQ(with([](FitSetup& s) {
                  s.train.backend = "torch";
                  s.fit.gradient = "naive";
              }),
              "gradient");
    EXPECT_EQ(with([](FitSetup& s) { s.train.begin = "somewhere"; }), "begin");
    EXPECT_EQ(with([](FitSetup&) {}), "");
}

/// Held-out errors without and with the correction.
Justification judged(const Observations& data, const FitSetup& setup, const TrainResult& result)
{
    Control control;
    const Justification judged = justify(std::span(&data, 1), setup, result, control);
    record("held_out_without", judged.held_out_without);
    record("held_out_with", judged.held_out_with);
    return judged;
}

TEST(Train, AFieldThatLearnsDragPredictsAHundredTimesBetterThanNewtonAndFindsTheMasses)
{
    const Observations data = dragged_eight(3, 120, 0.03);
    FitSetup setup = training_setup(40, "lbfgs");
    setup.correction.correction = "external";
    setup.correction.network = "8";
    setup.fit.start = {1.02, 0.98, 1.01};
    setup.train.masses = "inner";
    const TrainResult result = train_quietly(data, setup);
    const Justification worth = judged(data, setup, result);
    EXPECT_LT(100 * worth.held_out_with, worth.held_out_without);
    EXPECT_TRUE(worth.justified) << worth.words;
    EXPECT_LT(worth.aic_with, worth.aic_without);
    // From two percent off; Newton alone, that has to put drag on them, errs by more.
    EXPECT_LT(mass_error(result.fit, {1, 1, 1}), 0.01);
    EXPECT_GT(mass_error(worth.without, {1, 1, 1}), 0.01);
}

TEST(Train, ANetworkOfPairsPredictsRelativisticBodiesTenTimesBetterThanNewton)
{
    // First post-Newtonian forces with a small c: the velocities are some percent of it.
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const Observations data = samples_under(system, force(system.units, "post-newtonian", {0.005}), 3, 150);
    FitSetup setup = training_setup(150, "lbfgs");
    setup.correction.network = "12";
    const TrainResult result = train_quietly(data, setup);
    const Justification worth = judged(data, setup, result);
    EXPECT_LT(10 * worth.held_out_with, worth.held_out_without);
    EXPECT_TRUE(worth.justified) << worth.words;
}

TEST(Train, AForceLawFromSeveralTrajectoriesHoldsOnAllOfThem)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const CorrectionAt law = force(system.units, "drag", {0.05, 0});
    std::vector<Observations> data;
    for (const double factor : {1.0, 1.05, 0.95}) {
        ThreeBodySystem other = system;
        for (Body& body : other.bodies) body.velocity *= factor;
        data.push_back(samples_under(other, law, 2, 60));
    }
    FitSetup setup = training_setup(60, "lbfgs");
    setup.correction.correction = "external";
    // Of all three, what the law of one trajectory and that of all say.
    const auto error_of = [&](std::span<const Observations> trajectories) {
        TrainState state;
        Control control;
        const TrainResult result = train(trajectories, setup, state, {}, control);
        EXPECT_EQ(result.points.size(), trajectories.size());
        ModelOptions model;
        model.solver = setup.solver;
        model.correction = result.correction;
        double sum = 0;
        for (const Observations& each : data) {
            ModelPoint point = result.point;
            point.initial_state << each.positions.col(0), each.velocities.col(0);
            sum += compute_gradient(prepare(each, {}), point, model).loss;
        }
        return sum;
    };
    const double one = error_of(std::span(data).first(1)), three = error_of(data);
    record("one", one);
    record("three", three);
    EXPECT_LT(three, one);
}

bool warns(const FitResult& fit, std::string_view code)
{
    return std::any_of(fit.warnings.begin(), fit.warnings.end(), [&](const Warning& warning) { return warning.code == code; });
}

TEST(Train, BeginsAtNewtonsFitAndNeverEndsWorseOnWhatIsHeldOut)
{
    // Newton is all there is; steps of Adam far larger than the noise lead away from it at once.
    const Observations data = with_noise(exact_samples("figure-eight", 2, 80), 1e-4, 3);
    FitSetup setup = training_setup(20);
    setup.fit.free = "masses,initial,correction";
    setup.fit.start = {1.05, 0.97, 1.02};
    TrainState state;
    Control control;
    const TrainResult result = train(std::span(&data, 1), setup, state, {}, control);
    ASSERT_TRUE(result.newton);
    // A network starts at zero: the first record is Newton's.
    EXPECT_NEAR(state.history.front().loss / result.newton->fit.loss, 1, 1e-6);
    EXPECT_LT(mass_error(result.newton->fit, {1, 1, 1}), 1e-3);
    EXPECT_LE(result.validation_loss, state.history.front().validation);
    const Justification worth = judged(data, setup, result);
    EXPECT_LE(worth.held_out_with, worth.held_out_without * (1 + 1e-6));
    EXPECT_EQ(worth.without.point.masses, result.newton->fit.point.masses);
    // Fitted anew, as for a resumed training, it is the same.
    TrainResult without = result;
    without.newton.reset();
    EXPECT_EQ(judged(data, setup, without).held_out_without, worth.held_out_without);

    setup.train.begin = "start";
    TrainState other;
    const TrainResult from_start = train(std::span(&data, 1), setup, other, {}, control);
    EXPECT_FALSE(from_start.newton);
    EXPECT_EQ(other.history.front().masses, Eigen::Vector3d(1.05, 0.97, 1.02));
    EXPECT_LT(state.history.front().loss, other.history.front().loss);
}

TEST(Train, SeveralTrajectoriesBeginAtTheirNewtonsFit)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    ThreeBodySystem faster = system;
    for (Body& body : faster.bodies) body.velocity *= 1.05;
    const CorrectionAt law = force(system.units, "drag", {0.02, 0});
    const std::vector<Observations> data{samples_under(system, law, 2, 60), samples_under(faster, law, 2, 60)};
    FitSetup setup = training_setup(1);
    setup.fit.start = {1.02, 0.98, 1.01};
    Control control;
    TrainState begun, other;
    train(data, setup, begun, {}, control);
    setup.train.begin = "start";
    train(data, setup, other, {}, control);
    EXPECT_LT(begun.history.front().loss, 0.5 * other.history.front().loss);
}

TEST(Train, AMisfitIsSaidWhereverATrainingEnds)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const Observations data =
        with_noise(samples_under(system, force(system.units, "post-newtonian", {0.005}), 3, 80), 1e-4, 2);
    const TrainResult result = train_quietly(data, training_setup(2));
    EXPECT_EQ(result.outcome.status, Status::finished);
    EXPECT_GT(result.fit.reduced_chi_square, 5);
    EXPECT_TRUE(warns(result.fit, "misfit"));
    EXPECT_GT(parameter(result.fit, "m1").scaled_sigma, 2 * parameter(result.fit, "m1").sigma);
}

TEST(Train, MassesThatTheNetworkCanStandForAreNamed)
{
    const Observations data = dragged_eight(1, 40);
    FitSetup setup = training_setup(1);
    EXPECT_TRUE(warns(train_quietly(data, setup).fit, "unidentifiable"));
    setup.fit.fix = "1=1";  // the common factor is known
    EXPECT_FALSE(warns(train_quietly(data, setup).fit, "unidentifiable"));
    setup.fit.fix.clear();
    setup.correction.correction = "external";
    EXPECT_FALSE(warns(train_quietly(data, setup).fit, "unidentifiable"));
}

TEST(Train, MassesInsideDoNotRunToNothing)
{
    const Observations data = dragged_eight(1, 40);
    FitSetup setup = training_setup(30);
    setup.correction.correction = "full";
    setup.train.masses = "inner";
    setup.train.begin = "start";
    setup.optimizer.learning_rate = 0.3;
    setup.train.schedule = "constant";
    TrainState state;
    Control control;
    train(std::span(&data, 1), setup, state, {}, control);
    for (const TrainRecord& each : state.history) {
        EXPECT_GT(each.masses.minCoeff(), 0.99e-3);
        EXPECT_LT(each.masses.maxCoeff(), 1.01e3);
    }
}

TEST(Train, AnAbsurdLearningRateBacksOffAndKeepsTheLastGoodPoint)
{
    const Observations data = dragged_eight(1, 40);
    FitSetup setup = training_setup(30);
    setup.optimizer.learning_rate = 1e3;
    setup.train.schedule = "constant";
    TrainState state;
    Control control;
    const TrainResult result = train(std::span(&data, 1), setup, state, {}, control);
    EXPECT_GT(state.divergences, 0);
    EXPECT_LT(state.rate_factor, 1);
    ASSERT_FALSE(state.messages.empty());
    EXPECT_THAT(state.messages[0], HasSubstr("halved"));
    EXPECT_TRUE(state.point.correction.allFinite());
    EXPECT_TRUE(std::isfinite(result.training_loss));
    EXPECT_LE(result.validation_loss, state.history.front().validation);
}

TEST(Train, EndsWhereItDivergesAgainAndAgain)
{
    const Observations data = dragged_eight(1, 40);
    FitSetup setup = training_setup(30);
    setup.optimizer.learning_rate = 1e3;
    setup.train.mass_rate = 1e3;  // masses by factors of exp(1e6)
    setup.train.begin = "start";
    TrainState state;
    Control control;
    const TrainResult result = train(std::span(&data, 1), setup, state, {}, control);
    EXPECT_FALSE(result.outcome.ok());
    EXPECT_THAT(result.outcome.reason, HasSubstr("diverged 10 times"));
    EXPECT_EQ(state.epoch, 0);
    EXPECT_EQ(state.point.masses, Eigen::Vector3d(1, 1, 1));
}

TEST(Train, EarlyStoppingKeepsTheBest)
{
    // Noise that a network can only learn by heart: the held-out error rises while the loss falls.
    const Observations data = with_noise(dragged_eight(1, 25), 0.02, 5);
    FitSetup setup = training_setup(400, "lbfgs");
    setup.correction.correction = "full";
    setup.correction.network = "16,16";
    setup.train.patience = 15;
    setup.optimizer.loss_tolerance = 0;
    TrainState state;
    Control control;
    const TrainResult result = train(std::span(&data, 1), setup, state, {}, control);
    EXPECT_EQ(result.outcome.status, Status::converged);
    EXPECT_THAT(result.outcome.reason, HasSubstr("not better for 15 epochs"));
    double best = std::numeric_limits<double>::infinity();
    for (const TrainRecord& record : state.history) best = std::min(best, record.validation);
    EXPECT_EQ(result.validation_loss, best);
    EXPECT_EQ(state.history.size(), static_cast<std::size_t>(state.epoch) + 1);
    EXPECT_GT(state.history.back().validation, best);
    EXPECT_LT(state.history.back().loss, state.history.front().loss);
}

TEST(Train, TheHorizonGrowsToTheWholeTrainingPart)
{
    const Observations data = dragged_eight(4, 160);
    FitSetup setup = training_setup(60, "lbfgs");
    setup.train.horizon = "grow";
    TrainState state;
    Control control;
    train(std::span(&data, 1), setup, state, {}, control);
    EXPECT_LT(state.history.front().horizon, 2);
    EXPECT_NEAR(state.history.back().horizon, 3.2, 0.03);
    for (std::size_t i = 1; i < state.history.size(); ++i) EXPECT_GE(state.history[i].horizon, state.history[i - 1].horizon);
}

TEST(Train, ErrorsOfMassesAreThoseUnderTheCorrection)
{
    const Observations data = with_noise(dragged_eight(1, 60), 1e-4, 2);
    const FitSetup setup = training_setup(40, "lbfgs");
    const TrainResult result = train_quietly(data, setup);
    for (const char* name : {"m1", "m2", "m3"}) {
        EXPECT_FALSE(parameter(result.fit, name).fixed);
        EXPECT_GT(parameter(result.fit, name).sigma, 0);
    }
    EXPECT_THAT(result.fit.notes.back(), HasSubstr("under the correction as it was found"));
}

TEST(Train, ANetworkIsNotJustifiedWhereNewtonIsEnough)
{
    const Observations data = with_noise(exact_samples("figure-eight", 2, 80), 1e-3, 4);
    const FitSetup setup = training_setup(40, "lbfgs");
    const TrainResult result = train_quietly(data, setup);
    const Justification worth = judged(data, setup, result);
    EXPECT_FALSE(worth.justified) << worth.words;
    EXPECT_THAT(worth.words, HasSubstr("not justified"));
}

TEST(Train, ANetworkIsNotJustifiedByTheRoundingOfASolve)
{
    const Observations data = exact_samples("figure-eight", 2, 80);
    const FitSetup setup = training_setup(40, "lbfgs");
    const Justification worth = judged(data, setup, train_quietly(data, setup));
    EXPECT_FALSE(worth.justified) << worth.words;
    EXPECT_THAT(worth.words, HasSubstr("as well as they are solved"));
}

TEST(Train, SeedsMakeARunRepeatable)
{
    const Observations data = dragged_eight(1, 40);
    FitSetup setup = training_setup(10);
    setup.train.batch_window = 0.1;
    setup.train.batch_size = 2;
    const TrainResult first = train_quietly(data, setup), again = train_quietly(data, setup);
    EXPECT_EQ(first.point.correction, again.point.correction);
    setup.train.train_seed = 2;
    EXPECT_NE(train_quietly(data, setup).point.correction, first.point.correction);
}

}  // namespace
}  // namespace syzygy::testing
