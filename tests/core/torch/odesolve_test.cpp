// Gradients of solves in a LibTorch graph, against backpropagation, the gradients of core/gradient and closed forms.
#include "core/torch/odesolve.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/error.hpp"
#include "core/gradient/aca.hpp"
#include "core/gradient/hessian.hpp"
#include "core/ode/integrate.hpp"
#include "core/torch/live_bytes.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/systems.hpp"
#include "tests/support/torch_devices.hpp"
#include "tests/support/torch_systems.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/linear.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::torch_ode {
namespace {

using testing::doubles_on;
using testing::relative_difference;
using testing::torch_devices;
using torch::autograd::grad;

OdeOptions options_of(std::string_view method, double rtol, double step, GradientMode gradient)
{
    OdeOptions options;
    options.solver.method = method;
    options.solver.rtol = rtol;
    options.solver.step = step;
    options.gradient = gradient;
    return options;
}

struct Case {
    const char* method;
    double rtol, step;
};
const std::vector<Case> cases{{"euler", 1e-6, 2e-2}, {"rk2", 1e-6, 2e-2},  {"rk4", 1e-6, 5e-2},
                              {"rk12", 1e-4, 0},     {"rk23", 1e-5, 0},    {"rk45", 1e-6, 0},
                              {"dopri5", 1e-7, 0},   {"tsit5", 1e-7, 0},   {"dop853", 1e-8, 0}};

TEST(Odesolve, CasesCoverEveryMethod)
{
    ASSERT_EQ(cases.size(), method_infos.size());
    for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(cases[i].method, method_infos[i].id);
}

/// Oscillators with parameters of their own, some harder than others, read at times of their own.
struct Batch {
    explicit Batch(c10::Device device)
    {
        p = torch::tensor({{1.0, 0.5}, {40.0, 8.0}, {0.3, 0.9}}, at::kDouble).to(device).requires_grad_();
        y0 = torch::tensor({{1.0, 0.0}, {0.0, 3.0}, {0.5, 0.5}}, at::kDouble).to(device).requires_grad_();
        times = torch::tensor({{0.0, 0.3, 0.31, 0.9, 2.0}, {1.0, 0.5, 0.2, -0.4, -1.0}, {0.0, 0.0, 0.7, 1.0, 1.0}}, at::kDouble);
        weights = torch::linspace(0.5, -1.5, 30, doubles_on(device)).reshape({3, 5, 2});
    }
    /// Loss, d loss / d y0, d loss / d p.
    std::vector<Tensor> gradient(const OdeOptions& options) const
    {
        const BatchSolution solution = odesolve(testing::own_duffing_field(p), y0, times, options);
        EXPECT_TRUE(solution.ok());
        const Tensor loss = (weights * solution.y.square()).sum();
        const auto found = grad({loss}, {y0, p});
        return {loss, found[0], found[1]};
    }
    Tensor p, y0, times, weights;
};

TEST(Odesolve, GradientsAreThoseOfBackpropagationThroughTheSameSteps)
{
    for (const c10::Device device : torch_devices()) {
        const Batch batch(device);
        for (const Case& c : cases) {
            SCOPED_TRACE(c.method);
            const auto truth = batch.gradient(options_of(c.method, c.rtol, c.step, GradientMode::backprop));
            for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic}) {
                const auto found = batch.gradient(options_of(c.method, c.rtol, c.step, mode));
                for (int i = 0; i < 3; ++i) EXPECT_LT(relative_difference(found[i], truth[i]), 1e-13) << i;
            }
        }
    }
}

