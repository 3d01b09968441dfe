// The Hessian of three bodies' loss by the masses: against differences of the gradient over the same steps, for every
// kind of loss; and what it converges to.
#include "physics/model/hessian.hpp"

#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using namespace testing;

const ModelPoint somewhere{{1.05, 1.2, 0.8}, find_scenario("aca").make().state()};

/// Noisy data up to t = 0.6, before the close approach.
Observations data_of_the_example()
{
    Observations data = with_noise(exact_samples("aca", 0.6, 40, true), 0.01, 11);
    data.velocity_sigmas = 2 * data.position_sigmas;
    return data;
}

/// Columns of the mass Hessian by central differences of the gradient, twice extrapolated. The method's steps are
/// fixed: the same for every mass, as the Hessian has them.
Eigen::Matrix3d differences(const PreparedData& data, const ModelOptions& options)
{
    Eigen::Matrix3d matrix;
    for (int i = 0; i < 3; ++i) {
        const auto central = [&](double width) -> Eigen::Vector3d {
            ModelPoint above = somewhere, below = somewhere;
            above.masses[i] += width;
            below.masses[i] -= width;
            return (compute_gradient(data, above, options).parameters -
                    compute_gradient(data, below, options).parameters) /
                   (2 * width);
        };
        const Eigen::Vector3d wide = central(1e-3), middle = central(5e-4), narrow = central(2.5e-4);
        matrix.col(i) = (16 * (4 * narrow - middle) / 3 - (4 * middle - wide) / 3) / 15;
    }
    return matrix;
}

struct LossKind {
    std::string name;
    DataOptions options;
    RobustLoss robust = RobustLoss::none;
    double scale = 1;
    double moved = 0;  ///< added to every observed position
};

std::vector<LossKind> kinds()
{
    DataOptions positions, velocities, relative;
    positions.decay = 0.3;
    velocities.velocities = true;
    relative = velocities;
    relative.relative_to = "2";
    // Where a residual crosses Huber's corner within a difference, differences are not derivatives: hence that loss
    // with all residuals inside, and with all of them (moved 50 sigmas away) beyond.
    return {{"positions", positions},
            {"velocities", velocities},
            {"relative", relative},
            {"cauchy", velocities, RobustLoss::cauchy, 5},
            {"cauchy_relative", relative, RobustLoss::cauchy, 20},
            {"huber_inside", positions, RobustLoss::huber, 1e6},
            {"huber_beyond", positions, RobustLoss::huber, 1, 0.5}};
}

TEST(MassHessian, EqualsDifferencesOfTheGradientForEveryKindOfLoss)
{
    for (const LossKind& kind : kinds()) {
        SCOPED_TRACE(kind.name);
        Observations observations = data_of_the_example();
        observations.positions.array() += kind.moved;
        const PreparedData data = prepare(observations, kind.options, kind.robust, kind.scale);
        ModelOptions options;
        options.solver.method = "rk4";
        options.solver.step = 0.005;
        const MassHessian hessian = mass_hessian(data, somewhere, options);
        ASSERT_TRUE(hessian.gradient.outcome.ok()) << hessian.gradient.outcome.reason;
        const auto gradient = compute_gradient(data, somewhere, options);
        EXPECT_NEAR(hessian.gradient.loss, gradient.loss, 1e-13 * gradient.loss);
        EXPECT_LE((hessian.gradient.parameters - gradient.parameters).norm(), 1e-12 * gradient.parameters.norm());
        const double scale = hessian.matrix.norm();
        EXPECT_LE((hessian.matrix - hessian.matrix.transpose()).norm(), 1e-12 * scale);
        // Rounding, 1e-13 and more of the gradient, over differences of 2.5e-4; what extrapolation leaves is less.
        const double error = (hessian.matrix - differences(data, options)).norm() / scale;
        EXPECT_LE(error, 1e-8);
        record(kind.name, error);
    }
}

TEST(MassHessian, ConvergesWithTheToleranceThroughEveryMethod)
{
    const PreparedData data = prepare(data_of_the_example(), {});
    ModelOptions options;
    const auto at = [&](const char* method, double rtol, double step) {
        options.solver.method = method;
        options.solver.rtol = rtol;
        options.solver.step = step;
        const MassHessian hessian = mass_hessian(data, somewhere, options);
        EXPECT_TRUE(hessian.gradient.outcome.ok()) << method << hessian.gradient.outcome.reason;
        return hessian.matrix;
    };
    const Eigen::Matrix3d reference = at("dop853", 1e-14, 0);
    // Errors of the methods' orders; the last number is what the tolerance or the step leaves, with a factor of ten.
    for (const auto& [method, rtol, step, error] :
         {std::tuple{"dopri5", 3e-12, 0.0, 1e-7}, std::tuple{"tsit5", 3e-12, 0.0, 1e-7},
          std::tuple{"rk45", 3e-12, 0.0, 1e-7}, std::tuple{"rk23", 1e-9, 0.0, 1e-5},
          std::tuple{"rk4", 1e-6, 1e-4, 1e-6}}) {
        const double found = (at(method, rtol, step) - reference).norm() / reference.norm();
        EXPECT_LE(found, error) << method;
        record(std::string("method_") + method, found);
    }
}

TEST(MassHessian, IsTheMassesPartOfProductsWithAnyDirections)
{
    const PreparedData data = prepare(data_of_the_example(), {});
    ModelOptions options;
    options.solver.rtol = 1e-8;
    const auto whole = hessian_products(data, somewhere, options, Eigen::Matrix<double, 21, 21>::Identity());
    ASSERT_TRUE(whole.gradient.outcome.ok());
    EXPECT_LE((whole.products - whole.products.transpose()).norm(), 1e-11 * whole.products.norm());
    const Eigen::Matrix3d masses = mass_hessian(data, somewhere, options).matrix;
    EXPECT_EQ(masses, (whole.products.topLeftCorner<3, 3>()));
    Eigen::Matrix<double, 21, Eigen::Dynamic> directions(21, 5);
    for (int i = 0; i < 21; ++i)
        for (int j = 0; j < 5; ++j) directions(i, j) = std::sin(1 + i + 3 * j);
    const auto some = hessian_products(data, somewhere, options, directions);
    EXPECT_LE((some.products - whole.products * directions).norm(), 1e-12 * some.products.norm());
    EXPECT_EQ(some.tangents.vjp_evaluations, 2 * whole.tangents.vjp_evaluations / 7);
}

TEST(MassHessian, HasTheOutcomeOfItsSolveAndRefusesWhatTheGradientRefuses)
{
    const PreparedData data = prepare(data_of_the_example(), {});
    ModelOptions options;
    options.solver.max_evaluations = 30;
    EXPECT_EQ(mass_hessian(data, somewhere, options).gradient.outcome.status, Status::evaluation_limit);
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(mass_hessian(data, somewhere, {}, source.get_token()).gradient.outcome.status, Status::stopped);
    options.solver.method = "rk5000";
    EXPECT_THROW(mass_hessian(data, somewhere, options), ArgumentError);
}

}  // namespace
}  // namespace syzygy
