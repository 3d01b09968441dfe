// Batches of trajectories with their own steps, against the solver of core/ode and closed forms.
#include "core/torch/batch_solver.hpp"

#include "core/base/error.hpp"
#include "core/ode/integrate.hpp"
#include "tests/support/systems.hpp"
#include "tests/support/torch_devices.hpp"
#include "tests/support/torch_systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::torch_ode {
namespace {

using ::testing::HasSubstr;
using testing::doubles_on;
using testing::PlanarKepler;
using testing::torch_devices;

Field plain_field(Tensor (*function)(const Tensor&, const Tensor&))
{
    return {[function](const Tensor& t, const Tensor& y, const Tensor&, at::TensorList) { return function(t, y); }, {}};
}

SolverOptions options_of(std::string_view method, double rtol, double step = 0)
{
    SolverOptions options;
    options.method = method;
    options.rtol = rtol;
    options.step = step;
    return options;
}

Tensor row_of(const Eigen::VectorXd& state, c10::Device device)
{
    return torch::tensor(std::vector<double>(state.data(), state.data() + state.size()), at::kDouble).to(device);
}

double value(const Tensor& y, std::int64_t row, std::int64_t k, std::int64_t component)
{
    return y.select(0, row).select(0, k).reshape({-1})[component].item<double>();
}

/// A method and the tolerance or step it is run with here.
struct Case {
    const char* method;
    double rtol, step;
};
const std::vector<Case> cases{{"euler", 1e-6, 2e-3},  {"rk2", 1e-6, 1e-2}, {"rk4", 1e-6, 1e-2},
                              {"rk12", 1e-5, 0}, {"rk23", 1e-6, 0},        {"rk45", 1e-8, 0},
                              {"dopri5", 1e-9, 0},     {"tsit5", 1e-9, 0},       {"dop853", 1e-11, 0}};

TEST(BatchSolver, CasesCoverEveryMethod)
{
    ASSERT_EQ(cases.size(), method_infos.size());
    for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(cases[i].method, method_infos[i].id);
}

TEST(BatchSolver, TakesTheStepsOfTheSolverOfOne)
{
    for (const c10::Device device : torch_devices())
        for (const Case& c : cases) {
            SCOPED_TRACE(c.method);
            // Close to the centre at t = pi: steps shrink and grow, some are rejected.
            const auto y0 = PlanarKepler::start(0.7);
            const SolverOptions options = options_of(c.method, c.rtol, c.step);
            const std::vector<double> times{0, 0.3, 0.31, 2, 3.1, 3.2, 4.5};
            const PlanarKepler system;
            const auto task = task_of(system, y0, 0.0, 4.5, options);
            const auto native = integrate(system, task, std::span<const double>(times));

            const BatchSolution batch = solve_batch(plain_field(PlanarKepler::field), {},
                                                    {row_of(y0, device).unsqueeze(0), torch::tensor(times, at::kDouble), options},
                                                    Keep::nothing);
            ASSERT_TRUE(batch.ok());
            const SolveCounts& counts = batch.trajectories[0].counts;
            EXPECT_EQ(counts.accepted, native.counts.accepted);
            EXPECT_EQ(counts.rejected, native.counts.rejected);
            EXPECT_EQ(counts.rhs_evaluations, native.counts.rhs_evaluations);
            EXPECT_EQ(batch.attempts, native.counts.accepted + native.counts.rejected);
            // Rounding, 1e-16 a step, times what the passage near the centre amplifies it by (about 1e3).
            for (std::size_t k = 0; k < times.size(); ++k)
                for (int i = 0; i < 4; ++i)
                    EXPECT_NEAR(value(batch.y, 0, static_cast<std::int64_t>(k), i), native.states[k][i], 2e-12) << k;
        }
}

TEST(BatchSolver, DoesTheSameForTimesOfTheSystemAndBackward)
{
    for (const c10::Device device : torch_devices())
        for (const Case& c : cases) {
            SCOPED_TRACE(c.method);
            const Eigen::Vector2d p(1.3, 0.7), y0(0.4, -0.2);
            const SolverOptions options = options_of(c.method, c.rtol, c.step);
            const testing::ForcedDuffing<double> system(p);
            const std::vector<double> times{3, 2.2, 0.5, -1};
            const auto task = task_of(system, y0, 3.0, -1.0, options);
            const auto native = integrate(system, task, std::span<const double>(times));
            const BatchSolution batch =
                solve_batch(testing::duffing_field(row_of(p, device)), {row_of(p, device)},
                            {row_of(y0, device).unsqueeze(0), torch::tensor(times, at::kDouble), options}, Keep::nothing);
            EXPECT_EQ(batch.trajectories[0].counts.accepted, native.counts.accepted);
            EXPECT_EQ(batch.trajectories[0].counts.rejected, native.counts.rejected);
            for (std::size_t k = 0; k < times.size(); ++k)
                for (int i = 0; i < 2; ++i)
                    EXPECT_NEAR(value(batch.y, 0, static_cast<std::int64_t>(k), i), native.states[k][i], 1e-12);
        }
}

/// A batch from nearly round to one that passes close to the centre.
Tensor eccentric_batch(c10::Device device)
{
    std::vector<Tensor> rows;
    for (const double eccentricity : {0.1, 0.97, 0.4, 0.0, 0.8}) rows.push_back(row_of(PlanarKepler::start(eccentricity), device));
    return torch::stack(rows);
}

TEST(BatchSolver, ADifficultTrajectoryCostsTheOthersNothing)
{
    for (const c10::Device device : torch_devices())
        for (const char* method : {"dopri5", "rk45", "dop853"}) {
            SCOPED_TRACE(method);
            const Tensor y0 = eccentric_batch(device);
            const SolverOptions options = options_of(method, 1e-9);
            const Tensor times = torch::tensor({0.0, 1.0, 3.1, 5.0}, at::kDouble);
            long evaluated = 0;
            const Field field{[&](const Tensor& t, const Tensor& y, const Tensor& rows, at::TensorList) {
                                  evaluated += y.size(0);
                                  EXPECT_EQ(t.size(0), y.size(0));
                                  if (rows.defined()) EXPECT_EQ(rows.size(0), y.size(0));
                                  else EXPECT_EQ(y.size(0), 5);
                                  return PlanarKepler::field(t, y);
                              },
                              {}};
            const BatchSolution batch = solve_batch(field, {}, {y0, times, options}, Keep::nothing);
            long counted = 0, hardest = 0;
            for (std::int64_t row = 0; row < y0.size(0); ++row) {
                const BatchSolution alone =
                    solve_batch(plain_field(PlanarKepler::field), {}, {y0.narrow(0, row, 1), times, options}, Keep::nothing);
                const SolveCounts &together = batch.trajectories[static_cast<std::size_t>(row)].counts, &own = alone.trajectories[0].counts;
                EXPECT_EQ(together.accepted, own.accepted);
                EXPECT_EQ(together.rejected, own.rejected);
                EXPECT_EQ(together.rhs_evaluations, own.rhs_evaluations);
                // Only how a row's numbers fall into the processor's lanes may differ: rounding, amplified by the passage.
                EXPECT_LT(testing::relative_difference(batch.y[row], alone.y[0]), row == 1 ? 1e-9 : 1e-12);
                counted += own.rhs_evaluations;
                hardest = std::max(hardest, own.accepted + own.rejected);
            }
            // Nothing is evaluated for those that have ended; dense stages only where something is read.
            EXPECT_EQ(evaluated, counted);
            EXPECT_EQ(batch.attempts, hardest);
        }
}

TEST(BatchSolver, TrajectoriesHaveTimesAndParametersOfTheirOwn)
{
    for (const c10::Device device : torch_devices()) {
        const Tensor p = torch::tensor({{1.0, 0.5}, {2.0, 0.1}, {0.3, 0.9}, {1.0, 1.0}}, at::kDouble).to(device);
        const Tensor y0 = torch::tensor({{1.0, 0.0}, {0.0, 1.0}, {0.5, 0.5}, {0.1, 0.2}}, at::kDouble).to(device);
        // Forward, backward, padded with its last time, and one that has nothing to do.
        const Tensor times =
            torch::tensor({{0.0, 1.0, 2.5}, {1.0, 0.5, -1.0}, {0.0, 0.7, 0.7}, {3.0, 3.0, 3.0}}, at::kDouble);
        const SolverOptions options = options_of("dopri5", 1e-10);
        const BatchSolution batch = solve_batch(testing::own_duffing_field(p), {p}, {y0, times, options}, Keep::nothing);
        ASSERT_TRUE(batch.ok());
        for (std::int64_t row = 0; row < 3; ++row) {
            const Tensor own = p[row], start = y0[row].to(at::kCPU);
            const testing::ForcedDuffing<double> system({own[0].item<double>(), own[1].item<double>()});
            const std::vector<double> asked(times[row].data_ptr<double>(), times[row].data_ptr<double>() + 3);
            const Eigen::Vector2d first(start[0].item<double>(), start[1].item<double>());
            const auto native = integrate(system, task_of(system, first, asked[0], asked[2], options), std::span<const double>(asked));
            EXPECT_EQ(batch.trajectories[static_cast<std::size_t>(row)].counts.accepted, native.counts.accepted);
            EXPECT_DOUBLE_EQ(batch.trajectories[static_cast<std::size_t>(row)].t, asked[2]);
            for (std::int64_t k = 0; k < 3; ++k)
                for (int i = 0; i < 2; ++i)
                    EXPECT_NEAR(value(batch.y, row, k, i), native.states[static_cast<std::size_t>(k)][i], 1e-13);
        }
        EXPECT_EQ(batch.trajectories[3].counts.rhs_evaluations, 0);
        EXPECT_TRUE(batch.y[3].equal(y0[3].expand({3, 2})));
    }
}

TEST(BatchSolver, EachTrajectoryHasItsOwnOutcome)
{
    for (const c10::Device device : torch_devices()) {
        // y' = y^2 blows up at t = 1 / y0; y' = sqrt(1 - t y) leaves its domain where t y > 1.
        const Tensor y0 = torch::tensor({{0.5}, {2.0}, {0.1}}, at::kDouble).to(device);
        const Tensor times = torch::tensor({0.0, 0.25, 1.0}, at::kDouble);
        const Field blows_up{[](const Tensor&, const Tensor& y, const Tensor&, at::TensorList) { return y * y; }, {}};
        const BatchSolution batch = solve_batch(blows_up, {}, {y0, times, options_of("dopri5", 1e-8)}, Keep::nothing);
        EXPECT_FALSE(batch.ok());
        EXPECT_TRUE(batch.reached().equal(torch::tensor({true, false, true})));
        EXPECT_TRUE(batch.trajectories[1].outcome.status == Status::step_too_small ||
                    batch.trajectories[1].outcome.status == Status::non_finite);
        EXPECT_NEAR(batch.trajectories[1].t, 0.5, 1e-6);
        // y = y0 / (1 - y0 t), and nothing where it did not get.
        EXPECT_NEAR(value(batch.y, 0, 2, 0), 1.0, 1e-7);
        EXPECT_NEAR(value(batch.y, 2, 2, 0), 0.1 / 0.9, 1e-8);
        EXPECT_NEAR(value(batch.y, 1, 1, 0), 4.0, 1e-6);
        EXPECT_TRUE(std::isnan(value(batch.y, 1, 2, 0)));

        SolverOptions few = options_of("dopri5", 1e-8);
        few.max_evaluations = 30;
        const BatchSolution limited = solve_batch(blows_up, {}, {y0, times, few}, Keep::nothing);
        EXPECT_EQ(limited.trajectories[1].outcome.status, Status::evaluation_limit);
        EXPECT_THAT(limited.trajectories[1].outcome.reason, HasSubstr("max-evaluations"));
        EXPECT_LE(limited.trajectories[1].counts.rhs_evaluations, 30);

        const Field undefined{[](const Tensor&, const Tensor& y, const Tensor&, at::TensorList) { return torch::sqrt(y - 1); }, {}};
        const BatchSolution bad = solve_batch(undefined, {}, {y0, times, options_of("dopri5", 1e-8)}, Keep::nothing);
        EXPECT_EQ(bad.trajectories[0].outcome.status, Status::non_finite);
        EXPECT_EQ(bad.trajectories[1].outcome.status, Status::reached);

        const BatchSolution fixed = solve_batch(undefined, {}, {y0, times, options_of("rk4", 1e-8, 0.1)}, Keep::nothing);
        EXPECT_EQ(fixed.trajectories[2].outcome.status, Status::non_finite);
        EXPECT_EQ(fixed.trajectories[1].outcome.status, Status::reached);
    }
}

TEST(BatchSolver, StopsWithinAStepAndKeepsWhatItHas)
{
    for (const c10::Device device : torch_devices()) {
        std::stop_source source;
        long calls = 0;
        const Field field{[&](const Tensor& t, const Tensor& y, const Tensor&, at::TensorList) {
                              if (++calls == 100) source.request_stop();
                              return PlanarKepler::field(t, y);
                          },
                          {}};
        const Tensor times = torch::tensor({0.0, 0.1, 50.0}, at::kDouble);
        const BatchSolution batch = solve_batch(
            field, {}, {eccentric_batch(device), times, options_of("dopri5", 1e-9), {}, source.get_token()}, Keep::nothing);
        EXPECT_LE(calls, 106);
        for (const TrajectoryResult& trajectory : batch.trajectories) {
            EXPECT_EQ(trajectory.outcome.status, Status::stopped);
            EXPECT_GT(trajectory.counts.accepted, 0);
        }
        EXPECT_FALSE(batch.y.select(1, 0).isnan().any().item<bool>());
        EXPECT_TRUE(batch.y.select(1, 2).isnan().all().item<bool>());
    }
}

TEST(BatchSolver, WorksInFloatAndForStatesOfAnyShape)
{
    for (const c10::Device device : torch_devices()) {
        // y' = -y, componentwise.
        const Tensor y0 = torch::arange(1, 19, doubles_on(device).dtype(at::kFloat)).reshape({1, 2, 3, 3}).expand({7, 2, 3, 3}) *
                          torch::arange(1, 8, doubles_on(device).dtype(at::kFloat)).reshape({7, 1, 1, 1});
        const Field decay{[](const Tensor&, const Tensor& y, const Tensor&, at::TensorList) { return -y; }, {}};
        for (const char* method : {"dopri5", "dop853"}) {
            const BatchSolution batch = solve_batch(decay, {}, {y0, torch::tensor({0.0, 0.5, 1.0}), options_of(method, 1e-5)}, Keep::nothing);
            EXPECT_EQ(batch.y.scalar_type(), at::kFloat);
            EXPECT_EQ(batch.y.device(), y0.device());
            EXPECT_EQ(batch.y.sizes(), (std::vector<std::int64_t>{7, 3, 2, 3, 3}));
            EXPECT_LT(testing::relative_difference(batch.y.select(1, 1), y0 * std::exp(-0.5)), 2e-5);
            EXPECT_LT(testing::relative_difference(batch.y.select(1, 2), y0 * std::exp(-1.0)), 2e-5);
        }
    }
}

TEST(BatchSolver, WrongArgumentsAreNamed)
{
    const Tensor y0 = torch::ones({2, 3}, at::kDouble), times = torch::tensor({0.0, 1.0}, at::kDouble);
    const Field decay{[](const Tensor&, const Tensor& y, const Tensor&, at::TensorList) { return -y; }, {}};
    const auto option_of = [&](const BatchTask& task, const Field& field) -> std::string {
        try {
            solve_batch(field, {}, task, Keep::nothing);
        } catch (const ArgumentError& error) {
            return error.option();
        }
        return "";
    };
    const auto with_times = [&](const Tensor& t) { return option_of({y0, t, {}}, decay); };
    EXPECT_EQ(with_times(times), "");
    EXPECT_EQ(with_times(torch::tensor({0.0, 2.0, 1.0})), "times");
    EXPECT_EQ(with_times(torch::tensor({0.0, std::nan("")})), "times");
    EXPECT_EQ(with_times(torch::zeros({3, 2})), "times");
    EXPECT_EQ(with_times(torch::zeros({})), "times");
    EXPECT_EQ(with_times(torch::zeros({0})), "times");
    EXPECT_EQ(with_times(Tensor()), "times");
    EXPECT_EQ(option_of({Tensor(), times, {}}, decay), "y0");
    EXPECT_EQ(option_of({y0.to(at::kLong), times, {}}, decay), "y0");
    EXPECT_EQ(option_of({y0, times, options_of("rk4", 1e-6)}, decay), "step");
    EXPECT_EQ(option_of({y0, times, options_of("runge", 1e-6)}, decay), "method");
    SolverOptions atol;
    atol.atol = {1e-6, 1e-6};
    EXPECT_EQ(option_of({y0, times, atol}, decay), "atol");
    const Field wrong{[](const Tensor&, const Tensor& y, const Tensor&, at::TensorList) { return y.sum(1); }, {}};
    EXPECT_EQ(option_of({y0, times, {}}, wrong), "field");
}

}  // namespace
}  // namespace syzygy::torch_ode
