// The loss of a training and its gradient: against differences, and the same bits on any number of threads.
#include "physics/backend/backend.hpp"
#include "physics/fit/start.hpp"
#include "physics/train/inner_masses.hpp"
#include "physics/train/objective.hpp"
#include "tests/physics/train/train_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

/// What a training makes of a setup, without its optimiser.
struct Parts {
    Parts(const std::vector<Observations>& observations, const FitSetup& setup, std::size_t threads = 1)
        : pool(threads),
          trajectories(split(observations, setup)),
          start(starting_point(trajectories[0].training, setup, notes)),
          correction(correction_of(setup, trajectories[0].training, start)),
          unknowns(trajectories, setup, start, correction.get()),
          model{setup.solver, setup.data.observe, setup.data.softening, {}, correction}
    {
        std::vector<double> ends;
        for (const auto& own : horizons(trajectories, setup, static_cast<std::size_t>(unknowns.physical())))
            ends.push_back(own.back());
        windows = windows_of(trajectories, setup, ends);
        std::vector<const PreparedData*> data;
        for (const TrainingWindow& window : windows) data.push_back(&window.data);
        gradients = native_gradient(data, model, setup.fit.gradient, pool);
        objective = std::make_unique<TrainingObjective>(windows, unknowns, *gradients, std::stop_token());
    }
    /// Somewhere, with weights that do something.
    Eigen::VectorXd somewhere() const
    {
        Random random(3);
        Eigen::VectorXd x = unknowns.start();
        for (double& value : x) value += 0.05 * random.normal();
        return x;
    }

    std::vector<std::string> notes;
    WorkerPool pool;
    std::vector<TrainingTrajectory> trajectories;
    ModelPoint start;
    std::shared_ptr<const Correction> correction;
    TrainingUnknowns unknowns;
    ModelOptions model;
    std::vector<TrainingWindow> windows;
    std::unique_ptr<BatchGradient> gradients;
    std::unique_ptr<TrainingObjective> objective;
};

std::vector<Observations> two_trajectories()
{
    ThreeBodySystem other = find_scenario("figure-eight").make();
    for (Body& body : other.bodies) body.velocity *= 1.02;
    return {dragged_eight(1, 40), samples_under(other, force(other.units, "drag", {0.05, 0}), 0.8, 30)};
}

FitSetup fixed_steps(FitSetup setup)
{
    // Fixed steps: the loss is then smooth, and differences of it know its gradient to rounding.
    setup.solver.method = "rk4";
    setup.solver.step = 0.01;
    return setup;
}

/// Largest error of the gradient against differences, relative to its largest component.
double error_against_differences(const Eigen::VectorXd& gradient, const Eigen::VectorXd& x,
                                 const std::function<double(const Eigen::VectorXd&)>& loss)
{
    double error = 0;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        const auto difference = [&](double h) {
            Eigen::VectorXd above = x, below = x;
            above[i] += h;
            below[i] -= h;
            return (loss(above) - loss(below)) / (2 * h);
        };
        // Richardson: error of order h^4.
        const double h = 1e-3, exact = (4 * difference(h / 2) - difference(h)) / 3;
        error = std::max(error, std::abs(exact - gradient[i]));
    }
    return error / gradient.lpNorm<Eigen::Infinity>();
}

// h^4 = 1e-12 times fifth derivatives of order one, rounding 1e-16 / h = 1e-13: 1e-9 leaves room for both.
constexpr double difference_tolerance = 1e-9;

TEST(TrainObjective, GradientIsThatOfTheLossOverTwoTrajectoriesWithFreeStatesAndPriors)
{
    FitSetup setup = fixed_steps(training_setup());
    setup.fit.free = "masses,initial,correction";
    setup.fit.priors = "m1=1.05:0.1";
    Parts parts(two_trajectories(), setup);
    EXPECT_EQ(parts.unknowns.size(), 3 + 2 * 18 + parts.correction->size());
    const Eigen::VectorXd x = parts.somewhere();
    const TrainingValue value = parts.objective->evaluate(x);
    ASSERT_TRUE(value.good()) << value.outcome.reason;
    EXPECT_LT(error_against_differences(value.gradient, x, [&](const auto& at) { return parts.objective->evaluate(at).loss; }),
              difference_tolerance);
}

