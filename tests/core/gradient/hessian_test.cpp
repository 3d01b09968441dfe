// Second derivatives of the loss: against differences of the gradient over the same steps, in double and in long
// double.
#include "core/gradient/hessian.hpp"

#include "core/ode/dual_system.hpp"
#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::record;
using testing::relative_error;
using testing::SquaresLoss;

template <class Real>
using ThreeBodies = GradientProblem<ThreeBody<Real>, SquaresLoss<Real, 9>>;

/// Observations far from the solution, so that both terms of the Hessian of a sum of squares count.
template <class Real>
SquaresLoss<Real, 9> loss_of(double t1)
{
    SquaresLoss<Real, 9> loss;
    for (int k = 0; k <= 20; ++k) {
        Eigen::Matrix<Real, 9, 1> target;
        for (int c = 0; c < 9; ++c) target[c] = Real(0.3) * std::cos(Real(c + k));
        loss.observe(k == 20 ? Real(t1) : Real(t1) * k / 20, target, std::pow(Real(0.3), Real(k) / 20));
    }
    return loss;
}

/// The gradient (masses, initial state) over given steps at a point moved by h along unknown `unknown`.
template <const auto& tableau, class Real>
Eigen::Matrix<Real, 21, 1> moved_gradient(const StepGrid<Real>& grid, double t1, Eigen::Index unknown, Real h)
{
    Eigen::Matrix<Real, 3, 1> masses(1, 1, 1);
    auto task = AcaExample::task<Real>(0, Real(t1), 1e-6);
    if (unknown < 3)
        masses[unknown] += h;
    else
        task.y0[unknown - 3] += h;
    const auto system = AcaExample::system<Real>(masses);
    const auto loss = loss_of<Real>(t1);
    const ThreeBodies<Real> problem{&system, &loss, task};
    AcaWorkspace<ThreeBodies<Real>> workspace;
    const auto gradient = gradient_over<tableau>(problem, grid, workspace);
    Eigen::Matrix<Real, 21, 1> whole;
    whole << gradient->parameters, gradient->initial_state;
    return whole;
}

/// d gradient / d unknown by central differences with two Richardson steps: error of order h^6.
template <const auto& tableau, class Real>
Eigen::Matrix<Real, 21, 1> difference(const StepGrid<double>& steps, double t1, Eigen::Index unknown, Real h)
{
    StepGrid<Real> grid;
    grid.t.assign(steps.t.begin(), steps.t.end());
    grid.h.assign(steps.h.begin(), steps.h.end());
    const auto central = [&](Real width) -> Eigen::Matrix<Real, 21, 1> {
        return (moved_gradient<tableau>(grid, t1, unknown, width) -
                moved_gradient<tableau>(grid, t1, unknown, -width)) /
               (2 * width);
    };
    const Eigen::Matrix<Real, 21, 1> wide = central(h), middle = central(h / 2), narrow = central(h / 4);
    const Eigen::Matrix<Real, 21, 1> first = (4 * middle - wide) / 3, second = (4 * narrow - middle) / 3;
    return (16 * second - first) / 15;
}

struct Example {
    explicit Example(double end) : t1(end), loss(loss_of<double>(end)) {}
    double t1;
    ThreeBody<double> system = AcaExample::system<double>(Eigen::Vector3d(1, 1, 1));
    SquaresLoss<double, 9> loss;
    ThreeBodies<double> problem{&system, &loss, AcaExample::task<double>(0, t1, 1e-6)};

    template <const auto& tableau>
    StepGrid<double> steps() const
    {
        StepGrid<double> grid;
        GridRecorder<double> recorder(grid, 0);
        solve_with<tableau>(system, problem.task, recorder);
        return grid;
    }
};

/// All 21 columns on [0, 0.8] and [0, -0.6], the windows of the conformance suite.
template <const auto& tableau>
void expect_differences_of_the_gradient(double t1)
{
    SCOPED_TRACE(tableau.id);
    Example example(t1);
    const auto result = hessian<tableau>(example.problem);
    ASSERT_TRUE(result.gradient.outcome.ok()) << result.gradient.outcome.reason;
    const auto grid = example.template steps<tableau>();
    const double scale = result.matrix.norm();
    EXPECT_LE((result.matrix - result.matrix.transpose()).norm(), 1e-11 * scale);
    double worst = 0, worst_long = 0;
    for (int unknown = 0; unknown < 21; ++unknown) {
        const Eigen::Matrix<double, 21, 1> by_double = difference<tableau, double>(grid, t1, unknown, 2e-5);
        worst = std::max(worst, (result.matrix.col(unknown) - by_double).norm() / by_double.norm());
        const Eigen::Matrix<double, 21, 1> by_long_double =
            difference<tableau, long double>(grid, t1, unknown, 4e-6L).template cast<double>();
        worst_long = std::max(worst_long, (result.matrix.col(unknown) - by_long_double).norm() / by_long_double.norm());
    }
    // In double the gradient's rounding, 1e-12 after the amplification by the solve, is divided by 5e-6; what
    // extrapolation leaves (h^6) is below that. In long double rounding is 1e-3 of it and the step a fifth: what
    // is left is the rounding of the Hessian in double, 1e-16 in its constants, which the solve amplifies 1e7 times.
    EXPECT_LE(worst, 1e-6);
    EXPECT_LE(worst_long, 1e-8);
    record(std::string(tableau.id) + (t1 > 0 ? "_forward_" : "_backward_") + "double", worst);
    record(std::string(tableau.id) + (t1 > 0 ? "_forward_" : "_backward_") + "long_double", worst_long);
}

