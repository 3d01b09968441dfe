#include "core/gradient/finite_difference.hpp"

#include "tests/support/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace syzygy {
namespace {

using testing::SquaresLoss;

/// y' = -p y: y = y0 exp(-p t). It has neither vjp nor jvp.
struct Decay {
    using State = Eigen::Matrix<double, 1, 1>;
    using Parameters = Eigen::Matrix<double, 1, 1>;
    Parameters rate{0.7};

    const Parameters& parameters() const { return rate; }
    void set_parameters(const Parameters& parameters) { rate = parameters; }
    void rhs(double, const State& y, State& dydt) const { dydt = -rate[0] * y; }
};

using Loss = SquaresLoss<double, 1>;
using Problem = GradientProblem<Decay, Loss>;

TEST(FiniteDifference, EqualsTheClosedFormOfADecay)
{
    const Decay decay;
    Loss loss;
    const std::vector<double> times{0, 0.4, 1.1, 2};
    for (const double t : times) loss.observe(t, Loss::Observed(0.2), 1);
    for (const double y0 : {1.5, 0.0}) {  // at 0 the difference is taken from the typical magnitude
        Problem problem{&decay, &loss, {Decay::State(y0), 0, 2, {}, Decay::State(1e-14)}};
        problem.task.options.method = "dop853";
        problem.task.options.rtol = 1e-13;
        problem.task.options.max_step = 0.05;  // from 0 there is no error, and the steps would be as long as they can
        double d_rate = 0, d_y0 = 0;
        for (const double t : times) {
            const double y = y0 * std::exp(-0.7 * t), residual = y - 0.2;
            d_rate += 2 * residual * -t * y;
            d_y0 += 2 * residual * std::exp(-0.7 * t);
        }
        const auto result = finite_difference_gradient(problem);
        ASSERT_TRUE(result.outcome.ok());
        EXPECT_NEAR(result.parameters[0], d_rate, 1e-9);
        EXPECT_NEAR(result.initial_state[0], d_y0, 1e-9);
        EXPECT_FALSE(result.t0.has_value());
    }
}

}  // namespace
}  // namespace syzygy
