// What a gradient run says of its own errors, against the truth in long double.
#include "core/gradient/error_estimate.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::Calls;
using testing::Counting;
using testing::ForcedDuffing;
using testing::record;
using testing::SquaresLoss;
using ::testing::HasSubstr;

template <class Real>
using Loss = SquaresLoss<Real, 9>;
template <class Real>
using Problem = GradientProblem<ThreeBody<Real>, Loss<Real>>;
using Gradient = Eigen::Matrix<double, 21, 1>;

template <class Result>
Gradient gradient_of(const Result& result)
{
    Gradient gradient;
    gradient << result.parameters.template cast<double>(), result.initial_state.template cast<double>();
    return gradient;
}

/// Three bodies with observed positions, in numbers that any precision can be computed in.
struct Scene {
    double k1 = 1, k2 = 1, t1 = 1;
    Eigen::Vector3d masses = Eigen::Vector3d::Ones();
    State y0 = State::Zero();
    std::vector<double> times, weights;
    std::vector<Eigen::Matrix<double, 9, 1>> targets;

    template <class Real>
    Loss<Real> loss() const
    {
        Loss<Real> loss;
        for (std::size_t k = 0; k < times.size(); ++k)
            loss.observe(static_cast<Real>(times[k]), targets[k].cast<Real>(), static_cast<Real>(weights[k]));
        return loss;
    }

    template <const auto& tableau>
    GradientResult<ThreeBody<double>> run(double rtol) const
    {
        const ThreeBody<double> system(k1, k2, masses);
        const auto loss = this->loss<double>();
        Problem<double> problem{&system, &loss, {y0, 0, t1, {}, State::Constant(rtol)}};
        problem.task.options.rtol = rtol;
        AcaWorkspace<Problem<double>> workspace;
        return detail::aca_with_error<tableau>(problem, workspace);
    }

    /// Order 8 in long double at 1e-15: eleven digits beyond the errors looked at.
    GradientResult<ThreeBody<long double>> truth() const
    {
        using Real = long double;
        const ThreeBody<Real> system(k1, k2, masses.cast<Real>());
        const auto loss = this->loss<Real>();
        Problem<Real> problem{&system, &loss, {y0.cast<Real>(), 0, t1, {}, ThreeBodyState<Real>::Constant(1e-15L)}};
        problem.task.options.rtol = 1e-15;
        AcaWorkspace<Problem<Real>> workspace;
        return detail::aca_with<dop853>(problem, workspace);
    }

    /// Observations of bodies with these masses.
    void observe(const Eigen::Vector3d& true_masses)
    {
        const ThreeBody<double> system(k1, k2, true_masses);
        targets.assign(times.size(), Eigen::Matrix<double, 9, 1>::Zero());
        const auto unseen = loss<double>();
        Problem<double> problem{&system, &unseen, {y0, 0, t1, {}, State::Constant(1e-13)}};
        problem.task.options.rtol = 1e-13;
        auto observations = observe_steps(problem, y0, [&](std::size_t k, const auto& y) { targets[k] = y; });
        solve_with<dop853>(system, problem.task, observations);
    }
};

/// The ACA example with masses (1, 1, 1), 1000 times on [0, 1], w = 0.01^t.
Scene aca_scene()
{
    Scene scene;
    scene.k1 = static_cast<double>(AcaExample::k1);
    scene.k2 = static_cast<double>(AcaExample::k2);
    scene.y0 = AcaExample::initial_state<double>();
    for (int k = 0; k < 1000; ++k) {
        scene.times.push_back(k / 999.0);
        scene.weights.push_back(std::pow(0.01, scene.times.back()) / 1000);
    }
    scene.targets = AcaExample::true_positions<double>(scene.times);
    return scene;
}

TEST(ErrorEstimate, IsRightToFivePercentOnTheAcaExampleFrom1em7Down)
{
    const Scene scene = aca_scene();
    const auto truth = scene.truth();
    EXPECT_NEAR(static_cast<double>(truth.loss), 0.014651208892, 1e-12);
    for (const double rtol : {1e-7, 1e-8, 1e-9, 1e-10}) {
        const auto result = scene.run<dormand_prince54>(rtol);
        ASSERT_TRUE(result.error && result.error->trusted) << result.error->doubt;
        const auto& error = *result.error;
        const double true_error = static_cast<double>(result.loss - truth.loss);
        EXPECT_NEAR(error.loss_error / true_error, 1, 0.05) << rtol;
        EXPECT_LT(std::abs(error.loss_corrected - static_cast<double>(truth.loss)), 0.05 * std::abs(true_error)) << rtol;
        const Gradient off = gradient_of(result) - gradient_of(truth);
        EXPECT_NEAR(error.gradient_error / (off.norm() / gradient_of(result).norm()), 1, 0.05) << rtol;
        Gradient estimated;
        estimated << error.parameters_error, error.initial_state_error;
        EXPECT_LT((estimated - off).norm(), 0.05 * off.norm()) << rtol;
        record(fmt::format("ratio_{:.0e}", rtol), error.loss_error / true_error);
    }
}

