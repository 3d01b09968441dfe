// Every optimiser of the table on a small problem whose minimum is known.
#include "core/optimize/optimizer.hpp"
#include "core/optimize/scaled_objective.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace syzygy {
namespace {

using ::testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Rosenbrock's function as the sum of squares of (10 (y - x^2), 1 - x): minimum 0 at (1, 1).
class Rosenbrock final : public Objective {
public:
    Rosenbrock(Eigen::Vector2d lower = {-infinity, -infinity}, Eigen::Vector2d upper = {infinity, infinity})
        : lower_(lower), upper_(upper)
    {
    }

    Eigen::Index size() const override { return 2; }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override
    {
        ++evaluations;
        if (!valid(x)) return false;
        loss = residuals(x).squaredNorm();
        if (gradient) *gradient = 2 * jacobian(x).transpose() * residuals(x);
        return true;
    }
    bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) override
    {
        ++evaluations;
        if (!valid(x)) return false;
        RowReducer reducer(2);
        for (int i = 0; i < 2; ++i) reducer.add(jacobian(x).row(i), residuals(x)[i]);
        reduced = reducer.result();
        return true;
    }
    bool sum_of_squares(const Eigen::VectorXd& x, double& sum) override
    {
        if (!valid(x)) return false;
        sum = residuals(x).squaredNorm();
        return true;
    }

    long evaluations = 0;
    double invalid_below = -infinity;  ///< x[0] below which nothing can be evaluated

private:
    bool valid(const Eigen::VectorXd& x) const { return x[0] >= invalid_below; }
    static Eigen::Vector2d residuals(const Eigen::VectorXd& x) { return {10 * (x[1] - x[0] * x[0]), 1 - x[0]}; }
    static Eigen::Matrix2d jacobian(const Eigen::VectorXd& x)
    {
        return (Eigen::Matrix2d() << -20 * x[0], 10, -1, 0).finished();
    }

    Eigen::VectorXd lower_, upper_;
};

OptimizerOptions options_of(std::string_view id)
{
    OptimizerOptions options;
    options.optimizer = id;
    options.iterations = 500;
    if (id == "adam") {
        options.iterations = 20000;
        options.learning_rate = 0.02;
        options.learning_rate_decay = 0.9995;
        options.beta1 = 0.9;
        options.beta2 = 0.999;
    }
    return options;
}

bool go_on(const OptimizerState&)
{
    return true;
}

OptimizerState at(double x, double y)
{
    OptimizerState state;
    state.x = Eigen::Vector2d(x, y);
    return state;
}

class Optimizer : public ::testing::TestWithParam<std::string_view> {
protected:
    const OptimizerOptions options = options_of(GetParam());
};

TEST_P(Optimizer, FindsTheMinimumOfRosenbrocksFunction)
{
    Rosenbrock objective;
    OptimizerState state = at(-1.2, 1);
    const Outcome outcome = minimize(objective, options, state, go_on);
    EXPECT_TRUE(outcome.ok()) << outcome.reason;
    EXPECT_FALSE(outcome.reason.empty());
    EXPECT_NEAR(state.x[0], 1, 1e-4);
    EXPECT_NEAR(state.x[1], 1, 2e-4);
    EXPECT_NEAR(state.loss, 0, 1e-8);
}

TEST_P(Optimizer, EndsOnTheBoundThatHoldsTheMinimum)
{
    // With x <= 1/2 the least sum of squares is 1/4, at (1/2, 1/4).
    Rosenbrock objective({-infinity, -infinity}, {0.5, infinity});
    OptimizerState state = at(-1.2, 1);
    minimize(objective, options, state, [](const OptimizerState& s) {
        EXPECT_LE(s.x[0], 0.5);
        return true;
    });
    EXPECT_NEAR(state.x[0], 0.5, 1e-6);
    EXPECT_NEAR(state.x[1], 0.25, 1e-4);
    EXPECT_NEAR(state.loss, 0.25, 1e-6);
}

