// Every row of the method table, held to what its row states: accuracy, order, exact ends, counts.
#include "core/ode/grid.hpp"
#include "core/ode/trajectory.hpp"

#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace syzygy {
namespace {

using testing::Calls;
using testing::Counting;
using testing::Oscillator;
using testing::SmoothNonlinear;

using Real = long double;
using Smooth = SmoothNonlinear<Real>;
using Harmonic = Counting<Oscillator<double>>;
using Vector2 = Eigen::Vector2d;

std::vector<std::string> method_ids()
{
    std::vector<std::string> ids;
    for (const auto& info : method_infos) ids.emplace_back(info.id);
    return ids;
}

class EveryMethod : public ::testing::TestWithParam<std::string> {
protected:
    const MethodInfo& info() const { return find_method(GetParam()); }

    /// The oscillator over `length` from t = 0.3, at tolerances that the method's order can meet.
    SolveTask<Vector2> task(double length) const
    {
        SolveTask<Vector2> result{Vector2(1, 0), 0.3, 0.3 + length, {}, Vector2::Constant(tolerance())};
        result.options.method = GetParam();
        result.options.rtol = tolerance();
        if (!info().adaptive()) result.options.step = fixed_step;
        return result;
    }
    double tolerance() const { return info().order <= 2 ? 1e-5 : 1e-9; }

    /// A bound of the error of the oscillator after a solve: its flow keeps lengths, so local errors add up. Those
    /// of an adaptive step are within the root-mean-square tolerance (twice, for estimates that are asymptotic
    /// only); those of a fixed step are below h^(p+1), the Taylor remainder of cos being h^(p+1)/(p+1)!.
    double bound(const SolveCounts& counts) const
    {
        const double local =
            info().adaptive() ? 2 * std::sqrt(2.0) * 2 * tolerance() : std::pow(fixed_step, info().order + 1);
        return static_cast<double>(counts.accepted) * local;
    }

    static constexpr double fixed_step = 0.01;
    Calls calls;
    Harmonic system{Oscillator<double>(), calls};
};

INSTANTIATE_TEST_SUITE_P(Methods, EveryMethod, ::testing::ValuesIn(method_ids()),
                         [](const auto& row) { return row.param; });

/// Largest errors of the solution at the ends of the steps and of the dense output between.
struct Errors {
    Real ends = 0, between = 0;

    template <class StepType>
    Continue accepted(StepType& step)
    {
        ends = std::max(ends, (step.y1() - Smooth::exact(step.t1())).norm());
        typename StepType::Polynomial polynomial;
        step.dense_polynomial(polynomial);
        for (const Real theta : {0.1L, 0.3L, 0.5L, 0.7L, 0.9L}) {
            Smooth::State y;
            evaluate_polynomial(polynomial, step.y0(), theta, y);
            between = std::max(between, (y - Smooth::exact(step.t0() + theta * step.h())).norm());
        }
        return Continue::yes;
    }
};

template <const auto& tableau>
Errors errors_of(Real t0, Real t1, int steps)
{
    StepGrid<Real> grid;
    for (int n = 0; n <= steps; ++n) grid.t.push_back(t0 + (t1 - t0) * n / steps);
    for (int n = 0; n < steps; ++n) grid.h.push_back(grid.t[n + 1] - grid.t[n]);
    Errors errors;
    replay_with<tableau>(Smooth(), Smooth::exact(t0), grid, errors);
    return errors;
}

TEST_P(EveryMethod, ConvergesWithItsOrderInTheStepsAndBetweenThemInBothDirections)
{
    with_method(
        GetParam(), [this]<const auto & tableau>(Method<tableau>) {
            for (const auto& [t0, t1] : {std::pair{0.2L, 1.2L}, std::pair{1.2L, 0.2L}}) {
                // So many that terms of higher order are a fifth at most, so few that long double does not round it
                // away.
                const int steps = tableau.order <= 5 ? 300 : 40;
                const Errors coarse = errors_of<tableau>(t0, t1, steps), fine = errors_of<tableau>(t0, t1, 2 * steps);
                EXPECT_NEAR(std::log2(coarse.ends / fine.ends), info().order, 0.3L) << "from " << t0;
                // Between the steps at least the same order; some methods interpolate better than they step.
                EXPECT_GT(std::log2(coarse.between / fine.between), info().order - 0.3L) << "from " << t0;
            }
        });
}

TEST_P(EveryMethod, EstimatesItsErrorWithTheOrderItStates)
{
    if (!info().adaptive()) GTEST_SKIP() << "fixed steps only";
    with_method(
        GetParam(), []<const auto & tableau>(Method<tableau>) {
            if constexpr (tableau.adaptive()) {
                const auto estimate = [](Real h) -> Real {
                    const Smooth smooth;
                    Step<tableau, Smooth> step(smooth);
                    step.start(0.7L, Smooth::exact(0.7L));
                    step.compute(h);
                    const Smooth::State error = step.error_estimate();
                    if constexpr (tableau.has_error_damping()) {
                        const Smooth::State damping = step.error_damping();
                        return error.squaredNorm() / std::sqrt(error.squaredNorm() + 0.01L * damping.squaredNorm());
                    } else {
                        return error.norm();
                    }
                };
                for (const Real h : {0.004L, -0.004L})
                    EXPECT_NEAR(std::log2(estimate(h) / estimate(h / 2)), tableau.error_order + 1, 0.15L);
            }
        });
}

TEST_P(EveryMethod, KeepsItsToleranceAndComesBackToWhereItStarted)
{
    NoObserver nobody;
    auto there = task(7.3);
    const auto forward = solve(system, there, nobody);
    ASSERT_EQ(forward.outcome.status, Status::reached);
    const Vector2 exact(std::cos(7.3), -std::sin(7.3));
    EXPECT_LE((forward.y - exact).norm(), bound(forward.counts));

    auto back = there;
    std::swap(back.t0, back.t1);
    back.y0 = forward.y;
    const auto backward = solve(system, back, nobody);
    ASSERT_EQ(backward.outcome.status, Status::reached);
    EXPECT_EQ(backward.t, there.t0);
    EXPECT_LE((backward.y - there.y0).norm(), bound(forward.counts) + bound(backward.counts));
}

TEST_P(EveryMethod, EndsAtTheEndTimeToTheLastBit)
{
    NoObserver nobody;
    for (const double length : {1e-3, 1.0 / 3, -0.7, 5.1}) {
        const auto wanted = task(length);
        EXPECT_EQ(solve(system, wanted, nobody).t, wanted.t1);
    }
}

/// Counts what it is told and reads the dense output where asked.
struct Counter {
    bool read_dense = false;
    long accepted_steps = 0, rejected_attempts = 0;

