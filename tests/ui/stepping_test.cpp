#include "ui/session/stepping.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

/// Observations at 10, 11, 11, 13; window 10..11 with steps to 10.25 and 11; prediction with a step to 12.5 and 14.
Picture picture()
{
    auto observations = std::make_shared<Observations>();
    observations->times = {10, 11, 11, 13};
    observations->positions = ObservedTable::Random(9, 4);
    DataOptions options;
    options.window = {std::nullopt, 11};
    auto solution = std::make_shared<Solution>();
    solution->data = std::make_shared<const PreparedData>(prepare(*observations, options));

    struct Step {
        using Polynomial = std::array<State, 1>;
        double from, to;
        double t1() const { return to; }
        double h() const { return to - from; }
        double error_ratio() const { return 0; }
        State y0() const { return State::Zero(); }
        State y1() const { return State::Zero(); }
        void dense_polynomial(Polynomial&) const {}
    };
    const auto steps = [](std::initializer_list<double> times) {
        Trajectory<State> trajectory;
        trajectory.begin(*times.begin(), State::Zero());
        for (auto time = times.begin() + 1; time != times.end(); ++time) {
            Step step{*(time - 1), *time};
            trajectory.accepted(step);
        }
        return trajectory;
    };
    solution->window = steps({0, 0.25, 1});
    solution->beyond = steps({1, 2.5, 4});
    Picture made;
    made.observations = observations;
    made.solution = solution;
    return made;
}

TEST(Stepping, ThroughObservationTimesVisitsEachOnce)
{
    const Picture made = picture();
    EXPECT_EQ(next_sample(made, 9), 10);
    EXPECT_EQ(next_sample(made, 10), 11);
    EXPECT_EQ(next_sample(made, 11), 13);
    EXPECT_EQ(next_sample(made, 11.5), 13);
    EXPECT_EQ(previous_sample(made, 20), 13);
    EXPECT_EQ(previous_sample(made, 13), 11);
    EXPECT_EQ(previous_sample(made, 11), 10);
}

TEST(Stepping, ThroughSolverStepsGoesOnBeyondTheWindow)
{
    const Picture made = picture();
    double time = 10;
    for (const double expected : {10.25, 11.0, 12.5, 14.0}) {
        time = next_step(made, time);
        EXPECT_EQ(time, expected);
    }
    for (const double expected : {12.5, 11.0, 10.25, 10.0}) {
        time = previous_step(made, time);
        EXPECT_EQ(time, expected);
    }
    EXPECT_EQ(next_step(made, 10.1), 10.25);
    EXPECT_EQ(previous_step(made, 10.1), 10);
    EXPECT_EQ(previous_step(made, 11.2), 11);
}

TEST(Stepping, StaysWhereThereIsNothingFurther)
{
    const Picture made = picture();
    EXPECT_EQ(next_sample(made, 13), 13);
    EXPECT_EQ(previous_sample(made, 10), 10);
    EXPECT_EQ(next_step(made, 14), 14);
    EXPECT_EQ(previous_step(made, 10), 10);
    EXPECT_EQ(next_sample(Picture{}, 1), 1);
    EXPECT_EQ(previous_step(Picture{}, 1), 1);
}

}  // namespace
}  // namespace syzygy