/// sum_k w_k |y(t_k) - target_k|^2 of one oscillator, natively and in tensors.
struct DuffingFit {
    DuffingFit()
    {
        for (std::size_t k = 1; k < times.size(); ++k) loss.observe(times[k], {0.3 * static_cast<double>(k), -0.2}, 1.0 + 0.1 * static_cast<double>(k));
    }
    auto problem(std::string_view method, double rtol) const
    {
        SolverOptions options;
        options.method = method;
        options.rtol = rtol;
        return GradientProblem<testing::ForcedDuffing<double>, testing::SquaresLoss<double, 2>>{
            &system, &loss, task_of(system, Eigen::Vector2d(y0), times.front(), times.back(), options)};
    }
    Tensor tensor_loss(const Tensor& y) const
    {
        Tensor sum = torch::zeros({}, y.options());
        for (std::size_t k = 1; k < times.size(); ++k) {
            const Tensor target = torch::tensor({0.3 * static_cast<double>(k), -0.2}, y.options().requires_grad(false));
            sum = sum + (1.0 + 0.1 * static_cast<double>(k)) * (y[0][static_cast<std::int64_t>(k)] - target).square().sum();
        }
        return sum;
    }
    std::vector<double> times{0, 0.4, 1.1, 2.0, 3.0};
    Eigen::Vector2d y0{0.4, -0.2};
    testing::ForcedDuffing<double> system{Eigen::Vector2d(1.3, 0.7)};
    testing::SquaresLoss<double, 2> loss;
};

TEST(Odesolve, GradientsAreThoseOfCore)
{
    const DuffingFit fit;
    for (const c10::Device device : torch_devices())
        for (const char* method : {"dopri5", "dop853", "rk45"}) {
            const auto native = aca(fit.problem(method, 1e-8));
            for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic, GradientMode::backprop}) {
                const Tensor p = torch::tensor({1.3, 0.7}, doubles_on(device)).requires_grad_();
                const Tensor y0 = torch::tensor({{0.4, -0.2}}, doubles_on(device)).requires_grad_();
                const auto solution =
                    odesolve(testing::duffing_field(p), y0, torch::tensor(fit.times, at::kDouble), options_of(method, 1e-8, 0, mode));
                EXPECT_EQ(solution.trajectories[0].counts.accepted, native.forward.accepted);
                const Tensor loss = fit.tensor_loss(solution.y);
                const auto found = grad({loss}, {y0, p});
                // Some hundred operations with errors of 1e-16 each.
                EXPECT_NEAR(loss.item<double>(), native.loss, 1e-13 * native.loss);
                for (int i = 0; i < 2; ++i) {
                    EXPECT_NEAR(found[0][0][i].item<double>(), native.initial_state[i], 1e-13 * native.initial_state.norm());
                    EXPECT_NEAR(found[1][i].item<double>(), native.parameters[i], 1e-13 * native.parameters.norm());
                }
            }
        }
}

TEST(Odesolve, SecondDerivativesAreTheHessianOfCore)
{
    const DuffingFit fit;
    for (const c10::Device device : torch_devices())
        for (const char* method : {"dopri5", "dop853"}) {
            const auto native = hessian(fit.problem(method, 1e-8));
            for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic, GradientMode::backprop}) {
                const Tensor p = torch::tensor({1.3, 0.7}, doubles_on(device)).requires_grad_();
                const Tensor y0 = torch::tensor({{0.4, -0.2}}, doubles_on(device)).requires_grad_();
                const auto solution =
                    odesolve(testing::duffing_field(p), y0, torch::tensor(fit.times, at::kDouble), options_of(method, 1e-8, 0, mode));
                const auto first = grad({fit.tensor_loss(solution.y)}, {p, y0}, {}, true, true);
                const Tensor all = torch::cat({first[0], first[1][0]});
                for (int i = 0; i < 4; ++i) {
                    const auto second = grad({all[i]}, {p, y0}, {}, true);
                    const Tensor row = torch::cat({second[0], second[1][0]});
                    for (int j = 0; j < 4; ++j)
                        EXPECT_NEAR(row[j].item<double>(), native.matrix(i, j), 1e-12 * native.matrix.norm()) << i << j;
                }
            }
        }
}

