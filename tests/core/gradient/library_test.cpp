// The interface for systems of one's own: losses of any function, gradients by every method of the table.
#include "core/gradient/hessian.hpp"
#include "core/gradient/methods.hpp"
#include "core/syzygy.hpp"

#include "tests/support/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using testing::relative_error;

/// x' = -p x from x0: x(t) = x0 exp(-p t).
struct Decay {
    static constexpr int states = 1, parameters = 1;
    void rhs(auto, const auto& y, const auto& p, auto& dydt) const { dydt[0] = -p[0] * y[0]; }
};
using System = DualSystem<Decay>;
const double rate = 0.7, start = 1.5, end = 2;
const System decay(System::Parameters{rate});

SolverOptions options_of(std::string_view method, double rtol)
{
    SolverOptions options;
    options.method = method;
    options.rtol = rtol;
    return options;
}

/// L = x(end)^3, whose derivatives are in closed form, by every method: to 1e-6, at which even those of second order
/// arrive.
TEST(GradientOfOnesOwnSystem, ByEveryMethodOfTheTableEqualsTheClosedFormForwardAndBackward)
{
    for (const double t1 : {end, -end}) {
        const auto loss = loss_at_end<1>(t1, [](const auto& y) { return y[0] * y[0] * y[0]; });
        const auto problem =
            problem_of(decay, loss, task_of(decay, System::State(start), 0, t1, options_of("dopri5", 1e-10)));
        const double x = start * std::exp(-rate * t1), cube = x * x * x;
        for (const GradientMethodInfo& info : gradient_method_infos()) {
            SCOPED_TRACE(info.id);
            auto own = problem;
            // A method with a step of its own is of second order.
            if (info.solvers == SolverSupport::own) own.task.options.rtol = 1e-7;
            const auto result = run_gradient(info.id, own);
            ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
            EXPECT_NEAR(result.loss, cube, 1e-5 * cube);
            EXPECT_NEAR(result.parameters[0], -3 * t1 * cube, 1e-5 * std::abs(3 * t1 * cube));
            EXPECT_NEAR(result.initial_state[0], 3 * cube / start, 1e-5 * 3 * cube / start);
            if (result.t0) { EXPECT_NEAR(*result.t0, 3 * rate * cube, 1e-4 * 3 * rate * cube); }
            if (result.t1) { EXPECT_NEAR(*result.t1, -3 * rate * cube, 1e-4 * 3 * rate * cube); }
        }
    }
}

TEST(FunctionLoss, WithACotangentByHandOrByDualsIsTheSame)
{
    const std::vector<double> times{0, 0.3, 1, 2};
    const auto by_duals = loss_at<1>(times, [](std::size_t k, const auto& y) {
        using std::exp;
        return exp(-y[0]) * double(k + 1);
    });
    const auto by_hand = loss_at<1>(times, [](std::size_t k, const auto& y, auto& cotangent) {
        using std::exp;
        const auto term = exp(-y[0]) * double(k + 1);
        cotangent[0] = -term;
        return term;
    });
    const auto task = task_of(decay, System::State(start), 0, end, options_of("dopri5", 1e-9));
    const auto one = aca<dormand_prince54>(problem_of(decay, by_duals, task));
    const auto two = aca<dormand_prince54>(problem_of(decay, by_hand, task));
    EXPECT_NEAR(one.loss, two.loss, 1e-14);
    EXPECT_NEAR(one.parameters[0], two.parameters[0], 1e-14);
    EXPECT_NEAR(one.initial_state[0], two.initial_state[0], 1e-14);
    // And the second derivatives, duals of duals.
    const auto h1 = hessian<dormand_prince54>(problem_of(decay, by_duals, task));
    const auto h2 = hessian<dormand_prince54>(problem_of(decay, by_hand, task));
    EXPECT_LE(relative_error(h1.matrix, h2.matrix), 1e-14);
    const auto by_name = hessian(problem_of(decay, by_duals, task));
    EXPECT_EQ(by_name.matrix, h1.matrix);
}

TEST(FunctionLoss, OfTheEndStateAloneSeesNoOtherTime)
{
    const auto loss = loss_at_end<1>(end, [](const auto& y, auto& cotangent) {
        cotangent[0] = 2.0 * y[0];
        return y[0] * y[0];
    });
    const auto result = aca<dormand_prince54>(
        problem_of(decay, loss, task_of(decay, System::State(start), 0, end, options_of("dopri5", 1e-11))));
    const double x = start * std::exp(-rate * end);
    EXPECT_NEAR(result.parameters[0], -2 * end * x * x, 1e-9);
}

}  // namespace
}  // namespace syzygy
