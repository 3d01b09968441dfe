#include "ui/data/examples.hpp"
#include "physics/fit/fit.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

class Example : public testing::TestWithParam<std::string> {};

TEST_P(Example, FitConvergesToTheTruth)
{
    const ExampleInfo& example = find_example(GetParam());
    const LoadedData data = make_data(example.recipe);
    ASSERT_EQ(data.observations->size(), static_cast<std::size_t>(example.recipe.simulate.samples));
    const Eigen::Vector3d start = Eigen::Map<const Eigen::Vector3d>(example.setup.fit.start.data());
    EXPECT_GT(((start - data.truth->masses).array() / data.truth->masses.array()).abs().maxCoeff(), 0.05)
        << "the fit has nothing to do";

    const FitResult result = run_fit(*data.observations, example.setup);
    EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
    for (int body = 0; body < 3; ++body) {
        const FittedParameter& mass = result.parameters[static_cast<std::size_t>(body)];
        // With noise, what the fit itself says of its errors is the measure: five of them are passed once in a million.
        const double allowed = example.recipe.simulate.noise > 0 ? 5 * mass.sigma : 1e-3 * data.truth->masses[body];
        EXPECT_TRUE(mass.identifiable) << mass.name;
        EXPECT_NEAR(mass.value, data.truth->masses[body], allowed) << mass.name;
        EXPECT_LT(mass.sigma, 0.1 * mass.value) << mass.name << " is hardly determined";
    }
}

TEST_P(Example, TruthReachesBeyondTheDataAndStartsWithThem)
{
    const ExampleInfo& example = find_example(GetParam());
    const LoadedData data = make_data(example.recipe);
    ASSERT_TRUE(data.truth && data.truth->trajectory);
    const double length = data.observations->times.back() - data.observations->times.front();
    EXPECT_NEAR(data.truth->trajectory->times().back(), 1.3 * length, 1e-9 * length);
    EXPECT_EQ(data.truth->epoch, data.observations->times.front());
    const Eigen::Matrix<double, 9, 1> off =
        data.truth->trajectory->states().front().head<9>() - data.observations->positions.col(0);
    EXPECT_LE(off.cwiseAbs().maxCoeff(), 6 * example.recipe.simulate.noise);
}

INSTANTIATE_TEST_SUITE_P(All, Example, testing::ValuesIn([] {
                             std::vector<std::string> ids;
                             for (const ExampleInfo& example : examples()) ids.push_back(example.id);
                             return ids;
                         }()),
                         [](const auto& parameter) {
                             std::string name = parameter.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(Examples, AreAllScenariosAndTheFirstIsTheOneOfThePaper)
{
    EXPECT_EQ(examples().size(), scenarios().size());
    EXPECT_EQ(examples().front().id, "aca");
}

}  // namespace
}  // namespace syzygy
