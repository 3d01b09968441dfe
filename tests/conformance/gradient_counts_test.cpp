// What gradient methods say that they took: as the system counts it, and as formulas have it; that they stop when asked; and
// what they leave for the eye.
#include "tests/conformance/gradients/case.hpp"

#include "core/gradient/binomial_schedule.hpp"
#include "core/gradient/sweep.hpp"
#include "core/ode/trajectory.hpp"

#include <algorithm>

namespace syzygy::testing {
namespace {

using Result = CaseResult;

INSTANTIATE_TEST_SUITE_P(Methods, EveryMethod, every_case(), case_name);

TEST_P(EveryMethod, CountsAreThoseOfTheSystemItself)
{
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        if (info.claim == Claim::differences && method() != "dopri5") continue;  // 420 solves
        SCOPED_TRACE(info.id);
        Case c = make();
        if (!c.supported(info)) continue;
        c.observe_many();
        const Result result = c.run(info.id);
        ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
        EXPECT_EQ(c.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
        EXPECT_EQ(c.calls.vjp, result.forward.vjp_evaluations + result.backward.vjp_evaluations);
        EXPECT_EQ(c.calls.jvp, result.forward.jvp_evaluations + result.backward.jvp_evaluations);
    }
}

TEST_P(EveryMethod, ASolverThatIsNotSupportedIsRefusedByName)
{
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        Case c = make();
        c.observe_many();
        if (c.supported(info)) continue;
        SCOPED_TRACE(info.id);
        try {
            c.run(info.id);
            FAIL();
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), "method");
            EXPECT_EQ(error.value(), method());
            EXPECT_THAT(error.what(), ::testing::HasSubstr(std::string(info.id)));
        }
        EXPECT_EQ(c.calls.rhs, 0);
    }
}

/// The steps of a case's solve, and which of them have an observation inside.
struct Steps {
    long count = 0, dense = 0;
    bool last_dense = false;
    std::vector<bool> dense_at;
};

Steps steps_of(const Case& c)
{
    std::vector<double> stops;
    const auto problem = with_stops(c.problem, stops);
    Trajectory<State> trajectory;
    trajectory.begin(problem.task.t0, problem.task.y0, false);
    solve(c.system, problem.task, trajectory);
    Steps steps;
    const double direction = problem.task.t1 > problem.task.t0 ? 1 : -1;
    for (std::size_t n = 0; n + 1 < trajectory.times().size(); ++n) {
        const auto inside = [&](double t) {
            return direction * t > direction * trajectory.times()[n] && direction * t < direction * trajectory.times()[n + 1];
        };
        const auto times = c.loss.times();
        steps.last_dense = std::any_of(times.begin(), times.end(), inside);
        steps.dense_at.push_back(steps.last_dense);
        steps.dense += steps.last_dense;
        ++steps.count;
    }
    return steps;
}

/// The counts of the methods that sweep over a Runge-Kutta solve, from N, s, and the steps with observations inside.
TEST_P(EveryMethod, SweepsTakeWhatTheirFormulasSay)
{
    const MethodInfo& info = find_method(method());
    with_method(method(), [&]<const auto& tableau>(Method<tableau>) {
        constexpr long s = tableau.stages, d = tableau.dense_stages;
        Case c = make();
        c.observe_many();
        const Steps steps = steps_of(c);
        const long n = steps.count;
        // ACA: s - 1 derivatives a step; two more where all are needed (the ends of the interval, stages for the dense
        // output alone), and those stages.
        long evaluations = 0;
        for (long i = 0; i < n; ++i) {
            const bool dense = steps.dense_at[static_cast<std::size_t>(i)];
            const bool all = i == 0 || i + 1 == n || (dense && d > 0);
            // Euler's one stage is always evaluated.
            evaluations += (all ? s + 1 : std::max(1L, s - 1)) + (dense ? d : 0);
        }
        const long vjps = n * s + steps.dense * d + (steps.last_dense ? 1 : 0);
        for (const std::string gradient : {"aca", "symplectic"}) {
            SCOPED_TRACE(gradient);
            const Result result = c.run(gradient);
            EXPECT_EQ(result.forward.accepted, n);
            EXPECT_EQ(result.backward.rhs_evaluations, evaluations);
            EXPECT_EQ(result.backward.vjp_evaluations, vjps);
            EXPECT_EQ(result.graph_depth, n * s);
        }
        const Result aca = c.run("aca"), symplectic = c.run("symplectic");
        EXPECT_EQ(aca.checkpoint_bytes, static_cast<std::size_t>(n + 1) * sizeof(Checkpoint<CaseProblem>));
        EXPECT_EQ(symplectic.checkpoint_bytes, aca.checkpoint_bytes);

        const Result whole = c.run("aca-tape");
        EXPECT_EQ(whole.backward.rhs_evaluations, n * (s + 1) + steps.dense * d);
        EXPECT_EQ(whole.backward.vjp_evaluations, n * s + steps.dense * (d + 1));

        const Result backprop = c.run("backprop");
        EXPECT_EQ(backprop.backward.rhs_evaluations, 0);
        EXPECT_EQ(backprop.backward.vjp_evaluations, vjps);
        EXPECT_EQ(backprop.checkpoint_bytes, 0U);
        EXPECT_GE(backprop.tape_bytes_peak, static_cast<std::size_t>(n * s) * 2 * sizeof(State));

        if (info.adaptive()) {
            const Result naive = c.run("naive");
            const long rejected = naive.forward.rejected;
            EXPECT_EQ(naive.graph_depth, (n + rejected) * s);
            // The choice of the first step, unless a stop so near that nothing is left of it.
            const long choice = naive.backward.rhs_evaluations;
            EXPECT_LE(choice, 1);
            if (std::get<1>(GetParam()) == Observe::dense) {
                EXPECT_EQ(choice, 1);
            }
            // Each attempt's stages but the first, the end stage where a cotangent reaches it, the first stage, and that
            // choice. All rejected attempts here are moderate: no clamp cuts one off.
            const long end = tableau.error_uses_end_stage() ? 1 : 0;
            EXPECT_EQ(naive.backward.vjp_evaluations, n * s + 1 + steps.dense * d + rejected * (s - 1 + end) + choice);
        }
    });
}

