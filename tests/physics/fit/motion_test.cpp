// Residuals beside the motion: when a fit is none.
#include "physics/fit/motion.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// What is said of a point that a fit might have ended at.
MotionJudgement judgement_at(const Observations& observations, const ThreeBodySystem& system,
                             const Eigen::Vector3d& masses, const FitSetup& setup = {})
{
    const PreparedData data = fit_data(observations, setup);
    ModelPoint point{masses, system.state()};
    if (data.reference >= 0) {
        const State at = system.state();
        for (int block = 0; block < 6; ++block)
            point.initial_state.segment<3>(3 * block) -= at.segment<3>(3 * data.reference + (block < 3 ? 0 : 9));
    }
    return judge_motion(data, compute_residuals(data, point, {setup.solver, "dense", system.softening}));
}

TEST(Motion, OfAMoonMuchTooHeavyIsNoneThoughTheEarthGoesRoundTheSun)
{
    const ThreeBodySystem system = find_scenario("sun-earth-moon").make();
    const double day = 86400 / system.units.time_si();
    std::vector<double> times;
    for (int k = 0; k < 120; ++k) times.push_back(k * day);
    const Observations data = samples_at(system, times);
    FitSetup setup;
    setup.data.relative_to = "1";
    EXPECT_FALSE(judgement_at(data, system, system.masses(), setup).no_fit);
    Eigen::Vector3d heavy = system.masses();
    heavy[2] *= 27;
    const MotionJudgement judgement = judgement_at(data, system, heavy, setup);
    ASSERT_TRUE(judgement.no_fit);
    EXPECT_THAT(*judgement.no_fit, AllOf(HasSubstr(system.bodies[2].name + " relative to " + system.bodies[1].name),
                                         HasSubstr("--start")));
    ASSERT_TRUE(judgement.phase_wrap);
    EXPECT_EQ(judgement.phase_wrap->code, "phase-wrap");
}

TEST(Motion, IsJudgedAlsoWhereEachRowHasOneBody)
{
    const ThreeBodySystem system = find_scenario("hierarchical").make();
    Observations data = exact_samples(system, 40, 300);
    for (Eigen::Index k = 1; k < 300; ++k)
        for (Eigen::Index body = 0; body < 3; ++body)
            if (body != k % 3) data.positions.col(k).segment<3>(3 * body).setConstant(std::nan(""));
    EXPECT_FALSE(judgement_at(data, system, system.masses()).no_fit);
    const MotionJudgement judgement = judgement_at(data, system, {1.3, 0.5, 1});
    ASSERT_TRUE(judgement.no_fit);
    EXPECT_THAT(*judgement.no_fit, HasSubstr("Secondary relative to Primary"));
}

TEST(Motion, IsTheSameInEveryUnit)
{
    const ThreeBodySystem system = find_scenario("hierarchical").make();
    const Observations data = exact_samples(system, 40, 200);
    for (const double scale : {1e-9, 1.0, 1e12}) {
        ThreeBodySystem other = system;
        Observations scaled = data;
        for (Body& body : other.bodies) {
            body.position *= scale;
            body.velocity *= scale;
            body.mass *= scale * scale * scale;
        }
        scaled.positions *= scale;
        scaled.velocities *= scale;
        EXPECT_FALSE(judgement_at(scaled, other, other.masses()).no_fit) << scale;
        EXPECT_TRUE(judgement_at(scaled, other, 1.3 * other.masses()).no_fit) << scale;
    }
}

TEST(Motion, HiddenByNoiseIsAPoorFitAndNoneTheLess)
{
    // Errors as large as the inner orbit, stated or not: residuals are noise, and nothing describes the data better.
    const ThreeBodySystem system = find_scenario("hierarchical").make();
    for (const bool stated : {true, false}) {
        const Observations data = with_noise(exact_samples(system, 40, 300), 1, 4, stated);
        const MotionJudgement judgement = judgement_at(data, system, system.masses());
        EXPECT_FALSE(judgement.no_fit) << stated << *judgement.no_fit;
        EXPECT_FALSE(judgement.phase_wrap) << stated;
    }
    // The same noise over a motion that is another one.
    const Observations data = with_noise(exact_samples(system, 40, 300), 0.3, 4, false);
    EXPECT_TRUE(judgement_at(data, system, {1.3, 0.5, 1}).no_fit);
}

TEST(Motion, IsThereForARobustFitWhateverOutliersDo)
{
    const ThreeBodySystem system = find_scenario("hierarchical").make();
    Observations data = with_noise(exact_samples(system, 40, 300), 1e-3, 5);
    Random random(6);
    for (Eigen::Index k = 1; k < 300; k += 10)
        for (double& value : data.positions.col(k)) value = 20 * random.normal();
    FitSetup setup;
    setup.fit.robust = "cauchy";
    EXPECT_FALSE(judgement_at(data, system, system.masses(), setup).no_fit);
    EXPECT_TRUE(judgement_at(data, system, {1.3, 0.5, 1}, setup).no_fit);
}

TEST(NoFit, IsTheOutcomeOfAConvergedAndOfAFinishedFitThatEndFarFromTheData)
{
    // Levenberg and Marquardt in a wrong minimum, Adam with most of its way before it.
    const Eigen::Vector3d truth = find_scenario("hierarchical").make().masses();
    for (const std::string optimizer : {"lm", "adam"}) {
        FitSetup setup = setup_from(truth.cwiseProduct(Eigen::Vector3d(1.5, 0.667, 1.5)), "masses", optimizer);
        setup.fit.grow = "off";
        if (optimizer == "adam") setup.optimizer.iterations = 3;
        const FitResult stuck = run_fit(exact_samples("hierarchical", optimizer == "lm" ? 10 : 40, 100), setup);
        EXPECT_EQ(stuck.outcome.status, Status::no_fit) << optimizer << stuck.outcome.reason;
        EXPECT_FALSE(stuck.outcome.ok());
        EXPECT_THAT(stuck.outcome.reason, AllOf(HasSubstr("rms"), HasSubstr("the optimiser itself ended as")))
            << optimizer;
        EXPECT_NE(warning(stuck, "phase-wrap"), "") << optimizer;
    }
}

TEST(NoFit, IsNotSaidWhereNothingIsFitted)
{
    const FitResult result = run_fit(exact_samples("hierarchical", 40, 200), setup_from({0.6, 0.7, 0.6}, "none"));
    EXPECT_EQ(result.outcome.status, Status::converged);
    EXPECT_NE(warning(result, "phase-wrap"), "");
}

TEST(NoFit, IsNotSaidOfAFitThatIsRight)
{
    for (const char* optimizer : {"lm", "lbfgs"}) {
        const FitResult result = run_fit(with_noise(exact_samples("aca", 1, 100), 1e-3, 2),
                                         setup_from({1, 1, 1}, "masses,initial", optimizer));
        EXPECT_NE(result.outcome.status, Status::no_fit) << optimizer << result.outcome.reason;
    }
}

}  // namespace
}  // namespace syzygy
