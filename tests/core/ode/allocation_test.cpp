// No heap allocation in a step of a fixed-size state, nor in a gradient with a warmed-up workspace. Counts the global
// operator new of this executable.
#include "core/gradient/aca.hpp"
#include "core/ode/solver.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/loss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::allocations;
using testing::SquaresLoss;

SolveTask<State> example(std::string_view method)
{
    auto task = AcaExample::task<double>(0, 1, find_method(method).order <= 2 ? 1e-4 : 1e-7);
    task.options.method = method;
    if (!find_method(method).adaptive()) task.options.step = 0.01;
    return task;
}

std::vector<std::string> method_ids()
{
    std::vector<std::string> ids;
    for (const auto& info : method_infos) ids.emplace_back(info.id);
    return ids;
}

class AllocationsOf : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Methods, AllocationsOf, ::testing::ValuesIn(method_ids()),
                         [](const auto& row) { return row.param; });

TEST(Allocations, AreCounted)
{
    const long before = allocations;
    const std::vector<double> one(100);
    EXPECT_EQ(allocations, before + 1) << one.size();
}

TEST_P(AllocationsOf, ASolveAreNoneWithAndWithoutDenseOutput)
{
    const auto system = AcaExample::system<double>(AcaExample::true_masses<double>());
    const auto task = example(GetParam());
    with_method(
        GetParam(), [&]<const auto & tableau>(Method<tableau>) {
            for (const bool read_dense : {false, true}) {
                NoObserver nobody;
                const long before = allocations;
                Solver<tableau, ThreeBody<double>> solver(system, task);
                typename Step<tableau, ThreeBody<double>>::Polynomial polynomial;
                while (solver.advance(nobody))
                    if (read_dense) solver.step().dense_polynomial(polynomial);
                EXPECT_EQ(allocations, before);
                EXPECT_EQ(solver.status(), Status::reached);
                EXPECT_GT(solver.counts().accepted, 20);
            }
        });
}

TEST_P(AllocationsOf, AnAcaGradientAreNoneOnceItsWorkspaceIsWarm)
{
    using Loss = SquaresLoss<double, 9>;
    using Problem = GradientProblem<ThreeBody<double>, Loss>;
    const auto system = AcaExample::system<double>(AcaExample::true_masses<double>());
    Loss loss;
    for (int k = 0; k <= 1000; ++k) loss.observe(k / 1000.0, Loss::Observed::Zero(), 1);
    const Problem problem{&system, &loss, example(GetParam())};
    AcaWorkspace<Problem> workspace;
    const double first = aca(problem, workspace).loss;
    const long before = allocations;
    const auto result = aca(problem, workspace);
    EXPECT_EQ(allocations, before);
    EXPECT_TRUE(result.outcome.ok());
    EXPECT_EQ(result.loss, first);
}

}  // namespace
}  // namespace syzygy
