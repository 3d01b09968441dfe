#pragma once

#include "core/gradient/method_info.hpp"
#include "core/gradient/problem.hpp"
#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// What the conformance suites of gradient methods run: every method of the table on three bodies. The table is compiled
/// once for all of them, in parts (part_0.cpp ...).
namespace syzygy::testing {

using Masses = Eigen::Vector3d;
using CaseLoss = SquaresLoss<double, 9>;
using CountedThreeBody = Counting<ThreeBody<double>>;
using CaseProblem = GradientProblem<CountedThreeBody, CaseLoss>;
using CaseResult = GradientResult<CountedThreeBody>;

inline constexpr int case_parts = 4;
template <int part>
std::span<const GradientRun<CaseProblem>> case_part();
template <>
std::span<const GradientRun<CaseProblem>> case_part<0>();
template <>
std::span<const GradientRun<CaseProblem>> case_part<1>();
template <>
std::span<const GradientRun<CaseProblem>> case_part<2>();
template <>
std::span<const GradientRun<CaseProblem>> case_part<3>();

/// run_gradient from the table's parts.
inline CaseResult run_case(std::string_view gradient, const CaseProblem& problem)
{
    const std::size_t row = checked_gradient_row(gradient, problem.task.options, problem.options);
    GradientRun<CaseProblem> run = nullptr;
    [&]<int... part>(std::integer_sequence<int, part...>) {
        ((run = run ? run : case_part<part>()[row]), ...);
    }(std::make_integer_sequence<int, case_parts>{});
    return run(problem);
}

enum class Direction { forward, backward };

/// The ACA example on windows, [0, 0.8] and [0, -0.6], without the close approach at t = 0.871: nothing is nearer than
/// 0.13 in them and the tangents grow by two orders of magnitude, so that rounding stays below 1e-12. (The approach
/// itself amplifies it; aca_test.cpp goes through it in long double.) The targets are far from the solution: every term
/// counts.
struct Case {
    Case(std::string_view method, Observe observe, Direction direction)
        : system(AcaExample::system<double>(AcaExample::true_masses<double>()), calls),
          problem{&system, &loss, AcaExample::task<double>(0, 0.8, 1e-6), observe}
    {
        problem.task.options.method = method;
        if (!find_method(method).adaptive()) problem.task.options.step = 0.004;
        if (find_method(method).order == 2) problem.task.options.rtol = 1e-4;
        if (direction == Direction::backward) problem.task.t1 = -0.6;
    }
    Case(const Case&) = delete;
    Case& operator=(const Case&) = delete;

    /// Times at t0, at t1, twice at one time, and others spread unevenly.
    void observe_many()
    {
        const double end = problem.task.t1;
        for (const double part : {0.0, 0.0, 0.013, 0.1, 0.1, 0.1000001, 0.23, 0.37, 0.5, 0.77, 0.9, 0.999, 1.0, 1.0})
            observe(part * end);
    }
    void observe(double t)
    {
        CaseLoss::Observed target;
        for (int c = 0; c < 9; ++c) target[c] = 0.3 * std::cos(c + 2 * t);
        loss.observe(t, target, std::pow(0.3, std::abs(t)));
    }
    CaseResult run(std::string_view gradient) const { return run_case(gradient, problem); }
    /// Whether the gradient method works with the case's solver method.
    bool supported(const GradientMethodInfo& info) const
    {
        return info.solvers != SolverSupport::adaptive || find_method(problem.task.options.method).adaptive();
    }

    Calls calls;
    CountedThreeBody system;
    CaseLoss loss;
    CaseProblem problem;
};

inline std::vector<std::string> method_ids()
{
    std::vector<std::string> ids;
    for (const auto& info : method_infos) ids.emplace_back(info.id);
    return ids;
}

/// Methods that give the gradient of the solver method's own discrete solution, the steps held.
inline std::vector<std::string> exact_gradient_ids()
{
    std::vector<std::string> ids;
    for (const GradientMethodInfo& info : gradient_method_infos())
        if (info.exact() && info.solvers != SolverSupport::own) ids.emplace_back(info.id);
    return ids;
}

inline std::vector<std::string> gradient_ids()
{
    std::vector<std::string> ids;
    for (const GradientMethodInfo& info : gradient_method_infos()) ids.emplace_back(info.id);
    return ids;
}

/// A test's name of an id.
inline std::string test_name(std::string id)
{
    for (char& c : id)
        if (c == '-') c = '_';
    return id;
}

inline void expect_same_gradient(const CaseResult& result, const CaseResult& reference, double tolerance)
{
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    ASSERT_TRUE(reference.outcome.ok()) << reference.outcome.reason;
    EXPECT_NEAR(result.loss, reference.loss, 1e-14 * std::abs(reference.loss));
    EXPECT_LE(relative_error(result.parameters, reference.parameters), tolerance);
    EXPECT_LE(relative_error(result.initial_state, reference.initial_state), tolerance);
}

/// Every solver method, observations through the dense output and stopped at, both directions of time.
using CaseParameter = std::tuple<std::string, Observe, Direction>;
class EveryMethod : public ::testing::TestWithParam<CaseParameter> {
protected:
    const std::string& method() const { return std::get<0>(GetParam()); }
    Case make() const { return Case(method(), std::get<1>(GetParam()), std::get<2>(GetParam())); }
};

inline auto every_case()
{
    return ::testing::Combine(::testing::ValuesIn(method_ids()), ::testing::Values(Observe::dense, Observe::stop),
                              ::testing::Values(Direction::forward, Direction::backward));
}

inline std::string case_name(const ::testing::TestParamInfo<CaseParameter>& info)
{
    return std::get<0>(info.param) + (std::get<1>(info.param) == Observe::dense ? "_dense" : "_stop") +
           (std::get<2>(info.param) == Direction::forward ? "_forward" : "_backward");
}

}  // namespace syzygy::testing