TEST(Odesolve, FitsIntoAGraphBeforeAndBehindIt)
{
    for (const c10::Device device : torch_devices())
        for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic, GradientMode::backprop}) {
            // y' = -exp(b) y from y0 = a^2: y(1) = a^2 exp(-exp(b)); loss = log(y(1))^2 with log y = 2 log a - exp(b).
            const Tensor a = torch::tensor({1.7}, doubles_on(device)).requires_grad_();
            const Tensor b = torch::tensor({-0.4}, doubles_on(device)).requires_grad_();
            const Tensor rate = b.exp();
            const Field decay{[](const Tensor&, const Tensor& y, const Tensor&, at::TensorList p) { return -p[0] * y; }, {rate}};
            const auto solution = odesolve(decay, (a * a).reshape({1, 1}), torch::tensor({0.0, 1.0}), options_of("dop853", 1e-13, 0, mode));
            const Tensor loss = solution.y[0][1].log().square().sum();
            const auto found = grad({loss}, {a, b}, {}, true, true);
            const double l = 2 * std::log(1.7) - std::exp(-0.4);
            EXPECT_NEAR(found[0].item<double>(), 2 * l * 2 / 1.7, 1e-11);
            EXPECT_NEAR(found[1].item<double>(), -2 * l * std::exp(-0.4), 1e-11);
            const auto second = grad({found[0].sum()}, {a, b});
            EXPECT_NEAR(second[0].item<double>(), 8 / (1.7 * 1.7) - 4 * l / (1.7 * 1.7), 1e-10);
            EXPECT_NEAR(second[1].item<double>(), -4 / 1.7 * std::exp(-0.4), 1e-10);
        }
}

TEST(Odesolve, AsksForNothingThatNobodyWants)
{
    for (const c10::Device device : torch_devices())
        for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic}) {
            const Tensor used = torch::tensor({0.5}, doubles_on(device)).requires_grad_();
            const Tensor captured = torch::tensor({0.25}, doubles_on(device)).requires_grad_();
            const Tensor unused = torch::tensor({1.0}, doubles_on(device)).requires_grad_();
            const Tensor constant = torch::tensor({0.1}, doubles_on(device));
            const Tensor y0 = torch::ones({1, 1}, doubles_on(device));
            const Tensor times = torch::tensor({0.0, 1.0}, doubles_on(device)).requires_grad_();
            const Field field{[captured](const Tensor&, const Tensor& y, const Tensor&, at::TensorList p) {
                                  return -(p[0] + captured + p[2]) * y;
                              },
                              {used, unused, constant}};
            const auto solution = odesolve(field, y0, times, options_of("dopri5", 1e-11, 0, mode));
            solution.y.select(1, 1).sum().backward();
            EXPECT_NEAR(used.grad().item<double>(), -std::exp(-0.85), 1e-10);
            EXPECT_FALSE(captured.grad().defined());
            EXPECT_FALSE(constant.grad().defined());
            EXPECT_FALSE(y0.grad().defined());
            EXPECT_FALSE(times.grad().defined());
            EXPECT_TRUE(!unused.grad().defined() || unused.grad().item<double>() == 0);

            const torch::NoGradGuard no_graph;
            EXPECT_FALSE(odesolve(field, y0, times).y.requires_grad());
        }
}

/// A network of the state and the time.
struct Net : torch::nn::Module {
    explicit Net(int width)
    {
        first = register_module("first", torch::nn::Linear(3, width));
        last = register_module("last", torch::nn::Linear(width, 2));
    }
    Tensor forward(const Tensor& t, const Tensor& y)
    {
        return last->forward(torch::tanh(first->forward(torch::cat({y, t.unsqueeze(1)}, 1))));
    }
    torch::nn::Linear first{nullptr}, last{nullptr};
};

