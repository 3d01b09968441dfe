// Masses by the halves of the data.
#include "physics/fit/halves.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;

const ThreeBodySystem system_of_test = find_scenario("hierarchical").make();
constexpr double noise = 1e-3;

/// The hierarchical triple to t = 40; from t = 20 on its first body is `lighter` times what it was.
Observations losing_mass(double lighter, long seed)
{
    std::vector<double> first, second;
    for (int k = 0; k < 200; ++k) (k < 100 ? first : second).push_back(0.2 * k - (k < 100 ? 0 : 20));
    Observations data = samples_at(system_of_test, {0, 20});
    const Observations before = samples_at(system_of_test, first, "", "", true);
    ThreeBodySystem later = system_of_test;
    const Observations middle = samples_at(system_of_test, {0, 20}, "", "", true);
    State at;
    at << middle.positions.col(1), middle.velocities.col(1);
    later.set_state(at);
    later.bodies[0].mass *= lighter;
    const Observations after = samples_at(later, second);
    data.times.clear();
    for (int k = 0; k < 200; ++k) data.times.push_back(0.2 * k);
    data.positions.resize(9, 200);
    data.positions << before.positions, after.positions;
    data.velocities.setConstant(9, 200, std::nan(""));
    data.velocities.col(0) = before.velocities.col(0);
    return with_noise(data, noise, seed);
}

FitResult fit_of(const Observations& data)
{
    FitSetup setup = setup_from(system_of_test.masses(), "masses,initial");
    setup.solver.method = "dop853";
    setup.solver.rtol = 1e-9;
    setup.fit.grow = "off";
    return run_fit(data, setup);
}

TEST(Halves, OfABodyThatLosesMassDisagreeAndSayByHowMuch)
{
    const FitResult result = fit_of(losing_mass(0.99, 1));
    EXPECT_THAT(warning(result, "halves"),
                AllOf(HasSubstr("m1 (Primary) is"), HasSubstr("sigma apart"), HasSubstr("t = 20")));
    EXPECT_GT(result.parameters[0].scaled_sigma, 3 * result.parameters[0].sigma);
}

TEST(Halves, OfTheSameMassesAgree)
{
    for (long seed = 1; seed <= 5; ++seed) EXPECT_EQ(warning(fit_of(losing_mass(1, seed)), "halves"), "") << seed;
}

TEST(Halves, ComparedByTheLinearModelScatterAsTheirErrorsSay)
{
    const Observations exact = exact_samples("aca", 1, 60);
    FitSetup setup = setup_from(aca_masses, "masses,initial");
    setup.solver.method = "dop853";
    setup.solver.rtol = 1e-9;
    setup.fit.grow = "off";
    constexpr int sets = 60;
    double sum = 0;
    for (int set = 0; set < sets; ++set) {
        const Observations data = with_noise(exact, 1e-5, set + 1);
        const FitResult result = run_fit(data, setup);
        const PreparedData prepared = fit_data(data, setup);
        const ParameterSet parameters(prepared, setup.fit, result.point);
        const Eigen::VectorXd x = parameters.unknowns(result.point);
        const ModelOptions model{setup.solver, setup.data.observe, setup.data.softening};
        FitObjective objective(prepared, parameters, model, "aca", {});
        HalvesScale scale{.units = Eigen::VectorXd(x.size()),
                          .held = std::vector<bool>(static_cast<std::size_t>(x.size())),
                          .numerical = {}};
        for (Eigen::Index i = 0; i < x.size(); ++i)
            scale.units[i] = i < 3 ? result.point.masses[i] : parameters[static_cast<int>(i)].scale;
        FitObjective::Information information;
        ASSERT_TRUE(objective.information(scale.units, x, information, nullptr));
        const auto halves = compare_halves(information.rows, prepared, parameters, x, scale);
        ASSERT_TRUE(halves);
        ASSERT_EQ(halves->masses.size(), 3u);
        EXPECT_EQ(halves->divided_at, 30u);
        sum += halves->chi_square;
    }
    // Mean 3 and variance 6 of chi-square with three degrees of freedom: four standard deviations of the mean.
    EXPECT_NEAR(sum / sets, 3, 4 * std::sqrt(6.0 / sets));
}

TEST(Halves, ThatHardlyKnowAMassSayNothingOfIt)
{
    // Over the first hundredth of the inner turn nothing bends.
    std::vector<double> times;
    for (int k = 0; k < 60; ++k) times.push_back(1e-3 * k);
    const FitResult result = fit_of(with_noise(samples_at(system_of_test, times), noise, 3));
    EXPECT_EQ(warning(result, "halves"), "");
}

}  // namespace
}  // namespace syzygy
