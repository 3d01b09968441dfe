// A correction's network on the three pairs of three bodies: 4-32-32-1 (1249 parameters).

#include "core/network/activation.hpp"
#include "core/network/network.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace syzygy;

constexpr int pairs = 3;

struct Setup {
    Network network;
    Eigen::VectorXd p, p_bar;
    std::vector<double> x, y, x_bar, tape, scratch;

    explicit Setup(Activation activation = Activation::tanh)
        : network({.inputs = 4, .activation = activation, .zero_last = false}),
          p(network.spec().initial_parameters()),
          p_bar(Eigen::VectorXd::Zero(p.size())),
          x(2 * 4 * pairs),
          y(2 * pairs),
          x_bar(x.size()),
          tape(network.tangent_tape_size(pairs)),
          scratch(network.tangent_scratch_size(pairs))
    {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.1 * double(i) - 0.5;
    }
};

void forward(benchmark::State& run)
{
    Setup at(Activation(run.range(0)));
    for (auto _ : run) {
        at.network.forward(at.p.data(), at.x.data(), pairs, at.y.data(), at.tape.data(), at.scratch.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(forward)
    ->Arg(int(Activation::tanh))
    ->Arg(int(Activation::softplus))
    ->Arg(int(Activation::silu))
    ->Arg(int(Activation::sine));

void vjp(benchmark::State& run)
{
    Setup at;
    at.network.forward(at.p.data(), at.x.data(), pairs, at.y.data(), at.tape.data(), at.scratch.data());
    const double w[pairs] = {1, -1, 0.5};
    for (auto _ : run) {
        at.network.vjp(at.p.data(), at.x.data(), pairs, at.tape.data(), w, at.x_bar.data(), at.p_bar.data(),
                       at.scratch.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(vjp);

void forward_tangent(benchmark::State& run)
{
    Setup at;
    for (auto _ : run) {
        at.network.forward_tangent(at.p.data(), at.x.data(), pairs, at.y.data(), at.tape.data(), at.scratch.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(forward_tangent);

void vjp_tangent(benchmark::State& run)
{
    Setup at;
    at.network.forward_tangent(at.p.data(), at.x.data(), pairs, at.y.data(), at.tape.data(), at.scratch.data());
    const double w[2 * pairs] = {1, -1, 0.5, 1, 2, 3};
    for (auto _ : run) {
        at.network.vjp_tangent(at.p.data(), at.x.data(), pairs, at.tape.data(), w, at.x_bar.data(), at.p_bar.data(),
                               at.scratch.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(vjp_tangent);

void activation_of_192(benchmark::State& run)
{
    std::vector<double> z(192), values(192), slopes(192);
    for (std::size_t i = 0; i < z.size(); ++i) z[i] = 0.02 * double(i) - 2;
    for (auto _ : run) {
        activate(Activation(run.range(0)), z.data(), z.size(), values.data(), slopes.data(), nullptr);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(activation_of_192)->Arg(int(Activation::tanh))->Arg(int(Activation::softplus))->Arg(int(Activation::silu));

}  // namespace