TEST(Odesolve, TrainsAnyModule)
{
    for (const c10::Device device : torch_devices())
        for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
            torch::manual_seed(3);
            const auto net = std::make_shared<Net>(8);
            net->to(device, type);
            const Tensor y0 = torch::linspace(-1, 1, 12, doubles_on(device).dtype(type)).reshape({6, 2});
            const Tensor times = torch::tensor({0.0, 0.5, 1.0}, at::kDouble);
            const auto loss_of = [&](GradientMode mode) {
                const double rtol = type == at::kFloat ? 1e-4 : 1e-8;
                return odesolve(field_of_module(net), y0, times, options_of("dopri5", rtol, 0, mode)).y.square().mean();
            };
            loss_of(GradientMode::backprop).backward();
            std::vector<Tensor> truth;
            for (const Tensor& parameter : net->parameters()) truth.push_back(parameter.grad().clone());
            for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic}) {
                for (const Tensor& parameter : net->parameters()) parameter.mutable_grad() = Tensor();
                loss_of(mode).backward();
                for (std::size_t i = 0; i < truth.size(); ++i)
                    EXPECT_LT(relative_difference(net->parameters()[i].grad(), truth[i]), type == at::kFloat ? 2e-5 : 1e-13);
            }
            // And the slope is that of the loss: a difference along it, at the step where rounding and curvature balance.
            if (type == at::kFloat) continue;
            double slope = 0;
            for (const Tensor& gradient : truth) slope += gradient.square().sum().item<double>();
            const double step = 1e-5 / std::sqrt(slope);
            const auto moved = [&](double by) {
                const torch::NoGradGuard no_graph;
                for (std::size_t i = 0; i < truth.size(); ++i) net->parameters()[i].add_(truth[i], by);
                const double loss = loss_of(GradientMode::aca).item<double>();
                for (std::size_t i = 0; i < truth.size(); ++i) net->parameters()[i].sub_(truth[i], by);
                return loss;
            };
            EXPECT_NEAR((moved(step) - moved(-step)) / (2 * step), slope, 1e-5 * slope);
        }
}

TEST(Odesolve, TrajectoriesThatFailLeaveTheOthersTheirGradients)
{
    for (const c10::Device device : torch_devices())
        for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic, GradientMode::backprop}) {
            // y' = y^2: y(1) = y0 / (1 - y0), and y0 = 2 ends at t = 1/2.
            const Tensor y0 = torch::tensor({{0.5}, {2.0}, {-1.0}}, doubles_on(device)).requires_grad_();
            const auto solution = odesolve([](const Tensor&, const Tensor& y) { return y * y; }, {}, y0,
                                           torch::tensor({0.0, 1.0}), options_of("dopri5", 1e-10, 0, mode));
            const Tensor mask = solution.reached().to(device);
            EXPECT_EQ(mask.sum().item<std::int64_t>(), 2);
            const Tensor end = solution.y.select(1, 1).squeeze(1);
            torch::where(mask, end, torch::zeros_like(end)).sum().backward();
            EXPECT_NEAR(y0.grad()[0][0].item<double>(), 4, 1e-7);
            EXPECT_EQ(y0.grad()[1][0].item<double>(), 0);
            EXPECT_NEAR(y0.grad()[2][0].item<double>(), 0.25, 1e-8);
        }
}

TEST(Odesolve, TheWayBackHonoursTheStopToken)
{
    for (const GradientMode mode : {GradientMode::aca, GradientMode::symplectic}) {
        std::stop_source source;
        long calls = 0, limit = -1;
        const Tensor y0 = torch::tensor({{1.3, 0.0, 0.0, 0.7}}, at::kDouble).requires_grad_();
        OdeOptions options = options_of("dopri5", 1e-9, 0, mode);
        options.stop = source.get_token();
        const auto solution = odesolve(
            [&](const Tensor& t, const Tensor& y) {
                if (++calls == limit) source.request_stop();
                return testing::PlanarKepler::field(t, y);
            },
            {}, y0, torch::tensor({0.0, 10.0}), options);
        ASSERT_TRUE(solution.ok());
        const long forward = calls;
        limit = forward + 20;
        EXPECT_THROW(solution.y.sum().backward(), Cancelled);
        EXPECT_LE(calls, forward + 20 + 14);
    }
}