TEST_P(Optimizer, AStopFromTheCallbackKeepsTheLastPoint)
{
    Rosenbrock objective;
    OptimizerState state = at(-1.2, 1);
    OptimizerState last;
    const Outcome outcome = minimize(objective, options, state, [&](const OptimizerState& s) {
        last = s;
        return s.iteration < 5;
    });
    EXPECT_EQ(outcome.status, Status::stopped);
    EXPECT_GE(state.iteration, 5);
    EXPECT_EQ(state.iteration, last.iteration);
    EXPECT_EQ(state.x, last.x);
}

TEST_P(Optimizer, AStoppedRunGoesOnToTheSameBits)
{
    Rosenbrock objective;
    OptimizerState whole = at(-1.2, 1);
    minimize(objective, options, whole, go_on);
    for (const long most : {1, 2, 3, 7, 12}) {
        OptimizerState state = at(-1.2, 1);
        minimize(objective, options, state, [&](const OptimizerState& s) { return s.iteration < most; });
        minimize(objective, options, state, go_on);
        EXPECT_EQ(state.x, whole.x) << "stopped after " << most;
        EXPECT_EQ(state.iteration, whole.iteration) << "stopped after " << most;
    }
}

TEST_P(Optimizer, AStopTokenSetBeforehandDoesNothing)
{
    Rosenbrock objective;
    OptimizerState state = at(-1.2, 1);
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(minimize(objective, options, state, go_on, source.get_token()).status, Status::stopped);
    EXPECT_EQ(state.x, Eigen::Vector2d(-1.2, 1));
}

TEST_P(Optimizer, AStartThatCannotBeEvaluatedIsAnOutcome)
{
    Rosenbrock objective;
    objective.invalid_below = 5;
    OptimizerState state = at(-1.2, 1);
    ::testing::internal::CaptureStderr();
    const Outcome outcome = minimize(objective, options, state, go_on);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    EXPECT_FALSE(outcome.ok());
    EXPECT_FALSE(outcome.reason.empty());
    EXPECT_EQ(state.x, Eigen::Vector2d(-1.2, 1));
}

TEST_P(Optimizer, StartsAtTheMinimumAndStaysThere)
{
    Rosenbrock objective;
    OptimizerState state = at(1, 1);
    const Outcome outcome = minimize(objective, options, state, go_on);
    EXPECT_EQ(outcome.status, Status::converged) << outcome.reason;
    EXPECT_EQ(state.x, Eigen::Vector2d(1, 1));
}

TEST_P(Optimizer, SaysThatTheIterationsDidNotSuffice)
{
    Rosenbrock objective;
    OptimizerState state = at(-1.2, 1);
    OptimizerOptions few = options;
    few.iterations = 3;
    const Outcome outcome = minimize(objective, few, state, go_on);
    // Adam is asked for a number of iterations; the others for a minimum.
    EXPECT_EQ(outcome.status, GetParam() == "adam" ? Status::finished : Status::iteration_limit);
    EXPECT_LE(state.iteration, 3);
}

std::vector<std::string_view> ids()
{
    std::vector<std::string_view> result;
    for (const OptimizerInfo& info : optimizers()) result.push_back(info.id);
    return result;
}
INSTANTIATE_TEST_SUITE_P(All, Optimizer, ::testing::ValuesIn(ids()),
                         [](const auto& instance) { return std::string(instance.param); });

TEST(Optimizers, LevenbergMarquardtAndLbfgsGoAroundPointsThatCannotBeEvaluated)
{
    for (const char* id : {"lm", "lbfgs"}) {
        Rosenbrock objective;
        objective.invalid_below = -1.25;
        OptimizerState state = at(-1.2, 1);
        EXPECT_TRUE(minimize(objective, options_of(id), state, go_on).ok()) << id;
        EXPECT_NEAR(state.x[0], 1, 1e-6) << id;
    }
}

/// The same in a unit of the loss that is `unit` times smaller: r becomes r times the root of it.
class InAnotherUnit final : public Objective {
public:
    InAnotherUnit(Objective& objective, double unit) : objective_(objective), unit_(unit) {}
    Eigen::Index size() const override { return objective_.size(); }
    const Eigen::VectorXd& lower() const override { return objective_.lower(); }
    const Eigen::VectorXd& upper() const override { return objective_.upper(); }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override
    {
        const bool valid = objective_.evaluate(x, loss, gradient);
        loss *= unit_;
        if (valid && gradient) *gradient *= unit_;
        return valid;
    }
    bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) override
    {
        const bool valid = objective_.linearise(x, reduced);
        reduced.r *= std::sqrt(unit_);
        reduced.q *= std::sqrt(unit_);
        reduced.rest *= unit_;
        return valid;
    }
    bool sum_of_squares(const Eigen::VectorXd& x, double& sum) override
    {
        const bool valid = objective_.sum_of_squares(x, sum);
        sum *= unit_;
        return valid;
    }

