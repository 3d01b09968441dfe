// Every gradient method of the table, over every solver method, on the three-body problem.
#include "tests/conformance/gradients/case.hpp"

#include "core/ode/grid.hpp"

#include <complex>
#include <set>

namespace syzygy::testing {
namespace {

using Result = CaseResult;
using Loss = CaseLoss;

INSTANTIATE_TEST_SUITE_P(Methods, EveryMethod, every_case(), case_name);

TEST_P(EveryMethod, ExactGradientsEqualForwardSensitivitiesOfTheSameSteps)
{
    Case c = make();
    c.observe_many();
    const Result reference = c.run("forward"), aca = c.run("aca");
    for (const std::string& gradient : exact_gradient_ids()) {
        SCOPED_TRACE(gradient);
        const Result result = c.run(gradient);
        expect_same_gradient(result, reference, 1e-12);
        EXPECT_EQ(result.forward.accepted, reference.forward.accepted);
        // ACA's derivatives with respect to the ends are held against a complex step below.
        const double scale = reference.initial_state.norm();
        if (result.t0) {
            EXPECT_NEAR(*result.t0, aca.t0.value(), 1e-12 * scale);
        }
        if (result.t1) {
            EXPECT_NEAR(*result.t1, aca.t1.value(), 1e-12 * scale);
        }
        record(gradient, std::max(relative_error(result.parameters, reference.parameters),
                                  relative_error(result.initial_state, reference.initial_state)));
    }
}

TEST_P(EveryMethod, AcaEqualsAComplexStepThroughTheHeldSteps)
{
    Case c = make();
    c.observe_many();
    const Result result = c.run("aca");
    ASSERT_TRUE(result.outcome.ok());

    StepGrid<double> grid;
    GridRecorder<double> recorder(grid, c.problem.task.t0);
    std::vector<double> stops;
    const auto task = with_stops(c.problem, stops).task;
    solve(c.system, task, recorder);

    const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
        return with_method(
            task.options.method, [&]<const auto & tableau>(Method<tableau>) {
                using Complex = std::complex<double>;
                return complex_step<tableau>(c.loss, grid, AcaExample::system<Complex>, task.y0, c.system.parameters(),
                                             moved, component);
            });
    };
    Masses masses;
    for (int i = 0; i < 3; ++i) masses[i] = derivative(Moved::parameter, i);
    State initial_state;
    for (int i = 0; i < 18; ++i) initial_state[i] = derivative(Moved::initial_state, i);
    EXPECT_LE(relative_error(result.parameters, masses), 1e-12);
    EXPECT_LE(relative_error(result.initial_state, initial_state), 1e-12);
    // Derivatives with respect to the ends are differences of terms of the size of the whole gradient.
    const double scale = initial_state.norm();
    EXPECT_NEAR(result.t0.value(), derivative(Moved::t0), 1e-12 * scale);
    EXPECT_NEAR(result.t1.value(), derivative(Moved::t1), 1e-12 * scale);
    record("complex_step",
           std::max(relative_error(result.parameters, masses), relative_error(result.initial_state, initial_state)));
    record("t0", std::abs(result.t0.value() - derivative(Moved::t0)) / scale);
    record("t1", std::abs(result.t1.value() - derivative(Moved::t1)) / scale);
}

class EveryGradient : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Exact, EveryGradient, ::testing::ValuesIn(exact_gradient_ids()),
                         [](const auto& row) { return test_name(row.param); });

TEST_P(EveryGradient, OneObservationGivesTheSameAsForwardSensitivitiesWhereverItIs)
{
    for (const double t : {0.0, 0.0001, 0.31, 0.7999, 0.8})
        for (const Observe observe : {Observe::dense, Observe::stop})
            for (const std::string method : {"dopri5", "dop853"}) {
                SCOPED_TRACE(fmt::format("{} at t = {}", method, t));
                Case c(method, observe, Direction::forward);
                c.observe(t);
                const Result result = c.run(GetParam());
                if (t == 0) {  // the initial state itself: no mass acts on it
                    ASSERT_TRUE(result.outcome.ok());
                    Loss::Observed expected;
                    c.loss.add(0, Loss::Observed(c.problem.task.y0.head<9>()), expected);
                    EXPECT_EQ(result.parameters, Masses::Zero());
                    EXPECT_EQ(result.initial_state.head<9>(), expected);
                    EXPECT_EQ(result.initial_state.tail<9>(), (Eigen::Matrix<double, 9, 1>::Zero()));
                } else {
                    expect_same_gradient(result, c.run("forward"), 1e-12);
                }
            }
}

TEST_P(EveryGradient, NoObservationsGiveLossAndGradientZero)
{
    const Case c("dopri5", Observe::dense, Direction::forward);
    const Result result = c.run(GetParam());
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_EQ(result.loss, 0);
    EXPECT_EQ(result.parameters, Masses::Zero());
    EXPECT_EQ(result.initial_state, State::Zero());
}

TEST_P(EveryGradient, ObservationTimesOutsideOrOutOfOrderAreArgumentErrors)
{
    for (const auto& times : std::vector<std::vector<double>>{{-0.1}, {0.9}, {0.5, 0.4}, {std::nan("")}}) {
        Case c("dopri5", Observe::dense, Direction::forward);
        for (const double t : times) c.observe(t);
        try {
            c.run(GetParam());
            FAIL() << times.front();
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), "times");
        }
    }
}

TEST_P(EveryGradient, TheOutcomeOfTheSolveIsTheOutcomeOfTheGradient)
{
    Case c("dopri5", Observe::dense, Direction::forward);
    c.observe_many();
    c.problem.task.options.max_evaluations = 100;
    EXPECT_EQ(c.run(GetParam()).outcome.status, Status::evaluation_limit);
    c.problem.task.options = SolverOptions{};
    std::stop_source source;
    source.request_stop();
    c.problem.task.stop = source.get_token();
    EXPECT_EQ(c.run(GetParam()).outcome.status, Status::stopped);
}

TEST(GradientMethods, FiniteDifferencesAgreeToSevenDigits)
{
    for (const Observe observe : {Observe::dense, Observe::stop}) {
        Case c("dopri5", observe, Direction::forward);
        c.observe_many();
        const Result reference = c.run("aca");
        for (const GradientMethodInfo& info : gradient_method_infos()) {
            if (info.claim != Claim::differences) continue;
            const Result result = c.run(info.id);
            expect_same_gradient(result, reference, 1e-7);
            record(info.id, std::max(relative_error(result.parameters, reference.parameters),
                                     relative_error(result.initial_state, reference.initial_state)));
        }
    }
}

TEST(GradientMethods, AnUnknownOneIsAnArgumentErrorThatNamesTheKnownOnes)
{
    try {
        find_gradient_method("magic");
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "gradient");
        EXPECT_EQ(error.value(), "magic");
        for (const GradientMethodInfo& info : gradient_method_infos())
            EXPECT_THAT(error.what(), ::testing::HasSubstr(std::string(info.id)));
    }
}

TEST(GradientMethods, EachRowOfTheTableDescribesItself)
{
    std::set<std::string_view> ids;
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        EXPECT_TRUE(ids.insert(info.id).second) << info.id;
        EXPECT_FALSE(info.label.empty());
        EXPECT_FALSE(info.source.empty());
        EXPECT_FALSE(info.help.empty());
        EXPECT_FALSE(info.look.empty());
    }
}

}  // namespace
}  // namespace syzygy::testing