TEST(Odesolve, MemoryIsThatOfThePaper)
{
    for (const c10::Device device : torch_devices()) {
        // A network wide enough that one evaluation's tape is much more than a state.
        torch::manual_seed(1);
        const auto net = std::make_shared<Net>(64);
        net->to(device, at::kDouble);
        const Tensor y0 = torch::randn({32, 2}, doubles_on(device)).requires_grad_();
        const std::int64_t state = 32 * 2 * 8;
        struct Measured {
            std::int64_t kept, peak;
            long accepted;
        };
        const auto measure = [&](double end, GradientMode mode) {
            OdeOptions options = options_of("rk4", 1e-6, 0.1, mode);
            const Tensor times = torch::tensor({0.0, end}, at::kDouble);
            Measured measured{};
            LiveBytes bytes;
            {
                const auto solution = odesolve(field_of_module(net), y0, times, options);
                measured.accepted = solution.trajectories[0].counts.accepted;
                measured.kept = bytes.live();
                bytes.restart_peak();
                grad({solution.y.sum()}, {y0});
            }
            measured.peak = bytes.peak();
            return measured;
        };
        const auto grows = [&](GradientMode mode) {
            const Measured few = measure(10, mode), many = measure(20, mode);
            EXPECT_EQ(few.accepted, 100);
            EXPECT_EQ(many.accepted, 200);
            return std::pair<double, double>{static_cast<double>(many.kept - few.kept) / 100, static_cast<double>(many.peak - few.peak) / 100};
        };
        // Kept for each step: the state, and its trajectories' t and h, one table of 2 x 32 numbers.
        const double checkpoint = static_cast<double>(state + 2 * 32 * 8);
        const auto [aca_kept, aca_peak] = grows(GradientMode::aca);
        const auto [symplectic_kept, symplectic_peak] = grows(GradientMode::symplectic);
        const auto [backprop_kept, backprop_peak] = grows(GradientMode::backprop);
        EXPECT_LE(aca_kept, checkpoint + 128);
        EXPECT_GE(aca_kept, static_cast<double>(state));
        EXPECT_EQ(symplectic_kept, aca_kept);
        // The way back adds nothing that grows with the number of steps.
        EXPECT_NEAR(aca_peak, aca_kept, 1);
        EXPECT_NEAR(symplectic_peak, symplectic_kept, 1);
        // Backpropagation keeps s evaluations' tapes a step, each at least the activations of 32 x 64 numbers.
        EXPECT_GE(backprop_kept, 4.0 * 32 * 64 * 8);

        // Beside the checkpoints: ACA holds a step's tape, s L; symplectic one evaluation's, L.
        const Measured aca = measure(20, GradientMode::aca), symplectic = measure(20, GradientMode::symplectic),
                       backprop = measure(20, GradientMode::backprop);
        std::printf("200 steps on %s: kept %.0f kB by ACA, %.0f kB by backprop; beside that on the way back %.0f kB by ACA, %.0f kB "
                    "by symplectic\n",
                    device.str().c_str(), 1e-3 * static_cast<double>(aca.kept), 1e-3 * static_cast<double>(backprop.kept),
                    1e-3 * static_cast<double>(aca.peak - aca.kept), 1e-3 * static_cast<double>(symplectic.peak - symplectic.kept));
        EXPECT_LT(symplectic.peak - symplectic.kept, (aca.peak - aca.kept) * 2 / 3);
        EXPECT_LT(aca.peak, backprop.peak / 20);
    }
}

TEST(Odesolve, GradientModesAreReadByName)
{
    EXPECT_EQ(parse_gradient_mode("aca"), GradientMode::aca);
    EXPECT_EQ(parse_gradient_mode("symplectic"), GradientMode::symplectic);
    EXPECT_EQ(parse_gradient_mode("backprop"), GradientMode::backprop);
    EXPECT_THROW(parse_gradient_mode("adjoint"), ArgumentError);
}

}  // namespace
}  // namespace syzygy::torch_ode