private:
    Objective& objective_;
    double unit_;
};

TEST(Optimizers, OfAScaledObjectiveTakeTheSameWayInAnyUnitOfTheLoss)
{
    for (const std::string_view id : ids()) {
        OptimizerOptions options = options_of(id);
        options.iterations = std::min<long>(options.iterations, 300);
        Rosenbrock plain;
        OptimizerState first = at(-1.2, 1);
        const Outcome outcome = minimize(plain, options, first, go_on);
        for (const double unit : {0x1p-110, 0x1p70}) {  // powers of four: no bit is lost
            Rosenbrock objective;
            InAnotherUnit other(objective, unit);
            ScaledObjective scaled(other, unit);
            OptimizerState state = at(-1.2, 1);
            EXPECT_EQ(minimize(scaled, options, state, go_on).status, outcome.status) << id;
            EXPECT_EQ(state.x, first.x) << id;
            EXPECT_EQ(state.iteration, first.iteration) << id;
            EXPECT_EQ(state.loss, first.loss) << id;
        }
    }
}

/// Residuals x - 1 and `effect` (y - 1): an unknown of little effect beside one of a large one.
class OfLittleEffect final : public Objective {
public:
    explicit OfLittleEffect(double effect)
        : effect_(effect), lower_(Eigen::Vector2d::Constant(-infinity)), upper_(Eigen::Vector2d::Constant(infinity))
    {
    }
    Eigen::Index size() const override { return 2; }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool evaluate(const Eigen::VectorXd&, double&, Eigen::VectorXd*) override { return false; }
    bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) override
    {
        RowReducer reducer(2);
        reducer.add(Eigen::RowVector2d(1, 0), x[0] - 1);
        reducer.add(Eigen::RowVector2d(0, effect_), effect_ * (x[1] - 1));
        reduced = reducer.result();
        return true;
    }
    bool sum_of_squares(const Eigen::VectorXd& x, double& sum) override
    {
        sum = (x[0] - 1) * (x[0] - 1) + effect_ * effect_ * (x[1] - 1) * (x[1] - 1);
        return true;
    }

private:
    double effect_;
    Eigen::VectorXd lower_, upper_;
};

TEST(Optimizers, LevenbergMarquardtMovesAnUnknownOfLittleEffectAsWell)
{
    OptimizerOptions options = options_of("lm");
    options.gradient_tolerance = 0;
    for (const double effect : {1.0, 1e-3, 1e-6, 1e-10}) {
        OfLittleEffect objective(effect);
        OptimizerState state = at(0, 0);
        EXPECT_TRUE(minimize(objective, options, state, go_on).ok()) << effect;
        EXPECT_NEAR(state.x[0], 1, 1e-6) << effect;
        EXPECT_NEAR(state.x[1], 1, 1e-3) << effect;
    }
}

TEST(Optimizers, LevenbergMarquardtLeavesAnUnknownOfNoEffectWhereItIs)
{
    OfLittleEffect objective(0);
    OptimizerState state = at(0, 0.3);
    EXPECT_TRUE(minimize(objective, options_of("lm"), state, go_on).ok());
    EXPECT_NEAR(state.x[0], 1, 1e-6);
    EXPECT_EQ(state.x[1], 0.3);
}

TEST(Optimizers, AnUnknownOneIsAnErrorThatListsTheKnown)
{
    OptimizerOptions options;
    options.optimizer = "newton";
    Rosenbrock objective;
    OptimizerState state = at(0, 0);
    try {
        minimize(objective, options, state, go_on);
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_THAT(error.what(), HasSubstr("newton"));
        EXPECT_THAT(error.what(), HasSubstr("lm"));
    }
}

}  // namespace
}  // namespace syzygy