    template <class StepType>
    Continue accepted(StepType& step)
    {
        ++accepted_steps;
        if (read_dense) {
            typename StepType::Polynomial polynomial;
            step.dense_polynomial(polynomial);
            step.dense_polynomial(polynomial);  // the second reading costs nothing
        }
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<double>&) { ++rejected_attempts; }
};

TEST_P(EveryMethod, CountsExactlyAndEvaluatesNoMoreThanItsTableauNeeds)
{
    for (const bool read_dense : {false, true}) {
        calls.rhs = 0;
        Counter counter{read_dense};
        auto given = task(7.3);
        if (info().adaptive()) given.options.step = 2;  // brings rejections
        const SolveCounts counts = solve(system, given, counter).counts;
        EXPECT_EQ(counts.rhs_evaluations, calls.rhs);
        EXPECT_EQ(counts.accepted, counter.accepted_steps);
        EXPECT_EQ(counts.rejected, counter.rejected_attempts);
        EXPECT_EQ(counts.rejected > 0, info().adaptive());

        // One for the first stage; an attempt reuses it, an end stage is the next first one.
        const bool end_in_estimate =
            with_method(GetParam(), [](auto method) { return decltype(method)::value.error_uses_end_stage(); });
        const int dense_stages =
            with_method(GetParam(), [](auto method) { return decltype(method)::value.dense_stages; });
        const long attempts = counts.accepted + counts.rejected;
        EXPECT_EQ(counts.rhs_evaluations, 1 + attempts * (info().stages - 1) +
                                              (end_in_estimate ? attempts : counts.accepted) +
                                              (read_dense ? counts.accepted * dense_stages : 0));
    }
}

TEST_P(EveryMethod, ChoosesItsFirstStepWithOneMoreEvaluation)
{
    if (!info().adaptive()) GTEST_SKIP() << "fixed steps only";
    Counter counter;
    auto given = task(7.3);
    given.options.max_evaluations = 1;
    EXPECT_EQ(solve(system, given, counter).counts.rhs_evaluations, 2);
    given.options.step = 0.1;
    EXPECT_EQ(solve(system, given, counter).counts.rhs_evaluations, 1);
}

TEST_P(EveryMethod, LeavesDenseOutputThatAgreesWithTheSolutionBetweenItsSteps)
{
    for (const double length : {3.0, -3.0}) {
        const auto given = task(length);
        const auto trajectory = record(system, given);
        ASSERT_EQ(trajectory.outcome.status, Status::reached);
        // The local error of a dense output of the global error's order p is h^p at most (its own constant is below
        // 1 on the oscillator), that of the steps adds up.
        double largest = 0;
        for (const double h : trajectory.steps()) largest = std::max(largest, std::abs(h));
        const double within = bound(trajectory.counts) + std::pow(largest, std::max(info().order, 2));
        for (int k = 0; k <= 100; ++k) {
            const double t = given.t0 + (k == 100 ? given.t1 - given.t0 : length * k / 100);
            const Vector2 exact(std::cos(t - given.t0), -std::sin(t - given.t0));
            EXPECT_LE((trajectory.at(k == 100 ? given.t1 : t) - exact).norm(), within) << t;
        }
    }
}

}  // namespace
}  // namespace syzygy
