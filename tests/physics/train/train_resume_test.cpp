// A training that was interrupted goes on with the bits of one that was not.
#include "physics/run/fit_file.hpp"
#include "tests/physics/train/train_samples.hpp"
#include "tests/support/run_program.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace syzygy::testing {
namespace {

struct Case {
    const char* name;
    FitSetup setup;
};

void PrintTo(const Case& c, std::ostream* out)
{
    *out << c.name;
}

std::vector<Case> cases()
{
    FitSetup adam = training_setup(40), growing = adam, batches = adam, decayed = adam, lbfgs = training_setup(40, "lbfgs"),
             inner = training_setup(12, "lbfgs"), inner_adam = training_setup(12);
    adam.fit.free = "masses,initial,correction";
    growing.train.horizon = "grow";
    batches.train.batch_window = 0.2;
    batches.train.batch_size = 2;
    decayed.train.weight_decay = 0.1;
    decayed.train.schedule = "exponential";
    decayed.optimizer.learning_rate = 500;  // diverges and backs off
    decayed.train.validation = 0;
    inner.train.masses = inner_adam.train.masses = "inner";
    lbfgs.train.horizon = "grow";
    return {{"Adam", adam},   {"Growing", growing}, {"Batches", batches},       {"DivergingWithDecay", decayed},
            {"Lbfgs", lbfgs}, {"InnerLbfgs", inner}, {"InnerAdam", inner_adam}};
}

const Observations& data()
{
    static const Observations samples = dragged_eight(1, 40);
    return samples;
}

/// Trains until `stop_after` epochs are in the history, or to the end.
TrainResult train_until(TrainState& state, const FitSetup& setup, std::size_t stop_after)
{
    Control control;
    const auto callback = [&](const TrainSnapshot&, const TrainState& now) {
        if (now.history.size() >= stop_after) control.stop();
    };
    return train(std::span(&data(), 1), setup, state, callback, control);
}

void expect_same_bits(const TrainState& a, const TrainState& b)
{
    EXPECT_EQ(a.epoch, b.epoch);
    EXPECT_EQ(a.point.masses, b.point.masses);
    EXPECT_EQ(a.point.initial_state, b.point.initial_state);
    EXPECT_EQ(a.point.correction, b.point.correction);
    EXPECT_EQ(a.best.correction, b.best.correction);
    EXPECT_EQ(a.best_validation, b.best_validation);
    EXPECT_EQ(a.rate_factor, b.rate_factor);
    EXPECT_EQ(a.divergences, b.divergences);
    EXPECT_EQ(a.arc, b.arc);
    EXPECT_EQ(a.memory, b.memory);
    EXPECT_EQ(a.messages, b.messages);
    EXPECT_EQ(a.outcome.reason, b.outcome.reason);
    ASSERT_EQ(a.history.size(), b.history.size());
    for (std::size_t i = 0; i < a.history.size(); ++i) {
        EXPECT_EQ(a.history[i].loss, b.history[i].loss) << i;
        if (!std::isnan(a.history[i].validation)) {
            EXPECT_EQ(a.history[i].validation, b.history[i].validation) << i;
        }
        EXPECT_EQ(a.history[i].learning_rate, b.history[i].learning_rate) << i;
    }
}

class Resume : public ::testing::TestWithParam<Case> {};

TEST_P(Resume, ThroughAFileGivesTheBitsOfAnUninterruptedTraining)
{
    const FitSetup& setup = GetParam().setup;
    TrainState whole;
    train_until(whole, setup, 1000);
    ASSERT_TRUE(whole.finished);
    const TemporaryFolder folder;
    for (const std::size_t stop_after : {std::size_t(1), whole.history.size() / 3, whole.history.size() - 1}) {
        TrainState first;
        const TrainResult stopped = train_until(first, setup, stop_after);
        EXPECT_EQ(stopped.outcome.status, Status::stopped);
        FitFile file;
        file.setup = setup;
        file.training = first;
        write_fit_file(folder.file("t.syzygy"), file);
        FitFile read = read_fit_file(folder.file("t.syzygy"));
        ASSERT_TRUE(read.training);
        train_until(*read.training, read.setup, 1000);
        expect_same_bits(*read.training, whole);
    }
}

INSTANTIATE_TEST_SUITE_P(All, Resume, ::testing::ValuesIn(cases()), [](const auto& each) { return each.param.name; });

TEST(TrainResume, StoppedWithinAnEpochKeepsTheLastGoodPoint)
{
    FitSetup setup = training_setup(1'000'000);
    setup.train.patience = 0;  // it must not end by itself before
    TrainState state;
    Control control;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        control.stop();
    });
    const TrainResult result = train(std::span(&data(), 1), setup, state, {}, control);
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_FALSE(state.finished);
    ASSERT_FALSE(state.history.empty());
    EXPECT_EQ(state.history.back().masses, state.point.masses);
    EXPECT_EQ(state.history.back().epoch, state.epoch);
    EXPECT_TRUE(state.point.correction.allFinite());
    // The result is that of the best point up to there.
    EXPECT_EQ(result.validation_loss, state.best_validation);
}

