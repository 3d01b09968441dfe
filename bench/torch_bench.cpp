// Native code and LibTorch on the ACA example with a pairwise network 4-32-32-1: loss and gradient by masses, initial
// state and all weights, one trajectory and many.
//     torch_bench [rounds [batch]]
#include "bench/rounds.hpp"
#include "core/base/random.hpp"
#include "physics/backend/backend.hpp"
#include "physics/batch/trajectory_batch.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <cstdlib>
#include <thread>

namespace syzygy::bench {
namespace {

/// 1000 exact positions of the masses (1.1, 1.1, 0.9) on [0, 1], w(t) = 0.01^t, computed at (1, 1, 1), Dopri5 at rtol =
/// atol = 1e-7; starts that differ by 1e-3, so that every trajectory of a batch has steps of its own.
struct Example {
    explicit Example(std::size_t batch)
    {
        const ThreeBodySystem system = find_scenario("aca").make();
        SimulateOptions simulation;
        simulation.t1 = 1;
        DataOptions options;
        options.decay = 0.01;
        data = std::make_unique<PreparedData>(prepare(simulate(system, simulation, {}).samples, options));
        setup.model.solver.rtol = 1e-7;
        setup.model.solver.atol = {1e-7};
        setup.correction.correction = "pairwise";
        setup.context = correction_context(*data, masses);
        setup.model.correction = make_correction(setup.correction, setup.context);
        weights = setup.model.correction->initial_parameters();
        Random random(1);
        for (double& weight : weights) weight += 0.02 * random.normal();
        for (std::size_t i = 0; i < batch; ++i) {
            rows.push_back({0, system.state()});
            if (i > 0)
                for (double& value : rows.back().initial_state) value += 1e-3 * random.normal();
        }
    }

    std::unique_ptr<PreparedData> data;
    BatchSetup setup;
    std::vector<BatchRow> rows;
    const Eigen::Vector3d masses{1, 1, 1};
    Eigen::VectorXd weights;
};

/// Loss and gradient of `count` trajectories natively, dealt out to threads.
void native(const Example& example, std::size_t count, int threads)
{
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < threads; ++worker)
        workers.emplace_back([&example, count, threads, worker] {
            GradientEvaluator evaluate(*example.data, example.setup.model, "aca");
            for (auto i = static_cast<std::size_t>(worker); i < count; i += static_cast<std::size_t>(threads)) {
                const auto result =
                    evaluate({example.masses, example.rows[i % example.rows.size()].initial_state, example.weights});
                if (!result.outcome.ok()) fmt::print("  {}\n", result.outcome.reason);
            }
        });
}

int run(int rounds, std::size_t batch)
{
    const Example example(batch);
    fmt::print("LibTorch {}, {} processors\n", torch_backend().version(), std::thread::hardware_concurrency());
    const PreparedData* const windows[] = {example.data.get()};
    const auto torch = make_trajectory_batch(windows, example.setup);
    const std::span<const BatchRow> all(example.rows);

    // What is timed is the same.
    const auto one = compute_gradient(*example.data, {example.masses, example.rows[0].initial_state, example.weights},
                                      example.setup.model);
    const BatchResult same = (*torch)(all.first(1), example.masses, example.weights);
    fmt::print(
        "one trajectory: {} steps; loss {:.12g}; LibTorch's differs by {:.1e}, its gradient by weights by {:.1e}\n\n",
        one.forward.accepted, one.loss, std::abs(same.losses[0] / one.loss - 1),
        (same.correction - one.correction).norm() / one.correction.norm());

    constexpr std::size_t alone = 32;
    std::vector<Timed> items{
        {fmt::format("native, 1 thread, {} trajectories one by one", alone), double(alone),
         [&] { native(example, alone, 1); }},
        {fmt::format("native, 2 threads, {} trajectories", alone), double(alone), [&] { native(example, alone, 2); }},
        {"LibTorch on the CPU, batch 1", 1, [&] { (*torch)(all.first(1), example.masses, example.weights); }},
        {fmt::format("LibTorch on the CPU, batch {}", batch), double(batch),
         [&] { (*torch)(all, example.masses, example.weights); }},
    };
    run_rounds(items, rounds);
    fmt::print("microseconds a trajectory, medians of {} alternating rounds (quartiles)\n", rounds);
    for (const Timed& item : items)
        fmt::print("  {:<76} {:10.1f}   ({:.1f} .. {:.1f})\n", item.name, item.median(),
                   quantile(item.microseconds, 0.25), quantile(item.microseconds, 0.75));
    fmt::print("\nratios of the medians, and quartiles of the rounds' own ratios\n");
    const auto ratio = [&](std::string_view name, std::size_t a, std::size_t b, std::string_view goal) {
        print_ratio(name, divided(items[a].microseconds, items[b].microseconds, 1),
                    items[a].median() / items[b].median(), goal);
    };
    ratio("LibTorch at batch 1 / native", 2, 0, "goal >= 50");
    ratio(fmt::format("LibTorch: trajectories a second at batch {} / at batch 1", batch), 2, 3, "goal >= 20");
    ratio("native: trajectories a second with 2 threads / with 1", 0, 1, "goal >= 1.8");
    ratio(fmt::format("LibTorch at batch {} / native, 1 thread (a trajectory)", batch), 3, 0, "");
    return 0;
}

}  // namespace
}  // namespace syzygy::bench

int main(int argc, char** argv)
{
    const int rounds = argc > 1 ? std::max(std::atoi(argv[1]), 1) : 5;
    const int batch = argc > 2 ? std::max(std::atoi(argv[2]), 1) : 1024;
    if (!syzygy::torch_available()) {
        fmt::print("no LibTorch: {}\n", syzygy::torch_problem());
        return 0;
    }
    return syzygy::bench::run(rounds, static_cast<std::size_t>(batch));
}
