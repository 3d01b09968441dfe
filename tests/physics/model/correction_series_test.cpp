#include "physics/model/correction_series.hpp"

#include "physics/model/encounters.hpp"
#include "physics/model/simulate.hpp"
#include "physics/model/solution.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

/// A central force whose value is known: the acceleration of body i towards j is m_j p / r^3, with or without saying that it
/// is a law between two bodies.
struct InverseCube : Correction {
    explicit InverseCube(bool with_law) : says_law(with_law) {}
    Eigen::Index size() const override { return 1; }
    Eigen::VectorXd initial_parameters() const override { return Eigen::VectorXd::Constant(1, 0.01); }
    std::vector<CorrectionParameter> named_parameters() const override { return {{"strength", "", 0.01, 0.1, -1, 1}}; }
    std::size_t tape_size() const override { return 0; }
    std::size_t scratch_size() const override { return 0; }
    void add_acceleration(double, const State& y, const Eigen::Vector3d& m, const double* p, double* out, double*,
                          double*) const override
    {
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) {
                if (i == j) continue;
                const Eigen::Vector3d d = y.segment<3>(3 * j) - y.segment<3>(3 * i);
                Eigen::Map<Eigen::Vector3d>(out + 3 * i) += m[j] * p[0] / std::pow(d.norm(), 4) * d;
            }
    }
    /// Looking at a correction takes no derivative; the gradient method "forward" asks for none of these either.
    void add_vjp(double, const State&, const Eigen::Vector3d&, const double*, const double*, const double*, State&, double*,
                 double*, double*) const override
    {
    }
    void add_jvp(double, const State&, const Eigen::Vector3d&, const double*, const double*, const State&, const double*,
                 const double*, double*, double*) const override
    {
    }
    bool pair_law(double r, double, double, double, double, const double* p, double& value) const override
    {
        value = p[0] / (r * r * r);
        return says_law;
    }
    bool says_law;
};

/// The ACA example under that force, solved with it.
Solution corrected_solution(bool with_law = true, double horizon = 1.5)
{
    const ThreeBodySystem system = find_scenario("aca").make();
    SimulateOptions simulate_options;
    simulate_options.t1 = 1;
    simulate_options.samples = 200;
    const auto correction = std::make_shared<InverseCube>(with_law);
    SolverOptions solver;
    solver.rtol = 1e-10;
    const Simulation simulation = simulate(system, simulate_options, solver, {}, {correction, {}});
    SolutionRequest request;
    request.data = std::make_shared<const PreparedData>(prepare(simulation.samples, DataOptions{}));
    request.point = {system.masses(), system.state(), {}};
    request.options.solver = solver;
    request.options.correction = correction;
    request.horizon = horizon;
    return solve_model(request);
}

TEST(CorrectionSeries, OnlyAModelWithACorrectionHasOne)
{
    Solution corrected = corrected_solution();
    ASSERT_TRUE(corrected.outcome.ok());
    ASSERT_TRUE(corrected.correction);
    SolutionRequest request;
    request.data = corrected.data;
    request.point = corrected.point;
    EXPECT_FALSE(solve_model(request).correction);
}

TEST(CorrectionSeries, SharesAndAccelerationsAreThoseOfTheForceAtEachSample)
{
    const Solution solution = corrected_solution();
    const CorrectionSeries& series = *solution.correction;
    ASSERT_GT(series.times.size(), 100U);
    EXPECT_GT(series.in_window, 50U);
    EXPECT_LT(series.in_window, series.times.size());
    EXPECT_EQ(series.times.front(), solution.begin());
    EXPECT_EQ(series.times.back(), solution.end());
    const UnitSystem& units = solution.data->units;
    const Eigen::Vector3d& m = solution.point.masses;
    for (std::size_t k = 0; k < series.times.size(); k += 7) {
        // The sample's own state, not one interpolated at a time that was rounded.
        const State y = solution.at(series.times[k]);
        for (int i = 0; i < 3; ++i) {
            Eigen::Vector3d newton = Eigen::Vector3d::Zero(), cube = Eigen::Vector3d::Zero();
            for (int j = 0; j < 3; ++j) {
                if (i == j) continue;
                const Eigen::Vector3d d = y.segment<3>(3 * j) - y.segment<3>(3 * i);
                newton += units.k1() * m[j] / std::pow(d.norm(), 3) * d;
                cube += m[j] * 0.01 / std::pow(d.norm(), 4) * d;
            }
            const Eigen::Vector3d found = series.acceleration.col(static_cast<Eigen::Index>(k)).segment<3>(3 * i);
            EXPECT_LT((found - cube).norm(), 1e-9 * cube.norm()) << k;
            EXPECT_NEAR(series.share[static_cast<std::size_t>(i)][k], cube.norm() / newton.norm(), 1e-9);
        }
    }
    // Between two samples, on the line that joins them; outside, the nearest.
    const double middle = (series.times[10] + series.times[11]) / 2;
    EXPECT_LT((series.acceleration_at(middle) - (series.acceleration.col(10) + series.acceleration.col(11)) / 2).norm(), 1e-12);
    EXPECT_EQ(series.acceleration_at(-1), series.acceleration.col(0));
    EXPECT_EQ(series.acceleration_at(9), series.acceleration.col(series.acceleration.cols() - 1));
}

