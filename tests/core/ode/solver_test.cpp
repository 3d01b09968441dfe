// What the solver promises beyond its accuracy: arguments, outcomes, exact end times, limits, counts.
#include "core/ode/solver.hpp"

#include "physics/bodies/three_body.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

namespace syzygy {
namespace {

using testing::Calls;
using testing::Counting;
using testing::Oscillator;
using Harmonic = Counting<Oscillator<double>>;
using Vector2 = Eigen::Vector2d;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Remembers all it hears, and may end the solve or set a stop token.
struct Recorder {
    std::vector<double> ends, steps;
    std::vector<RejectedAttempt<double>> rejected_attempts;
    std::function<Continue()> on_accepted = [] { return Continue::yes; };
    std::function<void()> on_rejected = [] {};

    template <class StepType>
    Continue accepted(StepType& step)
    {
        ends.push_back(step.t1());
        steps.push_back(step.h());
        return on_accepted();
    }
    void rejected(const RejectedAttempt<double>& attempt)
    {
        rejected_attempts.push_back(attempt);
        on_rejected();
    }
};

class SolverOfAnOscillator : public ::testing::Test {
protected:
    SolverOfAnOscillator() { task.options.rtol = 1e-8; }

    template <const auto& tableau = dormand_prince54>
    SolveResult<Vector2> run()
    {
        task.options.method = tableau.id;
        return solve_with<tableau>(system, task, recorder);
    }
    /// The ArgumentError that the task brings.
    ArgumentError error()
    {
        try {
            solve(system, task, recorder);
        } catch (const ArgumentError& caught) {
            EXPECT_EQ(calls.rhs, 0) << "nothing may be computed before the arguments are checked";
            return caught;
        }
        ADD_FAILURE() << "no ArgumentError";
        return ArgumentError("", "", "");
    }

