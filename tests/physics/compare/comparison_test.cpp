// Comparisons: the rows that a request makes, their references, their table.
#include "physics/compare/comparison.hpp"

#include "core/gradient/formula.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace syzygy {
namespace {

using ::testing::HasSubstr;

CompareRequest request_on(std::shared_ptr<const CompareSubject> subject)
{
    CompareRequest request;
    request.subject = std::move(subject);
    request.repeats = 1;
    return request;
}

/// What request is refused with.
std::string error_of(const CompareRequest& request)
{
    try {
        run_comparison(request);
    } catch (const ArgumentError& error) {
        return error.what();
    }
    return "";
}

const CompareRow* find_row(const CompareResult& result, std::string_view gradient, double rtol)
{
    for (const CompareRow& row : result.rows)
        if (row.run.gradient == gradient && row.run.solver.rtol == rtol) return &row;
    return nullptr;
}

TEST(Comparison, TheReferenceOfTheAcaExampleIsTheLongDoubleOne)
{
    const auto reference = scenario_subject("aca")->reference(0, {});
    ASSERT_TRUE(reference);
    // Long double, agreed to 1e-11 with a second tolerance.
    EXPECT_NEAR(reference->loss, 0.014651208892, 1e-12);
    const double masses[] = {-0.0098957, -0.0862103, 0.1263347};
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(reference->parameters[i], masses[i], 1e-7);
    EXPECT_GT(reference->relative_error, 0);
    EXPECT_LT(reference->relative_error, 1e-8);
}

TEST(Comparison, EveryCombinationIsARowInTheOrderOfTheLists)
{
    CompareRequest request = request_on(problem_subject("decay"));
    request.gradients = {"forward", "aca"};
    request.methods = {"dopri5", "tsit5"};
    request.rtols = {1e-3, 1e-6};
    request.horizons = {1, 2, 3};
    std::size_t calls = 0;
    const CompareResult result = run_comparison(request, [&](std::size_t done, std::size_t all, const CompareRow&) {
        EXPECT_EQ(done, ++calls);
        EXPECT_EQ(all, 24u);
    });
    EXPECT_EQ(calls, 24u);
    ASSERT_EQ(result.rows.size(), 24u);
    EXPECT_EQ(result.references.size(), 3u);
    std::size_t index = 0;
    for (const double horizon : request.horizons)
        for (const std::string& method : request.methods)
            for (const double rtol : request.rtols)
                for (const std::string& gradient : request.gradients) {
                    const CompareRow& row = result.rows[index++];
                    EXPECT_EQ(row.run.horizon, horizon);
                    EXPECT_EQ(row.run.solver.method, method);
                    EXPECT_EQ(row.run.solver.rtol, rtol);
                    EXPECT_EQ(row.run.gradient, gradient);
                    EXPECT_TRUE(row.gradient.outcome.ok());
                }
}

TEST(Comparison, AllIsTheTableWithoutFiniteDifferencesAndNothingRunsTwice)
{
    CompareRequest request = request_on(problem_subject("decay"));
    request.gradients = {"aca", "all", "aca"};
    request.rtols = {1e-6};
    const CompareResult result = run_comparison(request);
    std::vector<std::string> expected{"aca"};
    for (const GradientMethodInfo& info : gradient_method_infos())
        if (info.id != "aca" && info.id != "finite-difference") expected.emplace_back(info.id);
    std::vector<std::string> ran;
    for (const CompareRow& row : result.rows) ran.push_back(row.run.gradient);
    EXPECT_EQ(ran, expected);
}

TEST(Comparison, ErrorsFallWithTheToleranceOnTheAcaExample)
{
    CompareRequest request = request_on(scenario_subject("aca"));
    request.gradients = {"aca", "forward"};
    const CompareResult result = run_comparison(request);
    for (const std::string& gradient : request.gradients) {
        double previous = INFINITY;
        for (const double rtol : request.rtols) {
            const CompareRow* row = find_row(result, gradient, rtol);
            ASSERT_TRUE(row && row->relative_error) << gradient << ' ' << rtol;
            EXPECT_LT(*row->relative_error, previous);
            previous = *row->relative_error;
        }
        EXPECT_LT(previous, 1e-4);
    }
    // Both differentiate the same discrete solution.
    for (const double rtol : {1e-7, 1e-9})
        EXPECT_NEAR(*find_row(result, "aca", rtol)->relative_error, *find_row(result, "forward", rtol)->relative_error, 1e-8);
}

TEST(Comparison, AHorizonCutsTheDataAndTheLossIsThatOfTheRowsThere)
{
    const auto whole = scenario_subject("aca"), half = scenario_subject("aca", {.t1 = 0.5, .samples = 501});
    EXPECT_EQ(whole->t1(), 1);
    const auto cut = scenario_subject("aca", {.t1 = 1, .samples = 1001})->reference(0.5, {});
    const auto own = half->reference(0, {});
    ASSERT_TRUE(cut && own);
    // The same observations but for the rounding of their times and of the solve that made them.
    EXPECT_NEAR(cut->loss, own->loss, 1e-10 * own->loss);
    EXPECT_LT((cut->parameters - own->parameters).norm(), 1e-9 * own->parameters.norm());
    EXPECT_LT((cut->initial_state - own->initial_state).norm(), 1e-9 * own->initial_state.norm());
}

TEST(Comparison, EveryRowOfTheDataCountsWhateverTheEpoch)
{
    // 0.57 + (1.57 - 0.57) taken apart again falls short of the last time by its last place, 0.08 - (-0.92) does not.
    for (const double epoch : {0.57, -0.92, 0.5, 1e6 + 0.1}) {
        SimulateOptions samples;
        samples.t1 = 1;
        samples.samples = 50;
        Observations observations = simulate(find_scenario("aca").make(), samples, SolverOptions{}).samples;
        for (double& t : observations.times) t += epoch;
        const auto data = std::make_shared<const PreparedData>(prepare(observations, {}));
        const ModelPoint point{Eigen::Vector3d(1, 1, 1), data->first_row};
        CompareRequest request = request_on(three_body_subject(data, point, {}, "shifted"));
        request.gradients = {"aca"};
        request.rtols = {1e-9};
        ModelOptions options;
        options.solver.rtol = 1e-9;
        const double loss = compute_gradient(*data, point, options).loss;
        for (const std::vector<double>& horizons : {std::vector<double>{}, {observations.times.back()}}) {
            request.horizons = horizons;
            const CompareResult result = run_comparison(request);
            ASSERT_EQ(result.rows.size(), 1u);
            EXPECT_EQ(result.rows[0].gradient.loss, loss) << epoch;
        }
    }
}

TEST(Comparison, ARunThatEndsEarlyIsARowWithThatOutcome)
{
    CompareRequest request = request_on(scenario_subject("aca"));
    request.gradients = {"aca"};
    request.rtols = {1e-3, 1e-9};
    request.solver.max_evaluations = 500;
    const CompareResult result = run_comparison(request);
    ASSERT_EQ(result.rows.size(), 2u);
    EXPECT_TRUE(result.outcome.ok());
    EXPECT_TRUE(result.rows[0].gradient.outcome.ok());
    EXPECT_EQ(result.rows[1].gradient.outcome.status, Status::evaluation_limit);
    EXPECT_FALSE(result.rows[1].relative_error);
}

TEST(Comparison, WhatAMethodDoesNotSupportIsARowThatSaysSo)
{
    CompareRequest request = request_on(problem_subject("decay"));
    request.methods = {"rk4"};
    request.solver.step = 0.1;
    request.rtols = {1e-6, 1e-8};
    const CompareResult result = run_comparison(request);
    std::size_t expected = 0;
    for (const GradientMethodInfo& info : gradient_method_infos())
        if (info.claim != Claim::differences) expected += info.solvers == SolverSupport::own ? 2 : 1;
    EXPECT_EQ(result.rows.size(), expected) << "tolerances mean nothing to a fixed step";
    for (const CompareRow& row : result.rows) {
        const bool refused = find_gradient_method(row.run.gradient).solvers == SolverSupport::adaptive;
        EXPECT_EQ(!row.refused.empty(), refused) << row.run.gradient << ": " << row.refused;
    }
}

TEST(Comparison, AStopGivesTheRowsThereAre)
{
    CompareRequest request = request_on(problem_subject("decay"));
    request.gradients = {"aca"};
    std::stop_source source;
    const CompareResult result = run_comparison(
        request, [&](std::size_t done, std::size_t, const CompareRow&) { if (done == 2) source.request_stop(); },
        source.get_token());
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_THAT(result.outcome.reason, HasSubstr("after 2 of 4 runs"));
    EXPECT_EQ(result.rows.size(), 2u);
    EXPECT_EQ(result.references.size(), result.horizons.size());
}

TEST(Comparison, WrongRequestsAreRefusedBeforeAnythingRuns)
{
    const auto with = [](auto change) {
        CompareRequest request = request_on(scenario_subject("aca", {.samples = 11}));
        request.gradients = {"aca"};
        change(request);
        return error_of(request);
    };
    EXPECT_THAT(with([](CompareRequest& r) { r.gradients = {"magic"}; }), HasSubstr("gradient = magic"));
    EXPECT_THAT(with([](CompareRequest& r) { r.methods = {"magic"}; }), HasSubstr("method = magic"));
    EXPECT_THAT(with([](CompareRequest& r) { r.methods = {"rk4"}; }), HasSubstr("needs a step size"));
    EXPECT_THAT(with([](CompareRequest& r) { r.rtols = {1e-3, 2}; }), HasSubstr("rtol = 2"));
    EXPECT_THAT(with([](CompareRequest& r) { r.horizons = {0.5, 1.5}; }), HasSubstr("horizons = 1.5"));
    EXPECT_THAT(with([](CompareRequest& r) { r.horizons = {0.05}; }), HasSubstr("horizons = 0.05"));
    EXPECT_THAT(with([](CompareRequest& r) { r.repeats = 0; }), HasSubstr("repeats = 0"));
    EXPECT_THAT(with([](CompareRequest& r) { r.options.eta = 2; }), HasSubstr("eta = 2"));
}

TEST(Comparison, ATraceHasTheForwardTrajectoryAndWhatTheMethodDid)
{
    for (const auto& subject : {scenario_subject("aca"), problem_subject("decay")}) {
        CompareRequest request = request_on(subject);
        request.gradients = {"aca"};
        request.rtols = {1e-6};
        request.traces = true;
        const CompareResult result = run_comparison(request);
        const CompareRow& row = result.rows.at(0);
        ASSERT_TRUE(row.trace);
        const CompareTrace& trace = *row.trace;
        const auto steps = static_cast<std::size_t>(row.gradient.forward.accepted);
        EXPECT_EQ(trace.times.size(), steps + 1);
        EXPECT_EQ(trace.states.size(), steps + 1);
        EXPECT_EQ(trace.times.front(), subject->t0());
        EXPECT_EQ(trace.times.back(), subject->t1());
        EXPECT_EQ(trace.reverse_times.size(), steps + 1);
        EXPECT_EQ(trace.reverse_times.front(), subject->t1());
        EXPECT_EQ(static_cast<std::size_t>(trace.states.front().size()), subject->state_names().size());
        // ACA's way back goes through the states of the way there.
        for (std::size_t n = 0; n <= steps; ++n) EXPECT_EQ(trace.reverse_states[steps - n], trace.states[n]);
    }
}

TEST(Comparison, TheForwardTrajectoryOfAMethodWithItsOwnStepIsItsOwn)
{
    CompareRequest request = request_on(problem_subject("oscillator"));
    request.gradients = {"mali"};
    request.rtols = {1e-5};
    request.traces = true;
    const CompareRow row = run_comparison(request).rows.at(0);
    ASSERT_TRUE(row.trace);
    const CompareTrace& trace = *row.trace;
    const auto steps = static_cast<std::size_t>(row.gradient.forward.accepted);
    ASSERT_EQ(trace.times.size(), steps + 1);
    EXPECT_EQ(trace.times.front(), 0);
    EXPECT_EQ(trace.times.back(), row.run.horizon);
    ASSERT_EQ(trace.reverse_states.size(), steps + 1);
    // With eta = 1 the way back retraces it but for rounding, some 1e-16 a step.
    for (std::size_t n = 0; n <= steps; ++n)
        EXPECT_LE((trace.reverse_states[steps - n] - trace.states[n]).norm(), 1e-14 * static_cast<double>(steps));
}

TEST(Comparison, AlongChosenStepsTheForwardTrajectoryIsThatOfThoseSteps)
{
    for (const char* control : {"tangents", "goal"}) {
        CompareRequest request = request_on(problem_subject("kepler"));
        request.gradients = {"aca"};
        request.rtols = {1e-3};
        request.options.control = control;
        request.traces = true;
        const CompareResult result = run_comparison(request);
        ASSERT_TRUE(result.rows.at(0).gradient.outcome.ok()) << control;
        const CompareTrace& trace = *result.rows[0].trace;
        EXPECT_EQ(trace.times.size(), static_cast<std::size_t>(result.rows[0].gradient.forward.accepted) + 1);
        ASSERT_FALSE(trace.reverse_distances.empty());
        for (const double distance : trace.reverse_distances) EXPECT_EQ(distance, 0) << control;
    }
}

TEST(Comparison, TracesOfVeryLongRunsAreThinned)
{
    CompareRequest request = request_on(problem_subject("oscillator", {}, {}, 1000));
    request.gradients = {"aca"};
    request.methods = {"rk4"};
    request.solver.step = 0.01;
    request.traces = true;
    const CompareRow row = run_comparison(request).rows.at(0);
    ASSERT_TRUE(row.trace);
    ASSERT_GT(static_cast<std::size_t>(row.gradient.forward.accepted), 3 * compare_trace_steps);
    for (const std::size_t size : {row.trace->times.size(), row.trace->states.size(), row.trace->reverse_times.size(),
                                   row.trace->reverse_states.size(), row.trace->cotangents.size()}) {
        EXPECT_LE(size, compare_trace_steps + 1);
        EXPECT_GT(size, compare_trace_steps / 2);
    }
    EXPECT_EQ(row.trace->times.back(), 1000);
    EXPECT_EQ(row.trace->reverse_times.back(), 0);
    EXPECT_LT(row.trace->events.size(), 7 * compare_trace_steps);
}

TEST(Comparison, TheTableHasARowARunAndSaysWhatIsTheSameAbove)
{
    CompareRequest request = request_on(problem_subject("decay"));
    request.gradients = {"aca", "forward"};
    request.rtols = {1e-6};
    const CompareResult result = run_comparison(request);
    std::istringstream csv(compare_csv(result));
    std::string line;
    std::vector<std::string> lines;
    while (std::getline(csv, line)) lines.push_back(line);
    ASSERT_EQ(lines.size(), 3u);
    const auto commas = std::count(lines[0].begin(), lines[0].end(), ',');
    EXPECT_EQ(static_cast<std::size_t>(commas) + 1, compare_columns().size());
    EXPECT_THAT(lines[0], HasSubstr("gradient,method,variant,rtol,horizon,outcome,loss,relative_error"));
    for (const std::string& row : lines) EXPECT_EQ(std::count(row.begin(), row.end(), ','), commas);

    const std::vector<std::string> columns{"gradient", "method", "rtol", "relative_error", "formula_computation"};
    const std::string markdown = compare_markdown(result, columns);
    EXPECT_THAT(markdown, HasSubstr("Solver: dopri5; rtol: 1e-06\n\n| Gradient | Relative error | Computation (paper) |\n|---|--:|"));
    const std::vector<std::string> unknown{"magic"};
    EXPECT_THROW(compare_markdown(result, unknown), ArgumentError);
}

TEST(Comparison, SecondsAreMeasuredBesideAForwardSolve)
{
    CompareRequest request = request_on(scenario_subject("aca"));
    request.gradients = {"aca"};
    request.rtols = {1e-7};
    request.repeats = 5;
    const CompareRow row = run_comparison(request).rows.at(0);
    EXPECT_GT(row.seconds, 0);
    // A gradient takes more than its own forward solve; the machine may have other things to do.
    EXPECT_GT(row.seconds_over_forward, 1);
    EXPECT_LT(row.seconds_over_forward, 100);
}

TEST(Formula, SumsAndProductsOfTheNamesOfTheRun)
{
    FormulaCounts counts;
    counts.steps = 100;
    counts.backward_steps = 40;
    counts.attempts = 1.5;
    counts.stages = 7;
    EXPECT_EQ(evaluate_formula("2 N L m", counts), 300);
    EXPECT_EQ(evaluate_formula("L (N + N_r) m", counts), 210);
    EXPECT_EQ(evaluate_formula("N L (m + 1)", counts), 250);
    EXPECT_EQ(evaluate_formula("4 N s L", counts), 2800);
    EXPECT_EQ(evaluate_formula("L", counts), 1);
    EXPECT_EQ(evaluate_formula("N+s+L", counts), 108);
    for (const char* wrong : {"", "N +", "(N", "N)", "N x", "log N", "+ N"})
        EXPECT_TRUE(std::isnan(evaluate_formula(wrong, counts))) << wrong;
}

TEST(Formula, EveryFormulaOfTheTableHasAValue)
{
    for (const GradientMethodInfo& info : gradient_method_infos())
        for (const std::string_view formula : {info.computation, info.memory, info.depth})
            EXPECT_EQ(std::isfinite(evaluate_formula(formula, {})), !formula.empty()) << info.id << ": " << formula;
}

}  // namespace
}  // namespace syzygy