TEST(CorrectionSeries, ALawIsShownOverDistanceBeyondWhatWasSampled)
{
    const Solution solution = corrected_solution();
    const CorrectionForce& force = solution.correction->force;
    ASSERT_TRUE(force.has_law());
    const auto [least, largest] = force.range();
    EXPECT_LT(force.law_distance.front(), least);
    EXPECT_GT(force.law_distance.back(), largest);
    for (std::size_t pair = 0; pair < 3; ++pair) {
        // The window alone: what comes after it was not fitted.
        EXPECT_EQ(force.pairs[pair].distance.size(), solution.correction->in_window);
        for (std::size_t k = 0; k < force.law_distance.size(); ++k)
            EXPECT_NEAR(force.law[pair][k], 0.01 / std::pow(force.law_distance[k], 3), 1e-12 * force.law[pair][k]);
        for (std::size_t k = 0; k < force.pairs[pair].distance.size(); ++k)
            EXPECT_NEAR(force.pairs[pair].attraction[k] * std::pow(force.pairs[pair].distance[k], 3), 0.01, 1e-12);
    }
    // The smallest distance of the encounters is in what was sampled, to the distance between samples.
    const auto smallest = smallest_distances(*solution.data, solution.point, solution.options);
    for (std::size_t pair = 0; pair < 3; ++pair) {
        const double found = force.range(static_cast<int>(pair)).first;
        EXPECT_GE(found, smallest[pair].distance * (1 - 1e-6));
        EXPECT_LT(found, smallest[pair].distance * 1.05);
    }
}

TEST(CorrectionSeries, WithoutALawTheAttractionAlongThePairIsThatOfTheAccelerations)
{
    const Solution solution = corrected_solution(false);
    const CorrectionForce& force = solution.correction->force;
    EXPECT_FALSE(force.has_law());
    const Eigen::Vector3d& m = solution.point.masses;
    const SampledStates along = sample_states(solution);
    for (std::size_t pair = 0; pair < 3; ++pair) {
        const auto [i, j] = body_pairs[pair];
        const int other = 3 - i - j;
        for (std::size_t k = 0; k < along.in_window; k += 5) {
            // The pair's own law, and the third body's pull on both along their line.
            const State& y = along.states[k];
            const Eigen::Vector3d d = y.segment<3>(3 * j) - y.segment<3>(3 * i);
            const auto pull = [&](int on) {
                const Eigen::Vector3d e = y.segment<3>(3 * other) - y.segment<3>(3 * on);
                return Eigen::Vector3d(m[other] * 0.01 / std::pow(e.norm(), 4) * e);
            };
            const double expected =
                0.01 / std::pow(d.norm(), 3) + (pull(i) - pull(j)).dot(d.normalized()) / (m[i] + m[j]);
            EXPECT_NEAR(force.pairs[pair].attraction[k], expected, 1e-10 * std::abs(expected) + 1e-13);
        }
    }
}

TEST(CorrectionSeries, UnderACorrectionNewtonsEnergyChangesAndWithoutItDoesNot)
{
    const Solution solution = corrected_solution();
    const CorrectionSeries& series = *solution.correction;
    ASSERT_FALSE(series.newton_times.empty());
    EXPECT_EQ(series.newton_times.back(), solution.end());
    const auto largest = [](const std::vector<double>& values) {
        double found = 0;
        for (const double value : values) found = std::max(found, std::abs(value));
        return found;
    };
    EXPECT_LT(largest(series.newton_energy), 1e-7);
    EXPECT_GT(largest(solution.drift.energy), 1e-3);
    // It acts along the lines between bodies: momentum stays.
    EXPECT_LT(largest(solution.drift.momentum), 1e-9);
}

TEST(CorrectionSeries, ManyStepsAreSampledToAFewStates)
{
    const Solution solution = corrected_solution(true, 20);
    for (const std::size_t most : {50U, 400U}) {
        const SampledStates samples = sample_states(solution, most);
        EXPECT_LE(samples.times.size(), 2 * most + 2);
        EXPECT_GE(samples.times.size(), most / 4);
        EXPECT_TRUE(std::is_sorted(samples.times.begin(), samples.times.end()));
        EXPECT_EQ(samples.times.back(), solution.end());
    }
}

}  // namespace
}  // namespace syzygy