    Calls calls;
    Harmonic system{Oscillator<double>(), calls};
    SolveTask<Vector2> task{{1, 0}, 0, 10, {}, Vector2::Constant(1e-8)};
    Recorder recorder;
};

TEST_F(SolverOfAnOscillator, RefusesAnEmptyInterval)
{
    task.t1 = task.t0;
    EXPECT_EQ(error().option(), "t1");
}

TEST_F(SolverOfAnOscillator, RefusesEndsThatAreNotFinite)
{
    for (const double bad : {infinity, -infinity, std::nan("")}) {
        task.t0 = bad;
        task.t1 = 1;
        EXPECT_EQ(error().option(), "t0");
        task.t0 = 0;
        task.t1 = bad;
        EXPECT_EQ(error().option(), "t1");
    }
}

TEST_F(SolverOfAnOscillator, RefusesAFixedMethodWithoutAStep)
{
    for (const MethodInfo& info : method_infos) {
        if (info.adaptive()) continue;
        task.options.method = info.id;
        const ArgumentError caught = error();
        EXPECT_EQ(caught.option(), "step");
        EXPECT_EQ(caught.value(), "0");
        EXPECT_THAT(caught.rule(), ::testing::HasSubstr(std::string(info.id)));
    }
}

TEST_F(SolverOfAnOscillator, RefusesEveryOptionOutOfItsRangeByItsName)
{
    for (const auto& option : solver_options()) {
        task.options = SolverOptions{};
        std::visit(
            [&](auto member) {
                using Value = std::remove_cvref_t<decltype(task.options.*member)>;
                if constexpr (std::is_same_v<Value, double>) task.options.*member = option.lowest - 1;
                if constexpr (std::is_same_v<Value, long>) task.options.*member = static_cast<long>(option.lowest) - 1;
                if constexpr (std::is_same_v<Value, std::string>) task.options.*member = "nonsense";
                if constexpr (std::is_same_v<Value, std::vector<double>>) task.options.*member = {option.lowest - 1};
            },
            option.member);
        EXPECT_EQ(error().option(), option.id);
    }
    task.options = SolverOptions{};
    task.options.rtol = std::nan("");
    EXPECT_EQ(error().option(), "rtol");
}

TEST_F(SolverOfAnOscillator, KeepsATighterAbsoluteToleranceByTakingMoreSteps)
{
    task.options.rtol = 1e-15;
    task.atol.setConstant(1e-4);
    const auto loose = run();
    task.atol.setConstant(1e-8);
    const auto tight = run();
    EXPECT_GT(tight.counts.accepted, 4 * loose.counts.accepted);  // 10^(4/5) = 6.3 times
    EXPECT_LT(std::abs(tight.y[0] - std::cos(10.0)), 1e-3 * std::abs(loose.y[0] - std::cos(10.0)));
}

/// Two oscillators that do not see each other: the tolerance by component decides whose error chooses the steps.
TEST(SolverOfTwoOscillators, HonoursTheAbsoluteToleranceByComponent)
{
    struct Two {
        using State = Eigen::Vector4d;
        void rhs(double, const State& y, State& dydt) const { dydt << y[1], -y[0], y[3], -100 * y[2]; }
    };
    const Two system;
    SolveTask<Two::State> task{Two::State(1, 0, 1, 0), 0, 10, {}, Two::State::Constant(1e-9)};
    task.options.rtol = 1e-15;
    NoObserver nobody;
    const long both = solve_with<dormand_prince54>(system, task, nobody).counts.accepted;
    task.atol.tail<2>().setConstant(1e9);
    const auto slow = solve_with<dormand_prince54>(system, task, nobody);
    // The fast one, ten times as fast, no longer chooses the steps; it only has to stay stable (h w < 3.3 or so).
    EXPECT_LT(2 * slow.counts.accepted, both);
    EXPECT_NEAR(slow.y[0], std::cos(10.0), 1e-7);
}

TEST_F(SolverOfAnOscillator, BeginsWithTheStepItIsGiven)
{
    task.options.step = 1e-3;
    run();
    EXPECT_EQ(recorder.steps.front(), 1e-3);
}

TEST_F(SolverOfAnOscillator, ChoosesAFirstStepThatIsNeitherRejectedNorTiny)
{
    for (const double rtol : {1e-3, 1e-6, 1e-9, 1e-12}) {
        recorder = {};
        task.options.rtol = rtol;
        task.atol.setConstant(rtol);
        run();
        const double typical = 10.0 / static_cast<double>(recorder.steps.size());
        EXPECT_GT(recorder.steps.front(), typical / 20) << rtol;
        for (const auto& attempt : recorder.rejected_attempts) EXPECT_GT(attempt.t, 0) << rtol;
    }
}

TEST_F(SolverOfAnOscillator, TakesAFirstStepFromRestAtZero)
{
    task.y0.setZero();
    const auto result = run();
    EXPECT_EQ(result.outcome.status, Status::reached);
    EXPECT_EQ(result.y, Vector2::Zero());
    task.atol.setZero();  // 0/0 in every norm, were it not cared for
    EXPECT_EQ(run().outcome.status, Status::reached);
}

TEST_F(SolverOfAnOscillator, TakesNoStepLongerThanTheLargest)
{
    // The third leaves a rest of half a percent of a step, which would otherwise be joined to the last.
    for (const double max_step : {0.1, 1.0 / 3, 10 / 101.005}) {
        recorder = {};
        task.options.max_step = task.options.step = max_step;
        task.options.rtol = 1e-3;
        EXPECT_EQ(run().outcome.status, Status::reached);
        // The last one may be stretched by the rounding of the times, not more.
        for (const double h : recorder.steps) EXPECT_LE(h, max_step * (1 + 1e-12));
        EXPECT_GE(recorder.steps.size(), static_cast<std::size_t>(10 / max_step));
    }
}

TEST_F(SolverOfAnOscillator, EndsWithStepTooSmallWhereTheSmallestStepDoesNotMeetTheTolerance)
{
    task.options.min_step = 0.5;
    task.options.rtol = 1e-10;
    task.atol.setConstant(1e-10);
    const auto result = run();
    EXPECT_EQ(result.outcome.status, Status::step_too_small);
    EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("t = "));
    for (const double h : recorder.steps) EXPECT_GE(h, 0.5);
    for (const auto& attempt : recorder.rejected_attempts) EXPECT_GE(attempt.h, 0.5);
}

TEST_F(SolverOfAnOscillator, TakesAFixedStepExactlySoOften)
{
    task.t1 = 1;
    for (const int count : {1, 3, 7, 10, 30, 1000}) {
        recorder = {};
        task.options.step = 1.0 / count;
        const auto result = run<runge_kutta4>();
        EXPECT_EQ(result.counts.accepted, count);
        EXPECT_EQ(result.t, 1);
    }
    task.options.step = 0.3;  // three and a shorter one
    EXPECT_EQ(run<runge_kutta4>().counts.accepted, 4);
}

TEST_F(SolverOfAnOscillator, HitsTheEndTimeToTheLastBitInBothDirections)
{
    for (const double t0 : {0.0, 0.1, -3.7, 1e6})
        for (const double length : {0.1 + 0.2, 1.0 / 3, -1.0 / 7, -12.34567, 1e-7}) {
            task.t0 = t0;
            task.t1 = t0 + length;
            for (const double step : {0.0, 0.0123}) {
                task.options.step = step;
                recorder = {};
                const auto result = run();
                EXPECT_EQ(result.outcome.status, Status::reached);
                EXPECT_EQ(result.t, task.t1);
                EXPECT_EQ(recorder.ends.back(), task.t1);
            }
            task.options.step = std::abs(length) / 7.3;
            EXPECT_EQ(run<runge_kutta4>().t, task.t1);
        }
}

TEST_F(SolverOfAnOscillator, EndsAStepAtEveryStopToTheLastBitInBothDirections)
{
    std::vector<double> stops;
    for (int k = 1; k <= 37; ++k) stops.push_back(k * 0.1 + 1e-5 * std::sin(k));
    for (const double direction : {1.0, -1.0}) {
        std::vector<double> there;
        for (const double stop : stops) there.push_back(direction * stop);
        task.stops = there;
        task.t1 = direction * 5;
        recorder = {};
        const auto result = run();
        EXPECT_EQ(result.t, task.t1);
        for (const double stop : there) EXPECT_THAT(recorder.ends, ::testing::Contains(stop));
        there.push_back(task.t1);  // a stop at the end itself changes nothing
        task.stops = there;
        EXPECT_EQ(run().counts.accepted, result.counts.accepted);
    }
}

TEST_F(SolverOfAnOscillator, ReturnsToItsStepSizeAfterAStop)
{
    run();
    const auto free_steps = static_cast<double>(recorder.steps.size());
    recorder = {};
    const std::vector<double> stops{3 + 1e-9, 3 + 2e-9, 7};
    task.stops = stops;
    run();
    EXPECT_LE(static_cast<double>(recorder.steps.size()), free_steps + 8);
}

TEST_F(SolverOfAnOscillator, CountsEveryEvaluationOfTheRightHandSide)
{
    const auto result = run();
    EXPECT_EQ(result.counts.rhs_evaluations, calls.rhs);
    EXPECT_EQ(result.counts.accepted, static_cast<long>(recorder.steps.size()));
    EXPECT_EQ(result.counts.rejected, static_cast<long>(recorder.rejected_attempts.size()));
}

TEST_F(SolverOfAnOscillator, ReportsRejectedAttemptsWithTheirErrorAndAShorterStepNext)
{
    task.options.step = 3;
    run();
    ASSERT_FALSE(recorder.rejected_attempts.empty());
    EXPECT_EQ(recorder.rejected_attempts[0].h, 3);
    for (std::size_t i = 0; i < recorder.rejected_attempts.size(); ++i) {
        EXPECT_GT(recorder.rejected_attempts[i].error_ratio, 1);
        if (i > 0) {
            EXPECT_LT(recorder.rejected_attempts[i].h, recorder.rejected_attempts[i - 1].h);
            EXPECT_GE(recorder.rejected_attempts[i].h, 0.2 * recorder.rejected_attempts[i - 1].h);
        }
    }
}

TEST_F(SolverOfAnOscillator, EndsAtTheEvaluationLimitWithWhatItHas)
{
    for (const long limit : {1L, 10L, 100L}) {
        calls.rhs = 0;
        task.options.max_evaluations = limit;
        const auto result = run();
        EXPECT_EQ(result.outcome.status, Status::evaluation_limit);
        EXPECT_FALSE(result.outcome.ok());
        EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("max-evaluations"));
        EXPECT_LE(calls.rhs, std::max(limit, 2L));  // two before the first step: its size is chosen
        EXPECT_NEAR(result.y[0], std::cos(result.t), 1e-6);
    }
}