TEST(TrainObjective, GradientOfWindowsFromStatesOfTheirOwn)
{
    FitSetup setup = fixed_steps(training_setup());
    setup.train.batch_window = 0.2;
    Parts parts(two_trajectories(), setup);
    ASSERT_GT(parts.windows.size(), 4u);
    const Eigen::VectorXd x = parts.somewhere();
    const TrainingValue value = parts.objective->evaluate(x);
    ASSERT_TRUE(value.good());
    EXPECT_LT(error_against_differences(value.gradient, x, [&](const auto& at) { return parts.objective->evaluate(at).loss; }),
              difference_tolerance);
}

TEST(TrainObjective, GradientOfACorrectionWithNames)
{
    FitSetup setup = fixed_steps(training_setup());
    setup.correction.correction = "drag";
    setup.fit.free = "masses,correction";
    Parts parts(two_trajectories(), setup);
    EXPECT_EQ(parts.unknowns.size(), 5);
    const Eigen::VectorXd x = parts.somewhere();
    const TrainingValue value = parts.objective->evaluate(x);
    EXPECT_LT(error_against_differences(value.gradient, x, [&](const auto& at) { return parts.objective->evaluate(at).loss; }),
              difference_tolerance);
}

TEST(TrainObjective, BitsDoNotDependOnTheNumberOfThreads)
{
    FitSetup setup = training_setup();
    setup.train.batch_window = 0.1;
    Parts one(two_trajectories(), setup, 1), two(two_trajectories(), setup, 2), many(two_trajectories(), setup, 5);
    const Eigen::VectorXd x = one.somewhere();
    const TrainingValue expected = one.objective->evaluate(x);
    for (Parts* parts : {&two, &many})
        for (int repeat = 0; repeat < 3; ++repeat) {
            const TrainingValue value = parts->objective->evaluate(x);
            EXPECT_EQ(value.loss, expected.loss);
            EXPECT_EQ(value.gradient, expected.gradient);
        }
}

TEST(TrainObjective, WindowsBeginAtObservedStatesOrAtGoodEstimates)
{
    FitSetup setup = training_setup();
    setup.train.batch_window = 0.25;
    const Observations with = dragged_eight(1, 101, 0.05, true), without = dragged_eight(1, 101, 0.05, false);
    Parts observed({with}, setup), estimated({without}, setup);
    ASSERT_EQ(observed.windows.size(), estimated.windows.size());
    for (std::size_t i = 1; i < observed.windows.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(
            std::find(with.times.begin(), with.times.end(), observed.windows[i].data.epoch) - with.times.begin());
        State exact;
        exact << with.positions.col(row), with.velocities.col(row);
        EXPECT_EQ(*observed.windows[i].start, exact);
        // The slope of degree 4 through nine rows 0.01 apart errs by some h^4 times fifth derivatives (below 100 here).
        EXPECT_LT((*estimated.windows[i].start - exact).lpNorm<Eigen::Infinity>(), 1e-5);
    }
    EXPECT_FALSE(observed.windows[0].start);
}

TEST(TrainObjective, WindowsCoverEveryRowOfTheTrainingPart)
{
    for (const double duration : {0.07, 0.1, 0.3, 0.55, 5.0}) {
        FitSetup setup = training_setup();
        setup.train.batch_window = duration;
        Parts parts({dragged_eight(1, 41, 0.05, true)}, setup);
        const PreparedData& training = parts.trajectories[0].training;
        std::size_t rows = 0;
        for (const TrainingWindow& window : parts.windows) rows += window.data.size();
        // Neighbours share a row.
        EXPECT_EQ(rows, training.size() + parts.windows.size() - 1) << duration;
        EXPECT_EQ(parts.windows.back().data.absolute(parts.windows.back().data.t1), training.absolute(training.t1));
    }
}

