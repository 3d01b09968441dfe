// Masses by the weak form of the equations of motion.
#include "physics/guess/weak_form.hpp"
#include "tests/physics/guess/search_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;

WeakFormMasses best(const Observations& observations, const FitSetup& setup = {})
{
    const PreparedData data = fit_data(observations, setup);
    const auto all = weak_form_masses(data, make_tracks(data));
    if (all.empty()) throw std::runtime_error("the data allow no weak form");
    return all.front();
}

class WeakForm : public ::testing::TestWithParam<const char*> {};

TEST_P(WeakForm, NoisyPositionsGiveMassesWithinItsErrors)
{
    const Scenario& scenario = find_scenario(GetParam());
    const Eigen::Vector3d truth = scenario.make().masses();
    const Observations exact = without_velocities(exact_samples(scenario.make(), scenario.duration, 300));
    for (const double noise : {1e-3, 1e-2}) {
        const WeakFormMasses found = best(with_noise(exact, noise, 1));
        for (int i = 0; i < 3; ++i) {
            // The errors are formal: noise in the forces, of the order of noise over distance, is not in them.
            EXPECT_NEAR(found.masses[i], truth[i], 5 * found.sigmas[i] + 10 * noise * truth[i]) << noise << " m" << i + 1;
            EXPECT_LT(found.sigmas[i], 0.2 * truth[i]) << noise;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, WeakForm,
                         ::testing::Values("lagrange", "figure-eight", "moth-1", "yin-yang-1a", "broucke-a2", "broucke-r2"));

TEST(WeakFormCondition, BodiesOnOneTurningLineLeaveACombinationOpen)
{
    const Scenario& scenario = find_scenario("euler");
    const Observations exact = without_velocities(exact_samples(scenario.make(), scenario.duration, 300));
    // m_i a_i sums to nothing in the line's frame: the 3 x 3 matrix of mutual forces is antisymmetric, so it has a null vector.
    EXPECT_GT(best(with_noise(exact, 1e-3, 1)).condition, 100);
    EXPECT_LT(best(with_noise(without_velocities(exact_samples("figure-eight", 12, 300)), 1e-3, 1)).condition, 3);
}

TEST(WeakFormUnits, KilometresAndSecondsGiveTheSameMasses)
{
    const Scenario& scenario = find_scenario("sun-jupiter-saturn");
    Observations data = with_noise(without_velocities(exact_samples(scenario.make(), scenario.duration, 300)), 1e-5, 1);
    const WeakFormMasses before = best(data);
    const double length = 1.495978707e8, time = 86400;
    data.positions *= length;
    data.position_sigmas *= length;
    for (double& t : data.times) t *= time;
    data.units = UnitSystem::gravitational_parameter(1000, 1, "km", "s");
    const WeakFormMasses after = best(data);
    for (int i = 1; i < 3; ++i)
        EXPECT_NEAR(after.masses[i] / after.masses[0], before.masses[i] / before.masses[0], 1e-9 * before.masses[i]);
    EXPECT_DOUBLE_EQ(after.rows, before.rows);
}

}  // namespace
}  // namespace syzygy
