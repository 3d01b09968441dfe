// The right-hand side and its derivatives, each call waiting for the one before.

#include "bench/aca_problem.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace syzygy;
using namespace syzygy::bench;

const AcaProblem& example()
{
    static const AcaProblem aca;
    return aca;
}

void per_call(benchmark::State& run, std::size_t calls)
{
    run.SetItemsProcessed(run.iterations() * static_cast<std::int64_t>(calls));
}

void rhs(benchmark::State& run)
{
    const auto states = states_along(example());
    State dydt = State::Zero();
    for (auto _ : run) {
        rhs_chain(example().system, states, dydt);
        benchmark::DoNotOptimize(dydt.data());
        benchmark::ClobberMemory();
    }
    per_call(run, states.size());
}
BENCHMARK(rhs);

void vjp(benchmark::State& run)
{
    const auto states = states_along(example());
    State w = State::Ones(), y_bar;
    Eigen::Vector3d p_bar = Eigen::Vector3d::Zero();
    for (auto _ : run) {
        for (const State& y : states) {
            example().system.vjp(0.0, y, w, y_bar, p_bar);
            w = State::Ones() + 1e-30 * y_bar;
        }
        benchmark::DoNotOptimize(p_bar.data());
        benchmark::ClobberMemory();
    }
    per_call(run, states.size());
}
BENCHMARK(vjp);

void jvp(benchmark::State& run)
{
    const auto states = states_along(example());
    const Eigen::Vector3d p_dot = Eigen::Vector3d::Ones();
    State y_dot = State::Ones(), f_dot;
    for (auto _ : run) {
        for (const State& y : states) {
            example().system.jvp(0.0, y, y_dot, p_dot, f_dot);
            y_dot = State::Ones() + 1e-30 * f_dot;
        }
        benchmark::DoNotOptimize(y_dot.data());
        benchmark::ClobberMemory();
    }
    per_call(run, states.size());
}
BENCHMARK(jvp);

}  // namespace