TEST(ErrorEstimate, SaysThatALooseSolvePastTheCloseApproachIsNotToBeTrusted)
{
    const Scene scene = aca_scene();
    for (const double rtol : {1e-3, 1e-4, 1e-5}) {
        const auto result = scene.run<dormand_prince54>(rtol);
        ASSERT_TRUE(result.error);
        EXPECT_FALSE(result.error->trusted) << rtol;
        EXPECT_THAT(result.error->doubt, HasSubstr("tighten rtol"));
    }
    // And where only rounding is left of the error.
    const auto tight = scene.run<dop853>(1e-13);
    EXPECT_THAT(tight.error->doubt, HasSubstr("rounding"));
}

TEST(ErrorEstimate, IsRightAtAMinimumWhereTheFirstOrderVanishes)
{
    // Exact data: the exact loss is 0 and the computed one is all error, of second order.
    Scene scene = aca_scene();
    scene.masses = AcaExample::true_masses<double>();
    for (const double rtol : {1e-6, 1e-8}) {
        const auto result = scene.run<dormand_prince54>(rtol);
        ASSERT_TRUE(result.error->trusted) << result.error->doubt;
        EXPECT_NEAR(result.error->loss_error / result.loss, 1, 0.1);
        EXPECT_LT(std::abs(result.error->loss_corrected), 0.1 * result.loss);
    }
}

/// Bodies at random: some pass each other closely, some are bound and chaotic, some fly apart; some observed without
/// noise, so that the loss is near its minimum, some far from the model; tolerances from 1e-3 to 1e-10.
class RandomSystems {
public:
    Scene next(double& rtol)
    {
        std::uniform_real_distribution<double> uniform(0, 1);
        std::normal_distribution<double> normal;
        Scene scene;
        for (double& mass : scene.masses) mass = 0.2 + uniform(random_);
        const double speed = uniform(random_);
        for (int i = 0; i < 18; ++i) scene.y0[i] = (i < 9 ? 1 : speed) * normal(random_);
        scene.t1 = 1 + 5 * uniform(random_);
        rtol = std::pow(10, -3 - 7 * uniform(random_));
        const int count = 1 + static_cast<int>(40 * uniform(random_));
        for (int k = 1; k <= count; ++k) scene.times.push_back(k == count ? scene.t1 : scene.t1 * k / count);
        scene.weights.assign(scene.times.size(), 1.0 / count);
        const double noise = std::pow(10, -6 + 5.5 * uniform(random_));
        scene.observe(scene.masses * (1 + noise / 10));
        for (auto& target : scene.targets)
            for (double& component : target) component += noise * normal(random_);
        return scene;
    }

private:
    std::mt19937_64 random_{20260726};
};

TEST(ErrorEstimate, IsWithinAFactorOfTwoWhereItSaysThatItIsTrustedOver200RandomSystems)
{
    RandomSystems systems;
    int count = 0, trusted = 0, right = 0, gradient_right = 0, off = 0, off_and_said = 0;
    while (count < 200) {
        double rtol = 0;
        const Scene scene = systems.next(rtol);
        const auto truth = scene.truth();
        const auto result = scene.run<dormand_prince54>(rtol);
        if (!truth.outcome.ok() || !result.outcome.ok()) continue;  // a collision: there is no truth
        ++count;
        const auto within = [](double estimate, double exact) { return estimate / exact > 0.5 && estimate / exact < 2; };
        const auto& error = *result.error;
        const bool loss_right = within(error.loss_error, static_cast<double>(result.loss - truth.loss));
        const Gradient difference = gradient_of(result) - gradient_of(truth);
        trusted += error.trusted;
        right += error.trusted && loss_right;
        gradient_right +=
            error.trusted && within(error.gradient_error, difference.norm() / gradient_of(result).norm());
        off += !loss_right;
        off_and_said += !loss_right && !error.trusted;
    }
    EXPECT_GE(trusted, 0.75 * count);
    EXPECT_GE(right, 0.9 * trusted);
    EXPECT_GE(gradient_right, 0.9 * trusted);
    EXPECT_GE(off_and_said, 0.9 * off);
    record("trusted", trusted);
    record("right", right);
    record("gradient_right", gradient_right);
    record("off", off);
    record("off_and_said", off_and_said);
}

/// The forced Duffing oscillator over every solver method.
class ErrorEstimateOfEveryMethod : public ::testing::TestWithParam<std::string> {
protected:
    using System = Counting<ForcedDuffing<double>>;
    using DuffingLoss = SquaresLoss<double, 1>;
    using DuffingProblem = GradientProblem<System, DuffingLoss>;