TEST_F(SolverOfAnOscillator, StopsWithinOneStepOfTheRequest)
{
    std::stop_source source;
    task.stop = source.get_token();
    recorder.on_accepted = [&] {
        if (recorder.steps.size() == 5) source.request_stop();
        return Continue::yes;
    };
    const auto result = run();
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_EQ(result.counts.accepted, 5);
    EXPECT_EQ(result.t, recorder.ends.back());
    EXPECT_NEAR(result.y[0], std::cos(result.t), 1e-6);
}

TEST_F(SolverOfAnOscillator, StopsBetweenTwoAttemptsAsWell)
{
    std::stop_source source;
    task.stop = source.get_token();
    task.options.step = 9;
    recorder.on_rejected = [&] { source.request_stop(); };
    const auto result = run();
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_EQ(result.counts.accepted, 0);
    EXPECT_EQ(result.counts.rejected, 1);
    EXPECT_EQ(result.y, task.y0);
}

TEST_F(SolverOfAnOscillator, StopsBeforeTheFirstStepWhereTheRequestCameFirst)
{
    std::stop_source source;
    source.request_stop();
    task.stop = source.get_token();
    EXPECT_EQ(run().outcome.status, Status::stopped);
    EXPECT_TRUE(recorder.ends.empty());
}

