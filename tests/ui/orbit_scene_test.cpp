#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"
#include "ui/document/orbit_scene.hpp"
#include "ui/orbit/marks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace syzygy {
namespace {

constexpr double single = std::numeric_limits<float>::epsilon();

/// The figure-eight over two periods, the first of them the window.
SceneRequest figure_eight(double noise = 0.01, const std::string& relative_to = "")
{
    const Scenario& scenario = find_scenario("figure-eight");
    const ThreeBodySystem system = scenario.make();
    SimulateOptions simulate;
    simulate.t1 = 2 * scenario.period;
    simulate.samples = 201;
    simulate.noise = noise;
    SceneRequest request;
    auto observations = std::make_shared<Observations>(syzygy::simulate(system, simulate, {}).samples);
    DataOptions options;
    options.window = {std::nullopt, scenario.period * (1 + 1e-9)};
    options.relative_to = relative_to;
    SolutionRequest solution;
    solution.data = std::make_shared<const PreparedData>(prepare(*observations, options));
    solution.point = {system.masses(), system.state()};
    solution.horizon = simulate.t1;
    request.solution = std::make_shared<const Solution>(solve_model(solution));
    request.observations = observations;
    return request;
}

Eigen::Vector3d position(const State& state, int body)
{
    return state.segment<3>(3 * body);
}

TEST(OrbitScene, curves_lie_on_the_solution_to_single_precision)
{
    const SceneRequest request = figure_eight();
    const OrbitScene scene = make_orbit_scene(request);
    ASSERT_GT(scene.curve_times.size(), 500u);
    for (std::size_t k = 0; k < scene.curve_times.size(); ++k) {
        const State exact = request.solution->at(scene.curve_times[k]);
        for (int body = 0; body < 3; ++body) {
            const auto& curve = scene.curves[static_cast<std::size_t>(body)];
            ASSERT_EQ(curve.size(), scene.curve_times.size());
            EXPECT_LT((curve[k].cast<double>() + scene.centre - position(exact, body)).norm(),
                      2 * single * scene.radius);
        }
    }
}

TEST(OrbitScene, the_first_points_are_those_of_the_window)
{
    const SceneRequest request = figure_eight();
    const OrbitScene scene = make_orbit_scene(request);
    ASSERT_LT(scene.window_points, scene.curve_times.size());
    EXPECT_EQ(scene.curve_times.front(), request.solution->begin());
    EXPECT_EQ(scene.curve_times[scene.window_points - 1], request.solution->window_end());
    EXPECT_GT(scene.curve_times[scene.window_points], request.solution->window_end());
    EXPECT_EQ(scene.curve_times.back(), request.solution->end());
    EXPECT_TRUE(std::is_sorted(scene.curve_times.begin(), scene.curve_times.end()));
}

TEST(OrbitScene, everything_drawn_lies_in_its_sphere)
{
    const OrbitScene scene = make_orbit_scene(figure_eight());
    for (const auto& sets : {scene.curves, scene.observed, scene.beads})
        for (const ScenePoints& points : sets)
            for (const Eigen::Vector3f& point : points) EXPECT_LE(point.norm(), scene.radius * (1 + 2 * single));
}

TEST(OrbitScene, observed_points_keep_rows_errors_and_window)
{
    const SceneRequest request = figure_eight();
    const Observations& observations = *request.observations;
    const OrbitScene scene = make_orbit_scene(request);
    EXPECT_EQ(scene.observed_stride, 1u);
    for (std::size_t body = 0; body < 3; ++body) {
        ASSERT_EQ(scene.observed[body].size(), observations.size());
        ASSERT_EQ(scene.observed_sigma[body].size(), observations.size());
        EXPECT_EQ(scene.observed_in_window[body], 101u);
        for (std::size_t k = 0; k < observations.size(); ++k) {
            const auto row = static_cast<Eigen::Index>(scene.observed_row[body][k]);
            const Eigen::Vector3d given =
                observations.positions.col(row).segment<3>(3 * static_cast<Eigen::Index>(body));
            EXPECT_LT((scene.observed[body][k].cast<double>() + scene.centre - given).norm(),
                      2 * single * scene.radius);
            EXPECT_NEAR(static_cast<double>(scene.observed_sigma[body][k].x()), 0.01, 0.01 * single);
        }
    }
}

TEST(OrbitScene, too_many_points_are_strided)
{
    SceneRequest request = figure_eight();
    request.max_observed = 50;
    request.max_beads = 20;
    request.max_curve_points = 60;
    const OrbitScene scene = make_orbit_scene(request);
    EXPECT_EQ(scene.observed_stride, 5u);
    EXPECT_LE(scene.observed[0].size(), 50u);
    for (const std::uint32_t row : scene.observed_row[0]) EXPECT_EQ(row % 5, 0u);
    EXPECT_LE(scene.beads[0].size(), 20u);
    EXPECT_LE(scene.curve_times.size(), 61u);
    EXPECT_EQ(scene.curve_times.back(), request.solution->end());
    for (std::size_t bead = 0; bead < scene.bead_times.size(); ++bead)
        EXPECT_EQ(scene.bead_times[bead],
                  request.solution->data->absolute(request.solution->window.times()[bead * scene.bead_stride]));
}

TEST(OrbitScene, beads_are_the_accepted_steps_with_their_sizes)
{
    const SceneRequest request = figure_eight();
    const OrbitScene scene = make_orbit_scene(request);
    const auto& window = request.solution->window;
    ASSERT_EQ(scene.bead_times.size(), window.times().size());
    for (std::size_t k = 0; k < window.steps().size(); ++k)
        EXPECT_NEAR(std::pow(10, static_cast<double>(scene.bead_log_step[k])), window.steps()[k],
                    1e-5 * window.steps()[k]);
}

TEST(OrbitScene, beads_carry_the_shares_of_the_loss_error_up_to_the_next_bead)
{
    SceneRequest request = figure_eight();
    EXPECT_TRUE(make_orbit_scene(request).bead_share.empty()) << "not estimated";
    Solution solution = *request.solution;
    solution.gradient.error.emplace();
    for (std::size_t n = 0; n < solution.window.steps().size(); ++n)
        solution.gradient.error->step_shares.push_back(n % 3 == 0 ? -1.0 : 2.0);
    request.solution = std::make_shared<const Solution>(solution);
    request.max_beads = solution.window.times().size() / 4;
    const OrbitScene scene = make_orbit_scene(request);
    ASSERT_GT(scene.bead_stride, 1u);
    ASSERT_EQ(scene.bead_share.size(), scene.bead_times.size());
    const auto& shares = solution.gradient.error->step_shares;
    for (std::size_t bead = 0; bead < scene.bead_share.size(); ++bead) {
        double sum = 0;
        for (std::size_t n = bead * scene.bead_stride; n < std::min((bead + 1) * scene.bead_stride, shares.size()); ++n)
            sum += shares[n];
        EXPECT_FLOAT_EQ(scene.bead_share[bead], static_cast<float>(sum));
    }
}

TEST(OrbitScene, a_body_is_at_rest_in_its_own_frame)
{
    SceneRequest request = figure_eight();
    request.frame = Frame::body_2;
    const OrbitScene scene = make_orbit_scene(request);
    EXPECT_TRUE(scene.observed[1].empty());
    for (std::size_t k = 0; k < scene.curve_times.size(); k += 17) {
        const State exact = request.solution->at(scene.curve_times[k]);
        EXPECT_LT((scene.curves[1][k].cast<double>() + scene.centre).norm(), 2 * single * scene.radius);
        EXPECT_LT((scene.curves[0][k].cast<double>() + scene.centre - (position(exact, 0) - position(exact, 1))).norm(),
                  2 * single * scene.radius);
    }
    const Eigen::Matrix<double, 9, 1> row = request.observations->positions.col(7);
    EXPECT_LT((scene.observed[2][7].cast<double>() + scene.centre - (row.tail<3>() - row.segment<3>(3))).norm(),
              2 * single * scene.radius);
    // Errors of the two add as squares.
    EXPECT_NEAR(static_cast<double>(scene.observed_sigma[2][7].x()), 0.01 * std::sqrt(2.0), 1e-8);
}

TEST(OrbitScene, the_centre_of_mass_is_at_rest_in_its_frame)
{
    SceneRequest request = figure_eight();
    request.frame = Frame::centre_of_mass;
    const OrbitScene scene = make_orbit_scene(request);
    const Eigen::Vector3d masses = request.solution->point.masses / request.solution->point.masses.sum();
    for (std::size_t k = 0; k < scene.curve_times.size(); k += 17) {
        Eigen::Vector3d mean = scene.centre;
        for (int body = 0; body < 3; ++body)
            mean += masses[body] * scene.curves[static_cast<std::size_t>(body)][k].cast<double>();
        EXPECT_LT(mean.norm(), 4 * single * scene.radius);
    }
}

TEST(OrbitScene, data_relative_to_a_body_are_drawn_relative_to_it)
{
    const SceneRequest request = figure_eight(0.01, "1");
    const OrbitScene scene = make_orbit_scene(request);
    const double time = scene.curve_times[100];
    const State compared = request.solution->compared(request.solution->at(time));
    const auto positions = scene.exact_positions_at(time);
    const auto velocities = scene.exact_velocities_at(time);
    for (int body = 0; body < 3; ++body) {
        EXPECT_LT((positions[static_cast<std::size_t>(body)] - position(compared, body)).norm(), 1e-15);
        EXPECT_LT((velocities[static_cast<std::size_t>(body)] - compared.segment<3>(9 + 3 * body)).norm(), 1e-15);
    }
    EXPECT_TRUE(scene.observed[0].empty());
}

TEST(OrbitScene, thinned_lines_miss_no_point_by_more_than_the_tolerance)
{
    const OrbitScene scene = make_orbit_scene(figure_eight());
    const ScenePoints& curve = scene.curves[0];
    constexpr double tolerance = 1e-3;
    const auto kept = thinned(curve, 0, curve.size(), tolerance);
    EXPECT_EQ(kept.front(), 0u);
    EXPECT_EQ(kept.back(), curve.size() - 1);
    EXPECT_LT(kept.size(), curve.size() / 4);
    for (std::size_t n = 1; n < kept.size(); ++n)
        for (std::size_t k = kept[n - 1]; k <= kept[n]; ++k) {
            const Eigen::Vector3f along = curve[kept[n]] - curve[kept[n - 1]], towards = curve[k] - curve[kept[n - 1]];
            const float part = std::clamp(towards.dot(along) / along.squaredNorm(), 0.0f, 1.0f);
            EXPECT_LE(static_cast<double>((towards - part * along).norm()), tolerance * 1.001);
        }
}

}  // namespace
}  // namespace syzygy
