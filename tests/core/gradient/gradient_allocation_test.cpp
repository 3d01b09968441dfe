// No gradient method that keeps its workspace allocates in a step: nothing at all once it was through a solve as long.
#include "core/gradient/aca_binomial.hpp"
#include "core/gradient/aca_tape.hpp"
#include "core/gradient/backprop.hpp"
#include "core/gradient/naive.hpp"
#include "core/gradient/symplectic.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/loss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::allocations;
using Loss = testing::SquaresLoss<double, 9>;
using Problem = GradientProblem<ThreeBody<double>, Loss>;

/// `run(problem)` three times: on a solve, on one of more steps, and on the first again.
template <class Run>
void expect_none_once_warm(std::string_view method, Run&& run)
{
    SCOPED_TRACE(method);
    const auto system = AcaExample::system<double>(AcaExample::true_masses<double>());
    Loss loss;
    for (int k = 0; k <= 100; ++k) loss.observe(k / 100.0, Loss::Observed::Zero(), 1);
    Problem loose{&system, &loss, AcaExample::task<double>(0, 1, 1e-5)}, tight{&system, &loss, AcaExample::task<double>(0, 1, 1e-8)};
    loose.task.options.method = tight.task.options.method = method;
    const auto first = run(tight);
    ASSERT_TRUE(first.outcome.ok());
    const auto count = [&](const Problem& problem) {
        const long before = allocations;
        const auto result = run(problem);
        EXPECT_TRUE(result.outcome.ok());
        return allocations - before;
    };
    EXPECT_EQ(count(loose), 0);
    EXPECT_EQ(count(tight), 0);
    EXPECT_EQ(run(tight).parameters, first.parameters);
}

template <const auto& tableau>
void expect_none()
{
    AcaWorkspace<Problem> aca_workspace;
    BinomialWorkspace<Problem> binomial_workspace;
    BackpropWorkspace<tableau, Problem> backprop_workspace;
    NaiveWorkspace<tableau, Problem> naive_workspace;
    expect_none_once_warm(tableau.id, [&](const Problem& problem) {
        return detail::aca_with<tableau, Replay::stage_wise>(problem, aca_workspace);
    });
    expect_none_once_warm(tableau.id, [&](const Problem& problem) {
        return detail::aca_with<tableau, Replay::whole_step>(problem, aca_workspace);
    });
    expect_none_once_warm(tableau.id, [&](const Problem& problem) {
        return detail::aca_binomial_with<tableau>(problem, binomial_workspace);
    });
    expect_none_once_warm(tableau.id, [&](const Problem& problem) {
        return detail::backprop_with<tableau>(problem, backprop_workspace);
    });
    expect_none_once_warm(tableau.id, [&](const Problem& problem) {
        return detail::naive_with<tableau>(problem, naive_workspace);
    });
}

TEST(GradientAllocations, AreNoneOnceTheWorkspaceIsWarm)
{
    expect_none<dormand_prince54>();
}

TEST(GradientAllocations, AreNoneWithStagesForTheDenseOutputAlone)
{
    expect_none<dop853>();
}

}  // namespace
}  // namespace syzygy