TEST(TrainObjective, HeldOutLossIsThatOfTheRowsAfterTheTrainingPart)
{
    const FitSetup setup = training_setup();
    const auto data = two_trajectories();
    Parts parts(data, setup);
    const Eigen::VectorXd x = parts.somewhere();
    HeldOut held_out(parts.trajectories, parts.unknowns, parts.model, {});
    for (const auto& task : held_out.tasks(x)) task();
    // The same from predictions.
    double sum = 0;
    long rows = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const PreparedData whole = fit_data(data[i], setup);
        const Outcome outcome = predict(parts.trajectories[i].whole, parts.unknowns.point(x, i), parts.model,
                                        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
                                            const auto column = static_cast<Eigen::Index>(k);
                                            if (whole.times()[k] <= 0.8 * whole.t1 * (1 + 1e-12)) return;
                                            sum += (y.head<9>() - data[i].positions.col(column)).squaredNorm();
                                            ++rows;
                                        });
        EXPECT_TRUE(outcome.ok());
    }
    EXPECT_GT(rows, 10);
    EXPECT_NEAR(held_out.loss() / (sum / static_cast<double>(rows)), 1, 1e-12);
}

TEST(TrainObjective, ReducedGradientOfInnerMassesIsThatOfTheReducedLoss)
{
    FitSetup setup = fixed_steps(training_setup());
    setup.fit.free = "masses,correction";
    setup.correction.network = "3";
    Parts parts(two_trajectories(), setup);
    InnerMasses inner(parts.windows, parts.unknowns, parts.model, parts.pool, {});
    const Eigen::Index weights = parts.unknowns.size() - parts.unknowns.physical();
    const Eigen::VectorXd x = parts.somewhere();
    const auto solved = [&](const Eigen::VectorXd& w) {
        Eigen::VectorXd at = parts.unknowns.start();
        at.tail(weights) = w;
        EXPECT_TRUE(inner.solve(at));
        return parts.objective->evaluate(at);
    };
    const Eigen::VectorXd w = x.tail(weights);
    const TrainingValue value = solved(w);
    // Stationary in what is inside,
    EXPECT_LT(value.gradient.head(parts.unknowns.physical()).norm(), 1e-6 * value.gradient.tail(weights).norm());
    // and the partial gradient is the whole. What Levenberg-Marquardt leaves of the stationarity, squared, is below that.
    EXPECT_LT(error_against_differences(value.gradient.tail(weights), w, [&](const auto& at) { return solved(at).loss; }),
              1e-6);
}

TEST(TrainObjective, OnLibTorchItIsTheSame)
{
    if (!torch_available()) GTEST_SKIP() << torch_problem();
    FitSetup setup = training_setup();
    setup.fit.free = "masses,initial,correction";
    setup.train.batch_window = 0.3;
    const auto data = two_trajectories();
    Parts parts(data, setup);
    const BatchSetup batch{parts.model, setup.correction, correction_context(parts.trajectories[0].training, parts.start.masses),
                           "cpu"};
    std::vector<const PreparedData*> windows;
    for (const TrainingWindow& window : parts.windows) windows.push_back(&window.data);
    const auto gradients = torch_gradient(windows, batch, parts.pool);
    TrainingObjective on_torch(parts.windows, parts.unknowns, *gradients, {});
    const Eigen::VectorXd x = parts.somewhere();
    const TrainingValue expected = parts.objective->evaluate(x), value = on_torch.evaluate(x);
    ASSERT_TRUE(value.good()) << value.outcome.reason;
    // The same steps up to rounding, which a hundred steps gather.
    EXPECT_NEAR(value.loss / expected.loss, 1, 1e-10);
    EXPECT_LT((value.gradient - expected.gradient).lpNorm<Eigen::Infinity>(),
              1e-9 * expected.gradient.lpNorm<Eigen::Infinity>());
}

TEST(TrainObjective, StoppedWithinAnEvaluation)
{
    const FitSetup setup = training_setup();
    Parts parts(two_trajectories(), setup);
    std::stop_source source;
    source.request_stop();
    TrainingObjective objective(parts.windows, parts.unknowns, *parts.gradients, source.get_token());
    EXPECT_EQ(objective.evaluate(parts.somewhere()).outcome.status, Status::stopped);
}

}  // namespace
}  // namespace syzygy::testing
