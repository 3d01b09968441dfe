// The warning of a fit whose gradient the solver got wrong.
#include "physics/fit/gradient_check.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::aca_masses;
using testing::exact_samples;
using testing::setup_from;
using ::testing::Contains;
using ::testing::Field;
using ::testing::Not;

const auto gradient_error = Field("code", &Warning::code, "gradient-error");

/// The ACA example through its close encounter at t = 0.871, fitted from (1, 1, 1).
FitResult fit(const std::string& optimizer, double rtol, long iterations)
{
    static const Observations data = exact_samples("aca", 1, 200);
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses", optimizer);
    setup.optimizer.iterations = iterations;
    setup.solver.rtol = rtol;
    return run_fit(data, setup);
}

TEST(GradientError, IsWarnedOfWhereALooseSolvePassesTheCloseEncounter)
{
    const FitResult result = fit("adam", 1e-3, 20);
    EXPECT_THAT(result.warnings, Contains(gradient_error));
}

TEST(GradientError, IsNotThereAtTheTolerancesThatFitsHaveByDefault)
{
    for (const std::string optimizer : {"adam", "lbfgs", "lm"}) {
        const FitResult result = fit(optimizer, default_rtol(optimizer), 30);
        EXPECT_THAT(result.warnings, Not(Contains(gradient_error))) << optimizer;
    }
}

TEST(GradientError, IsNotJudgedWhereTheFitBeganAtItsMinimum)
{
    // There the gradient is all error, at any tolerance.
    const Observations data = exact_samples("aca", 1, 200);
    const FitSetup setup = setup_from(aca_masses, "masses");
    const PreparedData prepared = fit_data(data, setup);
    std::vector<std::string> notes;
    const ParameterSet parameters(prepared, setup.fit, fit_start(prepared, setup, notes));
    const ModelOptions model{setup.solver, setup.data.observe, setup.data.softening};
    EXPECT_FALSE(gradient_warning(prepared, parameters, Eigen::Vector3d::Constant(1e-7), model));
}

}  // namespace
}  // namespace syzygy
