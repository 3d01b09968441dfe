// Every gradient method of the table on the ACA example (1000 observations on [0, 1], Dopri5 at rtol = atol = 1e-7), in
// units of ACA and of a plain forward solve (propagate() of the library), from alternating runs. Arguments: rounds; a
// tolerance.

#include "bench/aca_problem.hpp"
#include "bench/rounds.hpp"
#include "core/gradient/method_info.hpp"
#include "physics/model/solution.hpp"
#include "physics/scenarios/scenario.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <memory>

namespace {

using namespace syzygy;
using namespace syzygy::bench;

/// What methods are held to.
struct Goal {
    std::string_view method, over;
    double ratio;
};
constexpr std::array<Goal, 5> goals{{{"aca", "forward solve", 3.0},
                                     {"symplectic", "aca", 1.3},
                                     {"naive", "forward solve", 6},
                                     {"backprop", "forward solve", 6},
                                     {"aca-binomial", "aca", 2.5}}};

/// The example as a file of data would give it.
PreparedData prepare_example(const AcaProblem& aca)
{
    Observations observations;
    const auto times = aca.loss.times();
    observations.times.assign(times.begin(), times.end());
    observations.positions = aca.data.observed().topRows<9>();
    DataOptions options;
    options.decay = 0.01;
    return prepare(observations, options);
}

}  // namespace

int main(int argc, char** argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
    const double tolerance = argc > 2 ? std::atof(argv[2]) : 1e-7;
    AcaProblem aca(1000, tolerance);
    PreparedData data = prepare_example(aca);
    data.units = find_scenario("aca").make().units;
    const Eigen::Vector3d reference = aca.reference_gradient();
    ModelOptions options;
    options.solver.rtol = tolerance;
    options.solver.atol = {tolerance};
    const ModelPoint point{Eigen::Vector3d(1, 1, 1), aca.task.y0};

    std::vector<Timed> items, slow;
    double sink = 0;
    // Two, for the compiler makes the loop faster where nothing else shares it: as the library has it, and alone in here.
    items.push_back({"forward solve", 4, repeat(4, [&] { sink += propagate(data, point, options, 0, 1)[0]; })});
    items.push_back({"forward solve, by itself", 4, repeat(4, [&] { sink += forward_solve(aca).y[0]; })});
    std::map<std::string_view, std::size_t> row;
    std::vector<std::unique_ptr<GradientEvaluator>> evaluators;
    fmt::print("{:<20} {:>9} {:>9} {:>8} {:>8} {:>8} {:>12} {:>10} {:>9} {:>10}\n", "", "forward", "backward", "vjp", "jvp",
               "steps", "checkpoints", "tape", "depth", "error");
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        if (info.claim == Claim::differences) continue;  // hundreds of solves
        evaluators.push_back(std::make_unique<GradientEvaluator>(data, options, std::string(info.id)));
        GradientEvaluator* const evaluate = evaluators.back().get();
        const ThreeBodyGradient result = (*evaluate)(point);
        if (!result.outcome.ok()) {
            fmt::print("{:<20} {}\n", info.id, result.outcome.reason);
            continue;
        }
        fmt::print("{:<20} {:9} {:9} {:8} {:8} {:8} {:12} {:10} {:9} {:10.2e}\n", info.id, result.forward.rhs_evaluations,
                   result.backward.rhs_evaluations, result.forward.vjp_evaluations + result.backward.vjp_evaluations,
                   result.forward.jvp_evaluations + result.backward.jvp_evaluations, result.forward.accepted,
                   result.checkpoint_bytes, result.tape_bytes_peak, result.graph_depth,
                   (result.parameters - reference).norm() / reference.norm());
        // A run of a million steps leaves no cache as it was: such are timed apart, so that they slow nobody else down.
        const bool apart = result.forward.seconds + result.backward.seconds > 5e-3;
        if (!apart) row.emplace(info.id, items.size());
        (apart ? slow : items).push_back({std::string(info.id), 1, [&sink, evaluate, &point] { sink += (*evaluate)(point).parameters[0]; }});
    }
    run_rounds(items, rounds);
    run_rounds(slow, 5);

    fmt::print("\nmicroseconds a call, medians of {} alternating rounds; ratios of the medians\n", rounds);
    const double forward = items[0].median(), of_aca = items[row.at("aca")].median();
    std::vector<Timed> all = items;
    all.insert(all.end(), slow.begin(), slow.end());
    for (const Timed& item : all)
        fmt::print("  {:<24} {:12.2f}   {:8.2f} forward solves   {:8.2f} of aca\n", item.name, item.median(),
                   item.median() / forward, item.median() / of_aca);
    fmt::print("\ngoals: ratios of the medians, and quartiles of the rounds' own ratios\n");
    for (const Goal& goal : goals) {
        const auto method = row.find(goal.method);
        if (method == row.end()) continue;
        const Timed &above = items[method->second], &below = items[goal.over == "aca" ? row.at("aca") : 0];
        print_ratio(fmt::format("{} / {}", goal.method, goal.over), divided(above.microseconds, below.microseconds, 1),
                    above.median() / below.median(), fmt::format("goal <= {}", goal.ratio));
    }
    if (sink == 0.5) fmt::print(" ");  // keeps the runs from being dropped
    return 0;
}