    DuffingProblem problem(double t1, Observe observe)
    {
        loss = {};
        for (const double part : {0.0, 0.05, 0.31, 0.5, 0.500001, 0.77, 1.0, 1.0})
            loss.observe(part * t1, DuffingLoss::Observed(0.2 * std::cos(5 * part)), 1 + part);
        DuffingProblem problem{&system, &loss, {{0.7, -0.2}, 0, t1, {}, Eigen::Vector2d::Constant(1e-13)}, observe};
        problem.task.options.method = "dop853";
        problem.task.options.rtol = 1e-13;
        return problem;
    }
    /// The errors of a method of low order are kept above rounding, and those of a high one asymptotic.
    DuffingProblem of_method(double t1, Observe observe)
    {
        DuffingProblem p = problem(t1, observe);
        const MethodInfo& info = find_method(GetParam());
        p.task.options.method = GetParam();
        const double tolerance = info.order > 5 ? 1e-9 : info.order > 3 ? 1e-7 : 1e-5;
        p.task.options.rtol = tolerance;
        p.task.atol.setConstant(tolerance);
        if (!info.adaptive()) p.task.options.step = info.order == 1 ? 1e-3 : 0.01;
        return p;
    }

    Calls calls;
    System system{ForcedDuffing<double>(Eigen::Vector2d(1.3, 0.8)), calls};
    DuffingLoss loss;
};

INSTANTIATE_TEST_SUITE_P(Methods, ErrorEstimateOfEveryMethod,
                         ::testing::ValuesIn([] {
                             std::vector<std::string> ids;
                             for (const MethodInfo& method : method_infos) ids.emplace_back(method.id);
                             return ids;
                         }()),
                         [](const auto& row) { return row.param; });

TEST_P(ErrorEstimateOfEveryMethod, IsWithinAThirdOfTheTruthInBothDirectionsDenseAndStopped)
{
    for (const double t1 : {3.0, -2.0})
        for (const Observe observe : {Observe::dense, Observe::stop}) {
            const auto truth = aca(problem(t1, observe));
            const auto result = aca_with_error(of_method(t1, observe));
            ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
            const auto& error = *result.error;
            EXPECT_TRUE(error.trusted) << error.doubt;
            EXPECT_NEAR(error.loss_error / (result.loss - truth.loss), 1, 1.0 / 3) << t1;
            Eigen::Vector4d off, estimated;
            off << result.parameters - truth.parameters, result.initial_state - truth.initial_state;
            estimated << error.parameters_error, error.initial_state_error;
            EXPECT_LE((estimated - off).norm(), off.norm() / 3) << t1;
        }
}

TEST_P(ErrorEstimateOfEveryMethod, LeavesTheGradientAsItIsAndCountsWhatItTakes)
{
    const DuffingProblem asked = of_method(3, Observe::dense);
    const auto plain = aca(asked);
    calls.rhs = calls.vjp = 0;
    const auto result = aca_with_error(asked);
    EXPECT_EQ(result.loss, plain.loss);
    EXPECT_EQ(result.parameters, plain.parameters);
    EXPECT_EQ(result.initial_state, plain.initial_state);
    EXPECT_EQ(result.forward.rhs_evaluations, plain.forward.rhs_evaluations);
    EXPECT_EQ(result.backward.rhs_evaluations, plain.backward.rhs_evaluations);
    EXPECT_EQ(result.backward.vjp_evaluations, plain.backward.vjp_evaluations);
    const auto& error = *result.error;
    EXPECT_EQ(calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations + error.counts.rhs_evaluations);
    EXPECT_EQ(calls.vjp, result.backward.vjp_evaluations + error.counts.vjp_evaluations);
    ASSERT_EQ(error.step_shares.size(), static_cast<std::size_t>(result.forward.accepted));
    double magnitude = 0;
    for (const double share : error.step_shares) magnitude += std::abs(share);
    EXPECT_NEAR(std::accumulate(error.step_shares.begin(), error.step_shares.end(), 0.0), error.loss_error, 1e-13 * magnitude);
}

TEST(ErrorEstimate, EndsWithinAStepWhenItIsStopped)
{
    using System = Counting<ForcedDuffing<double>>;
    using DuffingLoss = SquaresLoss<double, 1>;
    Calls calls;
    const System system(ForcedDuffing<double>(Eigen::Vector2d(1.3, 0.8)), calls);
    DuffingLoss loss;
    for (int k = 0; k <= 30; ++k) loss.observe(k * 0.1, DuffingLoss::Observed(std::sin(k)), 1);
    GradientProblem<System, DuffingLoss> problem{&system, &loss, {{0.7, -0.2}, 0, 3, {}, Eigen::Vector2d::Constant(1e-6)}};
    problem.task.options.rtol = 1e-6;
    AcaWorkspace<decltype(problem)> workspace;
    detail::aca_with_error<dormand_prince54>(problem, workspace);
    const long all = calls.rhs;
    for (const double part : {0.05, 0.15, 0.4, 0.6, 0.9}) {
        std::stop_source source;
        problem.task.stop = source.get_token();
        calls.rhs = 0;
        const auto when = static_cast<long>(part * static_cast<double>(all));
        calls.on_rhs = [&] {
            if (calls.rhs == when) source.request_stop();
        };
        const auto result = detail::aca_with_error<dormand_prince54>(problem, workspace);
        EXPECT_EQ(result.outcome.status, Status::stopped) << part;
        EXPECT_FALSE(result.error);
        EXPECT_LE(calls.rhs - when, 4 * dormand_prince54.rows) << part;
    }
}

}  // namespace
}  // namespace syzygy
