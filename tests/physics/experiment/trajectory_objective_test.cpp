// What experiments minimise: its gradient over masses, state and weights together, and a descent that falls off a cliff.
#include "physics/corrections/corrections.hpp"
#include "physics/experiment/trajectory_objective.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

class TrajectoryObjectiveTest : public ::testing::Test {
protected:
    TrajectoryObjectiveTest()
    {
        SolverOptions solver;
        solver.method = "dop853";
        SimulateOptions simulation;
        simulation.t1 = 3;
        simulation.samples = 25;
        simulation.velocities = true;
        data_ = prepare(simulate(find_scenario("figure-eight").make(), simulation, solver).samples, {});
        point_ = {{1.01, 0.99, 1.0}, data_->first_row, {}};
        CorrectionOptions correction;
        correction.correction = "pairwise";
        correction.network = "4";
        model_.solver.rtol = 1e-11;
        model_.correction = make_correction(correction, correction_context(*data_, point_.masses));
        point_.correction = model_.correction->initial_parameters();
        // A last layer of zeros would hide the derivatives of the layers before it.
        for (Eigen::Index i = 0; i < point_.correction.size(); ++i)
            point_.correction[i] += 0.05 * std::sin(static_cast<double>(i + 1));
    }
    std::optional<PreparedData> data_;
    ModelPoint point_;
    ModelOptions model_;
};

TEST_F(TrajectoryObjectiveTest, GradientIsThatOfCentralDifferences)
{
    TrajectoryObjective::Unknowns unknowns;
    unknowns.directions = Eigen::MatrixXd::Identity(21, 21);
    unknowns.directions(0, 5) = 0.3;  // they may mix
    unknowns.weight_scale = 0.5;
    unknowns.weight_decay = 1e-3;
    TrajectoryObjective objective(*data_, model_, "aca", point_, unknowns, {});
    ASSERT_EQ(objective.size(), 21 + model_.correction->size());
    Eigen::VectorXd x = objective.start(), gradient;
    double loss = 0;
    ASSERT_TRUE(objective.evaluate(x, loss, &gradient));
    // ACA is the derivative of the steps taken; a difference takes other steps at either side: errors of the solve, about
    // rtol times the loss's derivatives, over the step. With h = 1e-5 and rtol = 1e-11 that is 1e-6 at most.
    constexpr double h = 1e-5;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        double above = 0, below = 0;
        Eigen::VectorXd moved = x;
        moved[i] += h;
        ASSERT_TRUE(objective.evaluate(moved, above, nullptr));
        moved[i] -= 2 * h;
        ASSERT_TRUE(objective.evaluate(moved, below, nullptr));
        EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-6 * (1 + gradient.lpNorm<Eigen::Infinity>())) << "unknown " << i;
    }
}

TEST_F(TrajectoryObjectiveTest, WhatIsNotFreeStays)
{
    TrajectoryObjective::Unknowns unknowns;
    unknowns.directions.setIdentity(21, 3);
    TrajectoryObjective objective(*data_, model_, "aca", point_, unknowns, {});
    ASSERT_EQ(objective.size(), 3);
    const ModelPoint moved = objective.point(Eigen::Vector3d(0.1, 0.2, 0.3));
    EXPECT_LT((moved.masses - point_.masses - Eigen::Vector3d(0.1, 0.2, 0.3)).norm(), 1e-15);
    EXPECT_EQ(moved.initial_state, point_.initial_state);
    EXPECT_EQ(moved.correction, point_.correction);
}

TEST_F(TrajectoryObjectiveTest, DescentEndsAtTheBestPointItSaw)
{
    TrajectoryObjective::Unknowns unknowns;
    unknowns.directions.setIdentity(21, 3);
    for (const char* optimizer : {"adam", "lbfgs"}) {
        TrajectoryObjective objective(*data_, model_, "aca", point_, unknowns, {});
        OptimizerOptions options;
        options.optimizer = optimizer;
        options.iterations = 15;
        options.learning_rate = 0.02;
        const Descent descent = descend(objective, options, objective.start(), {});
        double at_start = 0, at_end = 0;
        ASSERT_TRUE(objective.evaluate(objective.start(), at_start, nullptr));
        ASSERT_TRUE(objective.evaluate(descent.x, at_end, nullptr));
        EXPECT_EQ(at_end, descent.loss) << optimizer;
        EXPECT_LT(at_end, at_start) << optimizer;
        EXPECT_LE(descent.iterations, 15) << optimizer;
    }
}

/// x^2 to the right of a cliff beyond which nothing can be evaluated.
class Cliff final : public Objective {
public:
    Eigen::Index size() const override { return 1; }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override
    {
        if (x[0] < 0.5) return false;
        loss = x[0] * x[0];
        if (gradient) *gradient = 2 * x;
        return true;
    }
    bool linearise(const Eigen::VectorXd&, ReducedLeastSquares&) override { return false; }
    bool sum_of_squares(const Eigen::VectorXd&, double&) override { return false; }

private:
    Eigen::VectorXd lower_ = Eigen::VectorXd::Constant(1, -10), upper_ = -lower_;
};

TEST(DescentTest, ACliffHalvesTheLearningRateAndTheBestPointIsKept)
{
    Cliff cliff;
    OptimizerOptions options;
    options.optimizer = "adam";
    options.iterations = 200;
    options.learning_rate = 0.3;
    options.learning_rate_decay = 1;
    const Descent descent = descend(cliff, options, Eigen::VectorXd::Ones(1), {});
    EXPECT_GE(descent.backed_off, 1);
    EXPECT_GE(descent.x[0], 0.5);
    EXPECT_LT(descent.x[0], 0.71);
    EXPECT_EQ(descent.loss, descent.x[0] * descent.x[0]);
}

}  // namespace
}  // namespace syzygy
