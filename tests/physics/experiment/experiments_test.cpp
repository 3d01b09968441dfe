// The experiments, small: what must hold of their results, that seeds and threads do not change them, and that they stop.
#include "core/base/error.hpp"
#include "physics/experiment/hidden_force.hpp"
#include "physics/experiment/three_body.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace syzygy {
namespace {

ThreeBodyExperimentOptions small(const std::string& models)
{
    ThreeBodyExperimentOptions options;
    options.models = models;
    options.methods = "aca";
    options.seeds = 1;
    options.epochs = 20;
    options.lstm_width = 8;
    options.network = "8";
    return options;
}

TEST(ThreeBodyExperimentTest, TestTimesLieHalfAStepBetweenAndTheTruthIsThatOfTheExample)
{
    const ThreeBodyExperiment result = run_three_body_experiment(small("ode"), {}, {});
    ASSERT_EQ(result.test_times.size(), 2000u);
    EXPECT_DOUBLE_EQ(result.test_times.front(), 0.0005);
    EXPECT_DOUBLE_EQ(result.test_times.back(), 1.9995);
    EXPECT_EQ(result.true_masses, Eigen::Vector3d(1.1, 1.1, 0.9));
    // Bodies 2 and 3 pass each other at a distance of 0.0531 at t = 0.871.
    const Eigen::VectorXd q = result.truth.col(870);
    EXPECT_NEAR((q.segment<3>(6) - q.segment<3>(3)).norm(), 0.0531, 1e-3);
}

TEST(ThreeBodyExperimentTest, MassesByTheRecipeComeWithinATenThousandth)
{
    ThreeBodyExperimentOptions options = small("ode");
    options.epochs = 0;
    options.methods = "aca,adjoint,naive";
    options.seeds = 2;
    const ThreeBodyExperiment result = run_three_body_experiment(options, {}, {});
    ASSERT_EQ(result.rows.size(), 3u);
    ASSERT_EQ(result.runs.size(), 6u);
    for (const ThreeBodyRun& run : result.runs) {
        EXPECT_TRUE(run.outcome.ok()) << run.outcome.reason;
        // The published code run as it stands: the recipe ends with masses within 1e-4, relatively.
        EXPECT_LT((*run.masses - result.true_masses).cwiseQuotient(result.true_masses).cwiseAbs().maxCoeff(), 3e-4) << run.method;
        EXPECT_EQ(run.epochs, 100);
    }
    for (const ThreeBodyRow& row : result.rows) {
        EXPECT_EQ(row.runs, 2);
        EXPECT_LE(row.lowest, row.median);
        EXPECT_LE(row.median, row.highest);
    }
}

TEST(ThreeBodyExperimentTest, TheErrorIsTheMeanOverBothHalves)
{
    const ThreeBodyExperiment result = run_three_body_experiment(small("lstm,node"), {}, {});
    ASSERT_EQ(result.runs.size(), 2u);
    for (const ThreeBodyRun& run : result.runs) {
        EXPECT_NEAR(run.test_mse, (run.inside_mse + run.beyond_mse) / 2, 1e-12 * run.test_mse) << run.model;
        EXPECT_NEAR(run.test_mse, (run.prediction - result.truth).squaredNorm() / 18000, 1e-12 * run.test_mse) << run.model;
        EXPECT_FALSE(run.masses) << run.model << " has no masses";
    }
    EXPECT_EQ(result.runs[0].method, "bptt");
}

TEST(ThreeBodyExperimentTest, ThreadsDoNotChangeAnything)
{
    ThreeBodyExperimentOptions options = small("lstm-augmented,node,ode-correction");
    options.epochs = 3;
    options.threads = 1;
    const ThreeBodyExperiment one = run_three_body_experiment(options, {}, {});
    options.threads = 3;
    const ThreeBodyExperiment three = run_three_body_experiment(options, {}, {});
    ASSERT_EQ(one.runs.size(), three.runs.size());
    for (std::size_t i = 0; i < one.runs.size(); ++i) EXPECT_EQ(one.runs[i].prediction, three.runs[i].prediction) << one.runs[i].model;
}

TEST(ThreeBodyExperimentTest, StoppedItHasTheRunsThatAreDone)
{
    ThreeBodyExperimentOptions options = small("ode,node");
    options.epochs = 1000000;
    options.seeds = 2;
    options.threads = 1;
    std::stop_source source;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        source.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    const ThreeBodyExperiment result = run_three_body_experiment(options, {}, source.get_token());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_TRUE(result.runs.empty());
    EXPECT_TRUE(result.rows.empty());
}

TEST(ThreeBodyExperimentTest, UnknownNamesAreRefused)
{
    EXPECT_THROW(run_three_body_experiment(small("transformer"), {}, {}), ArgumentError);
    ThreeBodyExperimentOptions options = small("ode");
    options.methods = "telepathy";
    EXPECT_THROW(run_three_body_experiment(options, {}, {}), ArgumentError);
}

HiddenForceOptions quick(const std::string& force)
{
    HiddenForceOptions options;
    options.force = force;
    options.quick = true;
    return options;
}

class HiddenForces : public ::testing::TestWithParam<const char*> {};

TEST_P(HiddenForces, ACorrectionPredictsTenTimesBetterAndFindsTheLaw)
{
    const HiddenForceExperiment result = run_hidden_force_experiment(quick(GetParam()), {}, {});
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    ASSERT_EQ(result.runs.size(), 1u);
    const HiddenForceRun& run = result.runs[0];
    EXPECT_GE(run.improvement, 10);
    // Newton alone leaves structure, and says so.
    EXPECT_GT(run.newton.autocorrelation, 0.9);
    EXPECT_GT(run.newton.reduced_chi_square, 10);
    EXPECT_TRUE(std::any_of(run.newton.warnings.begin(), run.newton.warnings.end(),
                            [](const Warning& warning) { return warning.code == "misfit"; }));
    EXPECT_LT(run.corrected.rms_residual, 0.2 * run.newton.rms_residual);
    EXPECT_LT(run.law_error, 0.35);
    EXPECT_GT(run.law.size(), 10u);
}
INSTANTIATE_TEST_SUITE_P(Each, HiddenForces, ::testing::Values("post-newtonian", "fourth-body", "drag"),
                         [](const auto& named) {
                             std::string name(named.param);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(HiddenForceTest, WithoutAForceNewtonIsLeftWithNoise)
{
    HiddenForceOptions options = quick("drag");
    options.strength = 1e-12;
    options.iterations = 20;
    const HiddenForceExperiment result = run_hidden_force_experiment(options, {}, {});
    const HiddenFit& newton = result.runs.at(0).newton;
    // 2700 residuals: their mean square has a standard deviation of sqrt(2 / 2700), the autocorrelation one of 1 / sqrt(2700).
    EXPECT_NEAR(newton.reduced_chi_square, 1, 5 * std::sqrt(2.0 / 2700));
    EXPECT_NEAR(newton.autocorrelation, 0, 5 / std::sqrt(2700.0));
    EXPECT_TRUE(newton.warnings.empty());
    EXPECT_LT(newton.test_mse, 1e-6);
}

TEST(HiddenForceTest, ACorrectionWithNamedParametersIsFittedByLeastSquares)
{
    HiddenForceOptions options = quick("drag");
    options.correction = "drag";
    const HiddenForceExperiment result = run_hidden_force_experiment(options, {}, {});
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    const HiddenForceRun& run = result.runs.at(0);
    EXPECT_NEAR(run.corrected.reduced_chi_square, 1, 5 * std::sqrt(2.0 / 2700));
    EXPECT_GT(run.improvement, 1000);
    EXPECT_LT(run.law_error, 0.05);
}

TEST(HiddenForceTest, ItStops)
{
    std::stop_source source;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
        source.request_stop();
    });
    HiddenForceOptions options;
    options.iterations = 1000000;
    const auto begin = std::chrono::steady_clock::now();
    const HiddenForceExperiment result = run_hidden_force_experiment(options, {}, source.get_token());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_TRUE(result.runs.empty());
}

}  // namespace
}  // namespace syzygy
