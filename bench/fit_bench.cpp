// A fit of three masses by Levenberg and Marquardt to the ACA example's 1000 observations, from masses (1, 1, 1).

#include "physics/fit/fit.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace syzygy;

void fit(benchmark::State& run, double rtol)
{
    SimulateOptions samples;
    samples.t1 = 1;
    const Observations observations = simulate(find_scenario("aca").make(), samples, SolverOptions{}).samples;
    FitSetup setup;
    setup.data.decay = 0.01;
    setup.solver.rtol = rtol;
    setup.fit.free = "masses";
    setup.fit.start = {1, 1, 1};
    FitResult result;
    for (auto _ : run) result = run_fit(observations, setup);
    run.counters["iterations"] = static_cast<double>(result.iterations);
    run.counters["mass_error"] = (result.point.masses - Eigen::Vector3d(1.1, 1.1, 0.9)).norm();
}
BENCHMARK_CAPTURE(fit, rtol_1e_12, 1e-12)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit, rtol_1e_7, 1e-7)->Unit(benchmark::kMillisecond);

}  // namespace