class FewCheckpoints : public ::testing::TestWithParam<long> {};
INSTANTIATE_TEST_SUITE_P(Numbers, FewCheckpoints, ::testing::Values(1, 2, 3, 5, 10, 40, 400));

/// The least number of steps taken again for the checkpoints that the schedule had at the end of the forward pass.
long least_recomputed(long steps, long slots)
{
    OnlineSchedule schedule;
    schedule.reset(slots);
    for (long n = 0; n < steps; ++n) schedule.offer(n);
    long sum = 0, free = slots;
    for (std::size_t i = 0; i < schedule.kept().size(); ++i, --free) {
        const long end = i + 1 < schedule.kept().size() ? schedule.kept()[i + 1].step : steps;
        sum += binomial_cost(end - schedule.kept()[i].step, free);
    }
    return sum;
}

TEST_P(FewCheckpoints, GiveTheSameBitsAsAllAndTakeNoMoreStepsAgainThanTheScheduleSays)
{
    for (const std::string method : {"dopri5", "dop853", "rk4"})
        for (const Direction direction : {Direction::forward, Direction::backward})
            for (const Observe observe : {Observe::dense, Observe::stop}) {
                SCOPED_TRACE(method);
                Case c(method, observe, direction);
                c.observe_many();
                const Result all = c.run("aca");
                c.problem.options.checkpoints = GetParam();
                const Result few = c.run("aca-binomial");
                ASSERT_TRUE(few.outcome.ok());
                EXPECT_EQ(few.loss, all.loss);
                EXPECT_EQ(few.parameters, all.parameters);
                EXPECT_EQ(few.initial_state, all.initial_state);
                EXPECT_EQ(few.t0, all.t0);
                EXPECT_EQ(few.t1, all.t1);
                const long n = few.forward.accepted, again = few.backward.accepted - n;
                EXPECT_EQ(again, least_recomputed(n, GetParam()));
                EXPECT_EQ(few.backward.rhs_evaluations - all.backward.rhs_evaluations, again * find_method(method).stages);
                EXPECT_EQ(few.backward.vjp_evaluations, all.backward.vjp_evaluations);
                if (GetParam() >= n) {
                    EXPECT_EQ(again, 0);
                }
                const auto kept = static_cast<std::size_t>(std::min(GetParam(), n));
                EXPECT_LE(few.checkpoint_bytes, kept * 200 + static_cast<std::size_t>(n) * 16);
                record(fmt::format("again_{}", method), static_cast<double>(again));
            }
}

TEST(FewCheckpointsByBytes, AreAsManyAsFit)
{
    Case c("dopri5", Observe::dense, Direction::forward);
    c.observe_many();
    c.problem.options.checkpoint_bytes = 2000;
    const Result result = c.run("aca-binomial");
    const auto steps = static_cast<std::size_t>(result.forward.accepted);
    EXPECT_LE(result.checkpoint_bytes, 2000 + 16 * steps);
    EXPECT_GT(result.checkpoint_bytes, 1800 + 16 * steps);
    c.problem.options.checkpoint_bytes = 1;  // one there must be
    EXPECT_EQ(c.run("aca-binomial").backward.accepted - result.forward.accepted, result.forward.accepted * (result.forward.accepted - 1) / 2);
}

class EveryGradientMethod : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Methods, EveryGradientMethod, ::testing::ValuesIn(gradient_ids()),
                         [](const auto& row) { return test_name(row.param); });

