// Lengths and speeds of the data, and the errors that stand in for those that are not given.
#include "physics/model/data.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Observations one_body_a_row(Observations data)
{
    for (Eigen::Index k = 0; k < data.positions.cols(); ++k)
        for (int body = 0; body < 3; ++body)
            if (k % 3 != body) data.positions.col(k).segment<3>(3 * body).setConstant(nan);
    return data;
}

TEST(Scales, OfOneBodyARowAreThoseOfThree)
{
    const Observations data = without_velocities(exact_samples("figure-eight", 3, 301));
    for (const double unit : {1.0, 1.5e8, 1e-12}) {
        Observations own = data;
        own.positions *= unit;
        const PreparedData three = prepare(own, {}), one = prepare(one_body_a_row(own), {});
        // Two rows at each end do not know all bodies.
        EXPECT_NEAR(one.length / three.length, 1, 0.01);
        EXPECT_NEAR(one.velocity / three.velocity, 1, 0.01);
    }
}

TEST(Scales, AreThoseOfTheOrbitsWhereBodiesAreNeverSeenInTheSameTime)
{
    Observations data = without_velocities(exact_samples("figure-eight", 3, 300));
    data.positions *= 1e9;
    const double together = prepare(data, {}).length;
    for (Eigen::Index k = 0; k < 300; ++k)
        for (int body = 0; body < 3; ++body)
            if (k / 100 != body) data.positions.col(k).segment<3>(3 * body).setConstant(nan);
    const double apart = prepare(data, {}).length;
    EXPECT_GT(apart, together / 3);
    EXPECT_LT(apart, 3 * together);
}

TEST(Scales, VelocitiesOfAnyRowTell)
{
    Observations data = exact_samples("figure-eight", 3, 20, true);
    const double all = prepare(data, {}).velocity;
    data.velocities.col(0).setConstant(nan);
    EXPECT_NEAR(prepare(data, {}).velocity / all, 1, 0.1);
}

TEST(Scales, PositionsWithoutALengthAreRefused)
{
    Observations data = without_velocities(exact_samples("figure-eight", 3, 20));
    data.positions.setZero();
    try {
        prepare(data, {});
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_THAT(error.what(), HasSubstr("length"));
    }
}

Observations with_errors()
{
    Observations data = with_noise(exact_samples("aca", 1, 30, true), 1e-3, 1);
    for (Eigen::Index c = 0; c < 9; ++c) data.position_sigmas.row(c).setConstant(1e-3 * static_cast<double>(c + 1));
    return data;
}

double weight(const PreparedData& data, int row, Eigen::Index k)
{
    return data.loss.weights()(row, k);
}

TEST(MissingErrorsOfData, AreTheMedianOfTheComponentThenOfTheBodyThenOfAll)
{
    Observations data = with_errors();
    data.position_sigmas(0, 3) = nan;
    data.position_sigmas.row(5).setConstant(nan);
    data.position_sigmas.bottomRows<3>().setConstant(nan);
    const PreparedData prepared = prepare(data, {});
    EXPECT_TRUE(prepared.sigmas_known);
    EXPECT_NEAR(weight(prepared, 0, 3), 1 / (1e-3 * 1e-3), 1e-6);
    // The other components of body 2 have 4e-3 and 5e-3, half each; all that are given 1e-3 .. 5e-3.
    EXPECT_NEAR(weight(prepared, 5, 7), 1 / (5e-3 * 5e-3), 1e-6);
    EXPECT_NEAR(weight(prepared, 8, 7), 1 / (3e-3 * 3e-3), 1e-6);
    EXPECT_EQ(prepared.missing.values, (std::array<long, 6>{1, 30, 90, 0, 0, 0}));
    EXPECT_TRUE(prepared.is_estimated(0, 3));
    EXPECT_FALSE(prepared.is_estimated(0, 4));
    EXPECT_TRUE(prepared.is_estimated(8, 0));
}

TEST(MissingErrorsOfData, OfVelocitiesAreThoseOfPositionsInTheirOwnMagnitude)
{
    Observations data = with_errors();
    data.position_sigmas.setConstant(2e-3);
    DataOptions options;
    options.velocities = true;
    for (const double unit : {1.0, 1e6}) {
        Observations own = data;
        own.positions *= unit;
        own.position_sigmas *= unit;
        own.velocities *= unit;
        const PreparedData prepared = prepare(own, options);
        const double sigma = 2e-3 * unit * prepared.velocity / prepared.length;
        EXPECT_NEAR(weight(prepared, 12, 5) * sigma * sigma, 1, 1e-12);
    }
}

TEST(MissingErrorsOfData, BlankColumnsAreNoErrors)
{
    Observations data = with_errors();
    const Observations none = without_velocities(exact_samples("aca", 1, 30));
    data.position_sigmas.setConstant(nan);
    const PreparedData prepared = prepare(data, {});
    EXPECT_FALSE(prepared.sigmas_known);
    EXPECT_FALSE(prepared.missing.any());
    EXPECT_EQ(weight(prepared, 3, 3), 1);
}

TEST(MissingErrorsOfData, AStatedErrorForAllLeavesNoneMissing)
{
    Observations data = with_errors();
    data.position_sigmas.col(4).setConstant(nan);
    DataOptions options;
    options.sigma = 0.5;
    const PreparedData prepared = prepare(data, options);
    EXPECT_NEAR(weight(prepared, 2, 4), 4, 1e-12);
    EXPECT_FALSE(prepared.missing.any());
    for (const double absurd : {1e-200, 1e200}) {
        options.sigma = absurd;
        EXPECT_THROW(prepare(data, options), ArgumentError) << absurd;
    }
}

TEST(MissingErrorsOfData, OfADifferenceHoldTheErrorOfTheReference)
{
    Observations data = with_errors();
    data.position_sigmas(3, 2) = nan;
    data.position_sigmas(1, 6) = nan;
    DataOptions options;
    options.relative_to = "1";
    const PreparedData prepared = prepare(data, options);
    EXPECT_NEAR(weight(prepared, 3, 2) * (4e-3 * 4e-3 + 1e-3 * 1e-3), 1, 1e-12);
    // The reference's own error of row 6 is missing: it has its usual one.
    EXPECT_NEAR(weight(prepared, 4, 6) * (5e-3 * 5e-3 + 2e-3 * 2e-3), 1, 1e-12);
}

}  // namespace
}  // namespace syzygy::testing
