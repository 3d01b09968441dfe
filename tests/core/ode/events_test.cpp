#include "core/ode/events.hpp"

#include "core/ode/trajectory.hpp"
#include "tests/support/aca_example.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::Oscillator;
using Vector2 = Eigen::Vector2d;
using std::numbers::pi;

/// x = cos t, v = -sin t over [t0, t1] by dop853 at the tightest tolerance.
class EventsOfAnOscillator : public ::testing::Test {
protected:
    std::vector<EventHit<Vector2>> run(std::vector<Event<Vector2>> events, double t0, double t1)
    {
        SolveTask<Vector2> task{Vector2(std::cos(t0), -std::sin(t0)), t0, t1, {}, Vector2::Constant(1e-15)};
        task.options.method = "dop853";
        task.options.rtol = 1e-14;
        task.options.max_step = 0.4;
        EventDetector<Vector2> detector(std::move(events));
        detector.begin(t0, task.y0);
        result = solve_with<dop853>(Oscillator<double>(), task, detector);
        ended = detector.ended();
        return detector.hits();
    }
    static double position(double, const Vector2& y) { return y[0]; }
    static double velocity(double, const Vector2& y) { return y[1]; }

    SolveResult<Vector2> result;
    bool ended = false;
};

TEST_F(EventsOfAnOscillator, AreFoundWhereTheClosedFormHasThem)
{
    const auto hits = run({{position}}, 0, 20);
    ASSERT_EQ(hits.size(), 6u);  // pi/2, 3 pi/2, ... 11 pi/2
    for (std::size_t k = 0; k < hits.size(); ++k) {
        const double exact = pi / 2 + static_cast<double>(k) * pi;
        EXPECT_NEAR(hits[k].t, exact, 1e-12);
        EXPECT_NEAR(hits[k].y[0], 0, 1e-12);
        EXPECT_NEAR(hits[k].y[1], -std::sin(exact), 1e-12);
    }
    EXPECT_FALSE(ended);
    EXPECT_EQ(result.t, 20);
}

TEST_F(EventsOfAnOscillator, AreFoundBackwardInTimeAsWell)
{
    const auto hits = run({{position}}, 0, -20);
    ASSERT_EQ(hits.size(), 6u);
    for (std::size_t k = 0; k < hits.size(); ++k) EXPECT_NEAR(hits[k].t, -pi / 2 - static_cast<double>(k) * pi, 1e-12);
}

TEST_F(EventsOfAnOscillator, CountInTheDirectionAskedFor)
{
    // In the direction of the solve: x falls through pi/2 and rises through 3 pi/2.
    const auto rising = run({{position, Crossing::rising}}, 0, 10);
    ASSERT_EQ(rising.size(), 1u);
    EXPECT_NEAR(rising[0].t, 3 * pi / 2, 1e-12);
    const auto falling = run({{position, Crossing::falling}}, 0, 10);
    ASSERT_EQ(falling.size(), 2u);
    EXPECT_NEAR(falling[0].t, pi / 2, 1e-12);
    EXPECT_NEAR(falling[1].t, 5 * pi / 2, 1e-12);
    // Backward the first zero, at -pi/2, is met from above: falling again.
    EXPECT_NEAR(run({{position, Crossing::falling}}, 0, -2).at(0).t, -pi / 2, 1e-12);
    EXPECT_TRUE(run({{position, Crossing::rising}}, 0, -2).empty());
}

TEST_F(EventsOfAnOscillator, ComeInTheOrderOfTheSolve)
{
    // Two functions whose zeros lie a tenth apart, the later one listed first.
    const auto later = [](double t, const Vector2&) { return t - 1.1; };
    const auto sooner = [](double t, const Vector2&) { return t - 1.0; };
    auto hits = run({{later}, {sooner}, {velocity}}, 0.5, 4);
    ASSERT_EQ(hits.size(), 3u);
    EXPECT_EQ(hits[0].event, 1u);
    EXPECT_EQ(hits[1].event, 0u);
    EXPECT_EQ(hits[2].event, 2u);
    EXPECT_NEAR(hits[2].t, pi, 1e-12);
    hits = run({{later}, {sooner}}, 4, 0.5);
    ASSERT_EQ(hits.size(), 2u);
    EXPECT_EQ(hits[0].event, 0u);
}

TEST_F(EventsOfAnOscillator, ATerminalOneEndsTheSolveAtItsFirstZero)
{
    for (const double direction : {1.0, -1.0}) {
        const auto hits = run({{position, Crossing::any, true}, {velocity}}, 0, direction * 20);
        ASSERT_FALSE(hits.empty());
        EXPECT_TRUE(ended);
        EXPECT_EQ(hits.back().event, 0u);
        EXPECT_NEAR(hits.back().t, direction * pi / 2, 1e-12);
        EXPECT_LT(std::abs(result.t), 2);
        EXPECT_TRUE(result.outcome.ok());
    }
}

TEST_F(EventsOfAnOscillator, AZeroAtTheStartItselfIsNotFoundAgain)
{
    const auto hits = run({{velocity}}, 0, 2 * pi + 0.1);  // v(0) = 0
    ASSERT_EQ(hits.size(), 2u);
    EXPECT_NEAR(hits[0].t, pi, 1e-12);
    EXPECT_NEAR(hits[1].t, 2 * pi, 1e-12);
}

TEST_F(EventsOfAnOscillator, GroupWithOtherObservers)
{
    Trajectory<Vector2> trajectory;
    EventDetector<Vector2> detector({{position, Crossing::any, true}});
    SolveTask<Vector2> task{Vector2(1, 0), 0, 20, {}, Vector2::Constant(1e-10)};
    task.options.rtol = 1e-10;
    trajectory.begin(task.t0, task.y0);
    detector.begin(task.t0, task.y0);
    ObserverGroup group(trajectory, detector);
    const auto solved = solve_with<dormand_prince54>(Oscillator<double>(), task, group);
    EXPECT_TRUE(detector.ended());
    EXPECT_EQ(trajectory.times().back(), solved.t);
    EXPECT_EQ(static_cast<long>(trajectory.steps().size()), solved.counts.accepted);
}

TEST(Events, FindTheClosestApproachOfTheAcaExample)
{
    // 0.0531 of bodies 2 and 3 at t = 0.871, where their distance stops falling.
    Event<State> closest;
    closest.value = [](double, const State& y) {
        return (y.segment<3>(3) - y.segment<3>(6)).dot(y.segment<3>(12) - y.segment<3>(15));
    };
    closest.crossing = Crossing::rising;
    for (const std::string_view method : {"dopri5", "dop853", "tsit5"}) {
        auto task = AcaExample::task<double>(0, 1, 1e-11);
        task.options.method = method;
        EventDetector<State> detector({closest});
        detector.begin(0, task.y0);
        solve(AcaExample::system<double>(AcaExample::true_masses<double>()), task, detector);
        double smallest = 1, when = 0;
        for (const auto& hit : detector.hits()) {
            const double distance = (hit.y.segment<3>(3) - hit.y.segment<3>(6)).norm();
            if (distance < smallest) when = hit.t;
            smallest = std::min(smallest, distance);
        }
        EXPECT_NEAR(smallest, 0.0531, 5e-5) << method;
        EXPECT_NEAR(when, 0.871, 5e-4) << method;
    }
}

}  // namespace
}  // namespace syzygy