/// The whole run's evaluations and vjps, at each of several places in it: after the request, no more than a step's worth.
TEST_P(EveryGradientMethod, StopsWithinAStepOfTheRequestWhereverItIs)
{
    for (const std::string method : {"dopri5", "dop853"}) {
        SCOPED_TRACE(method);
        // No step evaluates or pulls back more: its stages, those for the dense output, and one of its neighbour. A step
        // that carries two copies of the state takes its base method twice.
        const bool twice = find_gradient_method(GetParam()).claim == Claim::own_discrete;
        const long step = (twice ? 4 : 2) * (find_method(method).stages + 5);
        long total = 0;
        {
            Case c(method, Observe::dense, Direction::forward);
            c.observe_many();
            c.run(GetParam());
            total = c.calls.rhs + c.calls.vjp;
        }
        for (const double part : {0.02, 0.2, 0.4, 0.6, 0.8, 0.95}) {
            Case c(method, Observe::dense, Direction::forward);
            c.observe_many();
            std::stop_source source;
            c.problem.task.stop = source.get_token();
            const long request = static_cast<long>(part * double(total));
            const auto count = [&] {
                if (c.calls.rhs + c.calls.vjp == request) source.request_stop();
            };
            c.calls.on_rhs = c.calls.on_vjp = count;
            const Result result = c.run(GetParam());
            EXPECT_EQ(result.outcome.status, Status::stopped) << part;
            EXPECT_FALSE(result.outcome.reason.empty());
            EXPECT_LE(c.calls.rhs + c.calls.vjp, request + step) << part;
            EXPECT_EQ(result.parameters, Masses::Zero());
            EXPECT_EQ(result.initial_state, State::Zero());
        }
    }
}

/// Methods that keep what they pull back: the reverse trajectory is the forward one, bit for bit.
TEST(GradientTraces, ShowEachStepForwardAndBackAndWhatIsLive)
{
    using Kind = SweepEvent::Kind;
    for (const std::string gradient : {"aca", "aca-binomial", "aca-tape", "symplectic", "naive", "backprop"}) {
        SCOPED_TRACE(gradient);
        Case c("dopri5", Observe::dense, Direction::forward);
        c.observe_many();
        const Result plain = c.run(gradient);
        GradientTrace<State> trace;
        c.problem.trace = &trace;
        const Result result = c.run(gradient);
        EXPECT_EQ(result.parameters, plain.parameters);
        EXPECT_EQ(result.backward.vjp_evaluations, plain.backward.vjp_evaluations);

        Trajectory<State> trajectory;
        trajectory.begin(c.problem.task.t0, c.problem.task.y0, false);
        solve(c.system, c.problem.task, trajectory);
        const auto n = static_cast<std::size_t>(result.forward.accepted);
        ASSERT_EQ(trace.reverse_times.size(), n + 1);
        for (std::size_t i = 0; i <= n; ++i) {
            EXPECT_EQ(trace.reverse_times[i], trajectory.times()[n - i]);
            EXPECT_EQ(trace.reverse_states[i], trajectory.states()[n - i]);
        }
        // Less the observations at t0, which come last.
        CaseLoss::Observed at_start = CaseLoss::Observed::Zero(), term;
        for (std::size_t k = 0; c.loss.times()[k] == 0; ++k) {
            c.loss.add(k, CaseLoss::Observed(c.problem.task.y0.head<9>()), term);
            at_start += term;
        }
        State total = trace.cotangents.back();
        total.head<9>() += at_start;
        // naive adds the choice of the first step after the last step.
        if (gradient != "naive") {
            EXPECT_LE(relative_error(total, result.initial_state), 1e-14);
        }

        const auto count = [&](Kind kind) {
            return std::count_if(trace.events.begin(), trace.events.end(), [&](const auto& e) { return e.kind == kind; });
        };
        EXPECT_EQ(count(Kind::step), result.forward.accepted);
        EXPECT_EQ(count(Kind::rejected), result.forward.rejected);
        EXPECT_EQ(count(Kind::pull_back), result.forward.accepted + (gradient == "naive" ? result.forward.rejected : 0));
        EXPECT_EQ(count(Kind::recompute), result.backward.accepted - result.forward.accepted);
        std::size_t largest = 0;
        for (const SweepEvent& event : trace.events) {
            EXPECT_GE(event.step, 0);
            EXPECT_LT(event.step, result.forward.accepted);
            largest = std::max(largest, event.bytes);
        }
        EXPECT_LE(largest, result.checkpoint_bytes + result.tape_bytes_peak);
        EXPECT_GE(largest, (result.checkpoint_bytes + result.tape_bytes_peak) / 2);
        record(gradient, static_cast<double>(largest));
    }
}

}  // namespace
}  // namespace syzygy::testing