TEST(Hessian, OfThreeBodiesEqualsDifferencesOfTheGradientInDoubleAndLongDouble)
{
    // (Other methods: tests of physics/model.)
    for (const double t1 : {0.8, -0.6}) expect_differences_of_the_gradient<dormand_prince54>(t1);
}

TEST(Hessian, CarriesTheGradientOfAcaItself)
{
    const Example example(0.8);
    AcaWorkspace<ThreeBodies<double>> workspace;
    const auto expected = detail::aca_with<dormand_prince54>(example.problem, workspace);
    Directions<ThreeBody<double>, 1> direction;
    direction.set_unit(0, 1);
    const auto result = hessian_products<dormand_prince54, 1>(example.problem, direction);
    ASSERT_TRUE(result.gradient.outcome.ok());
    EXPECT_EQ(result.gradient.forward.accepted, expected.forward.accepted);
    EXPECT_NEAR(result.gradient.loss, expected.loss, 1e-14 * expected.loss);
    EXPECT_LE(relative_error(result.gradient.parameters, expected.parameters), 1e-12);
    EXPECT_LE(relative_error(result.gradient.initial_state, expected.initial_state), 1e-12);
    // A replay of the accepted steps with its first evaluation, and what ACA's backward pass takes.
    EXPECT_EQ(result.tangents.vjp_evaluations, expected.backward.vjp_evaluations);
    EXPECT_EQ(result.tangents.rhs_evaluations,
              expected.forward.accepted * dormand_prince54.stages + 1 + expected.backward.rhs_evaluations);
}

TEST(Hessian, TimesADirectionIsLinearInIt)
{
    const Example example(0.8);
    const auto whole = hessian<dormand_prince54>(example.problem);
    Directions<ThreeBody<double>, 1> direction;
    direction.parameters << 0.3, -1, 2;
    direction.initial_state = State::LinSpaced(-1, 1);
    Eigen::Matrix<double, 21, 1> vector, product;
    vector << direction.parameters, direction.initial_state;
    const auto result = hessian_products<dormand_prince54, 1>(example.problem, direction);
    product << result.products.parameters, result.products.initial_state;
    EXPECT_LE((product - whole.matrix * vector).norm(), 1e-11 * whole.matrix.norm() * vector.norm());
}

/// x' = -p x from x0, one observation (x - c)^2 at t: x = x0 exp(-p t), all second derivatives in closed form.
struct Decay {
    static constexpr int states = 1, parameters = 1;
    void rhs(auto, const auto& y, const auto& p, auto& dydt) const { dydt[0] = -p[0] * y[0]; }
};

TEST(Hessian, OfASystemByDualsEqualsTheClosedForm)
{
    using System = DualSystem<Decay>;
    using Loss = SquaresLoss<double, 1>;
    const double p = 0.7, x0 = 1.5, t = 2, c = 0.4;
    const System system(System::Parameters{p});
    Loss loss;
    loss.observe(t, Loss::Observed(c), 1);
    GradientProblem<System, Loss> problem{&system, &loss, {System::State(x0), 0, 3, {}, System::State(1e-14)}};
    problem.task.options.method = "dop853";
    problem.task.options.rtol = 1e-14;
    const auto result = hessian<dop853>(problem);
    ASSERT_TRUE(result.gradient.outcome.ok());
    const double e = std::exp(-p * t), x = x0 * e;
    EXPECT_NEAR(result.matrix(0, 0), 2 * t * t * x * x + 2 * (x - c) * t * t * x, 1e-11);
    EXPECT_NEAR(result.matrix(0, 1), -2 * t * x * e - 2 * (x - c) * t * e, 1e-11);
    EXPECT_NEAR(result.matrix(1, 0), result.matrix(0, 1), 1e-13);
    EXPECT_NEAR(result.matrix(1, 1), 2 * e * e, 1e-11);
}

TEST(Hessian, HasTheOutcomeOfItsSolve)
{
    Example example(0.8);
    Directions<ThreeBody<double>, 1> direction;
    direction.set_unit(0, 0);
    const auto status = [&] {
        return hessian_products<dormand_prince54, 1>(example.problem, direction).gradient.outcome.status;
    };
    example.problem.task.options.max_evaluations = 50;
    EXPECT_EQ(status(), Status::evaluation_limit);
    example.problem.task.options.max_evaluations = 100000;
    EXPECT_EQ(status(), Status::reached);
    std::stop_source source;
    source.request_stop();
    example.problem.task.stop = source.get_token();
    EXPECT_EQ(status(), Status::stopped);
}

}  // namespace
}  // namespace syzygy
