// Systems whose evaluations leave a tape for their vjps: what each method holds of it, and that the gradient is the same.
#include "core/gradient/aca_binomial.hpp"
#include "core/gradient/aca_tape.hpp"
#include "core/gradient/backprop.hpp"
#include "core/gradient/symplectic.hpp"

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
using Loss = testing::SquaresLoss<double, 9>;
using System = ThreeBody<double>;
using Problem = GradientProblem<System, Loss>;

/// The conformance suite counts through a wrapper that has no tape; here is the system itself, without the close approach.
struct Example {
    Example()
    {
        for (int k = 0; k <= 40; ++k) {
            const double t = 0.02 * k;
            Loss::Observed target;
            for (int c = 0; c < 9; ++c) target[c] = 0.3 * std::cos(c + 2 * t);
            loss.observe(t, target, 1);
        }
    }
    System system = AcaExample::system<double>(AcaExample::true_masses<double>());
    Loss loss;
    Problem problem{&system, &loss, AcaExample::task<double>(0, 0.8, 1e-6)};
};

template <const auto& tableau>
void expect_same()
{
    const Example example;
    AcaWorkspace<Problem> workspace;
    BinomialWorkspace<Problem> few;
    BackpropWorkspace<tableau, Problem> whole;
    const auto aca = detail::aca_with<tableau>(example.problem, workspace);
    const auto symplectic = detail::aca_with<tableau, Replay::stage_wise>(example.problem, workspace);
    const auto tape = detail::aca_with<tableau, Replay::whole_step>(example.problem, workspace);
    const auto backprop = detail::backprop_with<tableau>(example.problem, whole);
    const auto binomial = detail::aca_binomial_with<tableau>(example.problem, few);
    for (const auto* other : {&symplectic, &tape, &backprop, &binomial}) {
        ASSERT_TRUE(other->outcome.ok());
        EXPECT_LE(relative_error(other->parameters, aca.parameters), 1e-12);
        EXPECT_LE(relative_error(other->initial_state, aca.initial_state), 1e-12);
        EXPECT_NEAR(other->t0.value(), aca.t0.value(), 1e-12 * aca.initial_state.norm());
        EXPECT_NEAR(other->t1.value(), aca.t1.value(), 1e-12 * aca.initial_state.norm());
    }
    // The same arithmetic on the same numbers, from a tape or evaluated again.
    EXPECT_EQ(symplectic.parameters, aca.parameters);
    EXPECT_EQ(binomial.parameters, aca.parameters);

    // One evaluation's tape instead of one a stage.
    EXPECT_EQ(aca.tape_bytes_peak - symplectic.tape_bytes_peak, std::size_t(tableau.rows - 1) * sizeof(System::Tape));
    EXPECT_EQ(tape.tape_bytes_peak, aca.tape_bytes_peak);
    // All steps with their stages, stage states and tapes.
    const auto steps = static_cast<std::size_t>(aca.forward.accepted);
    EXPECT_GE(backprop.tape_bytes_peak, steps * tableau.rows * (2 * sizeof(State) + sizeof(System::Tape)));
    EXPECT_LE(backprop.tape_bytes_peak, (steps + 1) * (tableau.rows + 1) * (2 * sizeof(State) + sizeof(System::Tape)) + steps * 100);
    record("aca_tape_bytes", static_cast<double>(aca.tape_bytes_peak));
    record("symplectic_tape_bytes", static_cast<double>(symplectic.tape_bytes_peak));
}

TEST(TapedSystem, GivesTheSameGradientWhateverIsHeld)
{
    expect_same<dormand_prince54>();
}

TEST(TapedSystem, GivesTheSameGradientWithStagesForTheDenseOutputAlone)
{
    expect_same<dop853>();
}

TEST(TapedSystem, GivesTheSameGradientByEuler)
{
    // One stage: it is first and last.
    Example example;
    example.problem.task.options.method = "euler";
    example.problem.task.options.step = 0.004;
    AcaWorkspace<Problem> workspace;
    const auto aca = detail::aca_with<euler>(example.problem, workspace);
    const auto tape = detail::aca_with<euler, Replay::whole_step>(example.problem, workspace);
    const auto symplectic = detail::aca_with<euler, Replay::stage_wise>(example.problem, workspace);
    EXPECT_LE(relative_error(tape.initial_state, aca.initial_state), 1e-13);
    EXPECT_LE(relative_error(symplectic.initial_state, aca.initial_state), 1e-13);
}

}  // namespace
}  // namespace syzygy