TEST_F(SolverOfAnOscillator, EndsWhereItsObserverAsks)
{
    recorder.on_accepted = [&] { return recorder.steps.size() == 3 ? Continue::no : Continue::yes; };
    const auto result = run();
    EXPECT_EQ(result.counts.accepted, 3);
    EXPECT_EQ(result.t, recorder.ends.back());
    EXPECT_LT(result.t, 10);
}

/// Two equal bodies released at rest from distance 1 meet at t = pi/2 sqrt(1 / (2 G (m1 + m2))) (free fall).
TEST(Solver, EndsWithStepTooSmallWhereTwoBodiesCollide)
{
    const ThreeBody<double> system(1, 1, Eigen::Vector3d(1, 1, 0));
    State y0 = State::Zero();
    y0[0] = -0.5;
    y0[3] = 0.5;
    y0[7] = 5;
    SolveTask<State> task{y0, 0, 2, {}, State::Constant(1e-12)};
    task.options.rtol = 1e-12;
    const double collision = std::numbers::pi / 2 * std::sqrt(1.0 / (2 * 1 * 2));
    Recorder recorder;
    for (const auto& result :
         {solve_with<dormand_prince54>(system, task, recorder), solve_with<dop853>(system, task, recorder)}) {
        EXPECT_EQ(result.outcome.status, Status::step_too_small);
        EXPECT_FALSE(result.outcome.ok());
        EXPECT_NEAR(result.t, collision, 1e-9);
        EXPECT_TRUE(result.y.allFinite());
        EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("0.785"));
    }
}

/// dy/dt = y^2 has a pole at t = 1.
struct Pole {
    using State = Eigen::Matrix<double, 1, 1>;
    void rhs(double, const State& y, State& dydt) const { dydt[0] = y[0] * y[0]; }
};

TEST(Solver, EndsNonFiniteWhereAFixedStepRunsIntoAPole)
{
    SolveTask<Pole::State> task{Pole::State(1), 0, 3, {}, Pole::State(1e-8)};
    task.options.step = 0.01;
    task.options.method = "rk4";
    Recorder recorder;
    const auto result = solve_with<runge_kutta4>(Pole(), task, recorder);
    EXPECT_EQ(result.outcome.status, Status::non_finite);
    EXPECT_NEAR(result.t, 1, 0.1);
    EXPECT_TRUE(result.y.allFinite());
}

TEST(Solver, EndsWithStepTooSmallWhereAnAdaptiveStepRunsIntoAPole)
{
    SolveTask<Pole::State> task{Pole::State(1), 0, 3, {}, Pole::State(1e-8)};
    task.options.rtol = 1e-8;
    Recorder recorder;
    const auto result = solve_with<dormand_prince54>(Pole(), task, recorder);
    EXPECT_EQ(result.outcome.status, Status::step_too_small);
    EXPECT_NEAR(result.t, 1, 1e-6);
}

TEST(Solver, EndsNonFiniteWhereItBeginsSo)
{
    for (const double bad : {std::nan(""), infinity}) {
        SolveTask<Pole::State> task{Pole::State(bad), 0, 1, {}, Pole::State(1e-8)};
        Recorder recorder;
        const auto adaptive = solve_with<dormand_prince54>(Pole(), task, recorder);
        EXPECT_EQ(adaptive.outcome.status, Status::non_finite) << bad;
        EXPECT_THAT(adaptive.outcome.reason, ::testing::HasSubstr("nan or infinite"));
        task.options.step = 0.1;
        task.options.method = "rk4";
        EXPECT_EQ(solve_with<runge_kutta4>(Pole(), task, recorder).outcome.status, Status::non_finite) << bad;
        EXPECT_TRUE(recorder.ends.empty());
    }
}

}  // namespace
}  // namespace syzygy
