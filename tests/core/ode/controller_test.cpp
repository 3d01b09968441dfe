#include "core/ode/controller.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace syzygy {
namespace {

SolverOptions integral_only()
{
    SolverOptions options;
    options.pi_beta = 0;
    return options;
}

TEST(StepController, WithoutMemoryIsTheElementaryOne)
{
    // Hairer, Norsett, Wanner I, II.4, eq. 4.13: h safety (1/err)^(1/(q+1)).
    for (const int order : {1, 4, 7}) {
        StepController<double> controller(integral_only(), order);
        EXPECT_DOUBLE_EQ(controller.accepted(0.3), 0.9 * std::pow(0.3, -1.0 / (order + 1)));
        EXPECT_DOUBLE_EQ(controller.rejected(7), 0.9 * std::pow(7, -1.0 / (order + 1)));
    }
}

TEST(StepController, KeepsItsFactorsInTheirRange)
{
    StepController<double> controller(integral_only(), 4);
    EXPECT_EQ(controller.accepted(0), 10);
    EXPECT_EQ(controller.accepted(1e-30), 10);
    EXPECT_EQ(controller.rejected(1e30), 0.2);
    EXPECT_LE(controller.rejected(1 + 1e-15), 0.9);
}

TEST(StepController, DoesNotGrowTheStepRightAfterARejection)
{
    StepController<double> controller(integral_only(), 4);
    controller.rejected(2);
    EXPECT_EQ(controller.accepted(1e-10), 1);
    EXPECT_GT(controller.accepted(1e-10), 1);
}

TEST(StepController, ShrinksByItsSmallestFactorAfterAnErrorThatIsNoNumber)
{
    StepController<double> controller(SolverOptions{}, 4);
    EXPECT_EQ(controller.rejected(std::nan("")), 0.2);
    EXPECT_EQ(controller.rejected(std::numeric_limits<double>::infinity()), 0.2);
}

TEST(StepController, WithMemoryBrakesWhereTheErrorGrows)
{
    // The same error after a small one (growing) and after an equal one.
    StepController<double> growing(SolverOptions{}, 4), steady(SolverOptions{}, 4);
    growing.accepted(0.01);
    steady.accepted(0.5);
    EXPECT_LT(growing.accepted(0.5), steady.accepted(0.5));
}

}  // namespace
}  // namespace syzygy
