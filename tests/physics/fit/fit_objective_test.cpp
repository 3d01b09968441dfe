// The linearised least-squares problem against finite differences and against the loss.
#include "physics/fit/objective.hpp"

#include "physics/guess/first_guess.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;

struct Case {
    const char* name;
    DataOptions data;
    FitOptions fit;
    RobustLoss robust = RobustLoss::none;
};

DataOptions data_with(void (*change)(DataOptions&))
{
    DataOptions options;
    change(options);
    return options;
}
FitOptions fit_with(const char* free, const char* priors = "")
{
    FitOptions options;
    options.free = free;
    options.priors = priors;
    return options;
}

const Case cases[] = {
    {"Masses", {}, fit_with("masses")},
    {"AllFree", {}, fit_with("masses,initial")},
    {"Priors", {}, fit_with("masses,x1", "m1=1.4:0.01,x1=0.1:0.005,m2=1:0.2")},
    {"Decay", data_with([](DataOptions& o) { o.decay = 0.01; }), fit_with("masses,velocities")},
    {"Velocities", data_with([](DataOptions& o) { o.velocities = true; }), fit_with("masses,initial")},
    {"RelativeTo", data_with([](DataOptions& o) { o.relative_to = "3"; }), fit_with("masses,initial")},
    {"RelativeVelocities", data_with([](DataOptions& o) {
         o.relative_to = "1";
         o.velocities = true;
     }),
     fit_with("masses,initial")},
    {"Huber", {}, fit_with("masses,vx1"), RobustLoss::huber},
    {"Cauchy", {}, fit_with("masses,initial", "m3=1:0.1"), RobustLoss::cauchy},
};

class LinearisedFit : public ::testing::TestWithParam<Case> {
protected:
    static Observations observations()
    {
        Observations data = with_noise(exact_samples("aca", 0.6, 30, true), 0.02, 5);
        data.velocity_sigmas.setConstant(9, 30, 0.04);
        data.positions(4, 7) = data.velocities(2, 9) = std::nan("");
        return data;
    }

    const PreparedData data = prepare(observations(), GetParam().data, GetParam().robust, 1.5);
    const ParameterSet parameters{data, GetParam().fit, {{1.0, 1.2, 0.8}, first_guess(data).initial_state}};
    FitObjective objective{data, parameters, {}, "aca", {}};
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(parameters.size(), -0.02, 0.03);
};

TEST_P(LinearisedFit, HasTheSumOfSquaresAndGradientOfTheLoss)
{
    ReducedLeastSquares reduced;
    double loss = 0, sum = 0;
    Eigen::VectorXd gradient(x.size());
    ASSERT_TRUE(objective.linearise(x, reduced));
    ASSERT_TRUE(objective.evaluate(x, loss, &gradient));
    ASSERT_TRUE(objective.sum_of_squares(x, sum));
    const auto n = static_cast<double>(data.size());
    EXPECT_NEAR(reduced.squared_norm(), sum, 1e-11 * sum);
    EXPECT_NEAR(n * loss, sum, 1e-11 * sum);
    const Eigen::VectorXd from_rows = 2 * reduced.r.transpose() * reduced.q / n;
    EXPECT_LT((from_rows - gradient).norm(), 1e-9 * gradient.norm());
}

TEST_P(LinearisedFit, ItsGradientIsThatOfCentralDifferences)
{
    double loss = 0;
    Eigen::VectorXd gradient(x.size()), differences(x.size());
    ASSERT_TRUE(objective.evaluate(x, loss, &gradient));
    // Truncation h^2 and rounding 1e-12 / h: both near 1e-8 at 1e-4.
    constexpr double h = 1e-4;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        double ahead = 0, behind = 0;
        Eigen::VectorXd moved = x;
        moved[i] += h;
        ASSERT_TRUE(objective.sum_of_squares(moved, ahead));
        moved[i] -= 2 * h;
        ASSERT_TRUE(objective.sum_of_squares(moved, behind));
        differences[i] = (ahead - behind) / (2 * h) / static_cast<double>(data.size());
    }
    // Huber's second derivative jumps: where a residual crosses the corner, h counts to first order.
    EXPECT_LT((gradient - differences).norm(),
              (GetParam().robust == RobustLoss::huber ? 1e-4 : 1e-5) * gradient.norm());
}

TEST_P(LinearisedFit, ItsNormalMatrixIsTheSecondDerivativeAtZeroResiduals)
{
    if (GetParam().robust != RobustLoss::none || !GetParam().fit.priors.empty())
        GTEST_SKIP() << "residuals are not zero anywhere";
    // With the model's own predictions as data, the sum of squares around x is |J d|^2.
    Observations own = observations();
    const ModelPoint here = parameters.point(x);
    ThreeBodySystem system = find_scenario("aca").make();
    system.set_state(here.initial_state);
    for (int i = 0; i < 3; ++i) system.bodies[static_cast<std::size_t>(i)].mass = here.masses[i];
    const Observations predicted = exact_samples(system, 0.6, 30, true);
    own.positions = predicted.positions;
    own.velocities = predicted.velocities;
    const PreparedData prepared = prepare(own, GetParam().data);
    FitObjective exact(prepared, parameters, {}, "aca", {});
    ReducedLeastSquares reduced;
    ASSERT_TRUE(exact.linearise(x, reduced));
    Random random(2);
    for (int trial = 0; trial < 5; ++trial) {
        Eigen::VectorXd direction(x.size());
        for (double& component : direction) component = random.normal();
        double ahead = 0, behind = 0;
        constexpr double h = 1e-5;
        ASSERT_TRUE(exact.sum_of_squares(x + h * direction, ahead));
        ASSERT_TRUE(exact.sum_of_squares(x - h * direction, behind));
        const double second = (ahead + behind) / (2 * h * h), linear = (reduced.r * direction).squaredNorm();
        EXPECT_NEAR(second / linear, 1, 1e-5);
    }
}

INSTANTIATE_TEST_SUITE_P(All, LinearisedFit, ::testing::ValuesIn(cases),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace syzygy