TEST(TrainResume, WhatLbfgsRemembersMustFitTheTraining)
{
    const FitSetup setup = training_setup(20, "lbfgs");
    TrainState stopped;
    train_until(stopped, setup, 5);
    ASSERT_FALSE(stopped.finished);
    for (const char* name : {"s", "z", "arc-x", "directions"}) {
        TrainState damaged = stopped;
        damaged.memory.at(name).push_back(1);
        EXPECT_THROW(train_until(damaged, setup, 1000), ArgumentError) << name;
    }
    TrainState other = stopped;
    other.point.correction.conservativeResize(3);
    EXPECT_THROW(train_until(other, setup, 1000), ArgumentError);
}

TEST(TrainResume, AStateOfAnotherTrainingIsRefused)
{
    TrainState state;
    train_until(state, training_setup(3), 1000);
    FitSetup other = training_setup(3);
    other.correction.network = "7";
    state.finished = false;
    try {
        train_until(state, other, 1000);
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "resume");
    }
}

TEST(TrainResume, ADamagedStateIsRefusedWithItsFileAndWhatIsWrong)
{
    const TemporaryFolder folder;
    const std::string path = folder.file("t.syzygy");
    TrainState adam, lbfgs;
    train_until(adam, training_setup(20), 5);
    train_until(lbfgs, training_setup(20, "lbfgs"), 5);
    const auto said_of = [&](const TrainState& state, auto damage) -> std::string {
        FitFile file;
        file.setup = training_setup(20);
        file.training = state;
        damage(*file.training);
        write_fit_file(path, file);
        try {
            read_fit_file(path);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(said_of(adam, [](TrainState&) {}), "");
    EXPECT_EQ(said_of(lbfgs, [](TrainState&) {}), "");
    const auto refused = [&](const TrainState& state, const std::string& named, auto damage) {
        const std::string said = said_of(state, damage);
        EXPECT_NE(said.find(named), std::string::npos) << said;
        EXPECT_NE(said.find("t.syzygy"), std::string::npos) << said;
    };
    for (const char* name : {"x", "best-x", "first-moment", "second-moment", "steps", "arc-loss", "arc-begin", "arc-evaluations"}) {
        refused(adam, name, [&](TrainState& s) { s.memory.at(name).clear(); });
        if (std::string(name) != "x") refused(adam, name, [&](TrainState& s) { s.memory.at(name) = {1, 2}; });
    }
    refused(adam, "memory", [](TrainState& s) { s.memory.erase("steps"); });
    refused(adam, "memory", [](TrainState& s) { s.memory.erase("arc-begin"); });
    refused(adam, "arc-begin", [](TrainState& s) { s.memory["arc-begin"] = {1e6}; });
    refused(adam, "null", [](TrainState& s) { s.memory["x"][0] = std::numeric_limits<double>::quiet_NaN(); });
    refused(lbfgs, "s and y", [](TrainState& s) { s.memory["s"].pop_back(); });
    refused(lbfgs, "progress", [](TrainState& s) { s.memory["progress"] = {1}; });
    refused(lbfgs, "memory", [](TrainState& s) { s.memory.erase("z"); });
    refused(lbfgs, "weight-scale", [](TrainState& s) { s.memory["weight-scale"].clear(); });
    refused(adam, "backend", [](TrainState& s) { s.backend = "foo"; });
    refused(adam, "device", [](TrainState& s) { s.device = "abacus"; });
    refused(adam, "history", [](TrainState& s) { s.history.pop_back(); });
    refused(adam, "history", [](TrainState& s) { s.epoch = -1; });
    refused(adam, "rate_factor", [](TrainState& s) { s.rate_factor = -1; });
    refused(adam, "best", [](TrainState& s) { s.best.correction.resize(1); });
}

}  // namespace
}  // namespace syzygy::testing
