// Counting revolutions: Kepler orbits of known frequencies, sampled less than twice a turn.
#include "physics/guess/revolutions.hpp"

#include "tests/physics/guess/search_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr double two_pi = 2 * std::numbers::pi;

/// A binary (masses 1 and 0.5, semi-major axis 1, eccentricity e) with a third body (mass 0.8) on a circle of radius 15.
ThreeBodySystem binary_and_third(double e)
{
    constexpr double m1 = 1, m2 = 0.5, m3 = 0.8, far = 15, inner = m1 + m2, all = inner + m3;
    const Eigen::Vector3d r(1 - e, 0, 0), v = std::sqrt(inner * (1 + e) / (1 - e)) * Eigen::Vector3d(0, 0.8, 0.6);
    const Eigen::Vector3d outer_r(0, far, 0), outer_v = std::sqrt(all / far) * Eigen::Vector3d(-1, 0, 0);
    const Eigen::Vector3d centre = -m3 / all * outer_r, centre_v = -m3 / all * outer_v;
    ThreeBodySystem system;
    system.bodies = {Body{"A", m1, centre - m2 / inner * r, centre_v - m2 / inner * v},
                     Body{"B", m2, centre + m1 / inner * r, centre_v + m1 / inner * v},
                     Body{"C", m3, inner / all * outer_r, inner / all * outer_v}};
    return system;
}

/// Turns per time of its binary.
double binary_frequency()
{
    return std::sqrt(1.5) / two_pi;
}

/// Times whose gaps are `gap`, or anything between a fifth and nine fifths of it.
std::vector<double> times_with(double gap, std::size_t count, bool equal)
{
    Random random(7);
    std::vector<double> times{0};
    while (times.size() < count) times.push_back(times.back() + gap * (equal ? 1 : 0.2 + 1.6 * random.uniform()));
    return times;
}

struct Sampling {
    double turns;  ///< of the binary between rows
    bool equal;
    double eccentricity;
};

class CountedRevolutions : public ::testing::TestWithParam<Sampling> {};

TEST_P(CountedRevolutions, HaveTheFrequencyTheMassAndTheVelocities)
{
    const auto [turns, equal, eccentricity] = GetParam();
    const ThreeBodySystem system = binary_and_third(eccentricity);
    const std::vector<double> times = times_with(turns / binary_frequency(), 120, equal);
    const Observations exact = samples_at(system, times, "", "", true);
    const Observations seen = with_noise(without_velocities(exact), 1e-3, 1);
    const PreparedData data = fit_data(seen, {});
    std::vector<Revolutions> counted = count_revolutions(data);
    // Of equal gaps several numbers of turns are possible; unequal ones leave one.
    const auto right = std::find_if(counted.begin(), counted.end(), [&](const Revolutions& one) {
        return one.pairs[0] == 0 && std::abs(one.orbits[0].frequency / binary_frequency() - 1) < 0.01;
    });
    ASSERT_NE(right, counted.end());
    if (!equal) {
        EXPECT_EQ(right, counted.begin());
    }
    EXPECT_TRUE(right->likely);
    give_slopes(data, *right);
    // The third body disturbs the binary by 0.8 / 15^3 of its own pull.
    EXPECT_NEAR(right->mass[0], 1.5, 0.02);
    EXPECT_NEAR(right->mass[1], 2.3, 0.05);
    EXPECT_NEAR(right->swing[0] / right->swing[1], 0.5, 0.02);
    double squares = 0, all = 0;
    for (std::size_t k = 0; k < times.size(); ++k) {
        const State y = right->tracks.state(data.times()[k]);
        const Eigen::VectorXd truth = exact.velocities.col(static_cast<Eigen::Index>(k));
        squares += (y.tail<9>() - truth).squaredNorm();
        all += truth.squaredNorm();
    }
    EXPECT_LT(std::sqrt(squares / all), 0.05);
}

INSTANTIATE_TEST_SUITE_P(Samplings, CountedRevolutions,
                         ::testing::Values(Sampling{0.58, true, 0}, Sampling{0.7, true, 0.4}, Sampling{1.3, true, 0.2},
                                           Sampling{0.9, true, 0.1}, Sampling{0.8, false, 0.3}, Sampling{1.6, false, 0}));

TEST(CountRevolutions, SaysTurnsOfBothPairs)
{
    const Observations seen = without_velocities(samples_at(binary_and_third(0), times_with(0.7 / binary_frequency(), 100, true)));
    const PreparedData data = fit_data(seen, {});
    const std::vector<Revolutions> counted = count_revolutions(data);
    ASSERT_FALSE(counted.empty());
    EXPECT_THAT(counted.front().description(), HasSubstr("pair 1-2 turns 0."));
    EXPECT_THAT(counted.front().description(), HasSubstr(" times between rows, pair "));
}

TEST(CountRevolutions, FindsNothingLikelyInRowsThatShowTheMotion)
{
    for (const SearchCase& one : search_cases) {
        const PreparedData data = fit_data(search_data(one, 1, 1), search_setup(one));
        for (const Revolutions& counted : count_revolutions(data))
            EXPECT_FALSE(counted.likely) << one.scenario << ": " << counted.description();
    }
}

TEST(CountRevolutions, NeedsEightRowsOfBothBodies)
{
    const ThreeBodySystem system = binary_and_third(0);
    const PreparedData few = fit_data(without_velocities(samples_at(system, times_with(3, 7, true))), {});
    EXPECT_TRUE(count_revolutions(few).empty());
    // One body a row: no relative position is ever observed.
    Observations apart = without_velocities(samples_at(system, times_with(1, 90, true)));
    for (Eigen::Index k = 0; k < apart.positions.cols(); ++k)
        for (int body = 0; body < 3; ++body)
            if (k % 3 != body) apart.positions.block<3, 1>(3 * body, k).setConstant(std::numeric_limits<double>::quiet_NaN());
    const PreparedData data = fit_data(apart, {});
    EXPECT_TRUE(count_revolutions(data).empty());
}

}  // namespace
}  // namespace syzygy
