// The ACA example: forward solve, with its 1000 observations, loss and gradient, and CVODES as a peer.

#include "bench/aca_problem.hpp"
#include "bench/cvodes_gradient.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace syzygy;
using namespace syzygy::bench;

const AcaProblem& example()
{
    static const AcaProblem aca;
    return aca;
}

void forward(benchmark::State& run)
{
    for (auto _ : run) benchmark::DoNotOptimize(forward_solve(example()).y);
}
BENCHMARK(forward)->Unit(benchmark::kMicrosecond);

void forward_observed(benchmark::State& run)
{
    Predicted predicted(Loss::rows, static_cast<Eigen::Index>(example().loss.times().size()));
    for (auto _ : run) benchmark::DoNotOptimize(forward_solve_observed(example(), predicted).y);
}
BENCHMARK(forward_observed)->Unit(benchmark::kMicrosecond);

void aca_gradient(benchmark::State& run)
{
    const Problem problem = example().problem();
    AcaWorkspace<Problem> workspace;
    loss_and_gradient(problem, workspace);
    for (auto _ : run) benchmark::DoNotOptimize(loss_and_gradient(problem, workspace).parameters);
}
BENCHMARK(aca_gradient)->Unit(benchmark::kMicrosecond);

#ifdef SYZYGY_HAVE_CVODES
void cvodes_gradient(benchmark::State& run, int corrector, bool control)
{
    CvodesGradient peer(example(), {"", CV_ADAMS, corrector, false, control});
    Eigen::Vector3d gradient;
    for (auto _ : run) benchmark::DoNotOptimize(peer(gradient));
}
BENCHMARK_CAPTURE(cvodes_gradient, staggered, CV_STAGGERED, true)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cvodes_gradient, simultaneous, CV_SIMULTANEOUS, true)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cvodes_gradient, staggered_not_controlled, CV_STAGGERED, false)->Unit(benchmark::kMicrosecond);
#endif

}  // namespace
