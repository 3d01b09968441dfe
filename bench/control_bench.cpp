// What steps chosen for the tangents or for a goal save: evaluations that a given gradient error takes on the ACA example,
// by `--control state`, `tangents` and `goal`. It counts and does not time, so that noise is none of its business.

#include "bench/aca_problem.hpp"
#include "core/gradient/step_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace {

using namespace syzygy;
using namespace syzygy::bench;

using Gradient = Eigen::Matrix<double, 21, 1>;
using Result = GradientResult<ThreeBody<double>>;

Gradient gradient_of(const Result& result)
{
    Gradient gradient;
    gradient << result.parameters, result.initial_state;
    return gradient;
}

/// One gradient at one tolerance.
struct Tried {
    double tolerance, gradient_error;
    long steps, evaluations, in_all;
};

template <const auto& tableau>
Tried run(const AcaProblem& example, std::string_view control, double tolerance, const Gradient& truth)
{
    Problem problem = example.problem();
    GridSearch<double> search;
    if (control == "goal") {
        problem.options.goal_tol = tolerance;
        search = detail::goal_grid<tableau>(problem);
    } else {
        problem.task.options.rtol = tolerance;
        problem.task.atol.setConstant(tolerance);
        if (control == "tangents") search = detail::tangent_grid<tableau>(problem);
    }
    if (!search.outcome.ok()) return {tolerance, std::numeric_limits<double>::infinity(), 0, 0, 0};
    if (control != "state") problem.task.grid = &search.grid;
    AcaWorkspace<Problem> workspace;
    const Result result = detail::aca_with<tableau>(problem, workspace);
    const long evaluations = result.forward.rhs_evaluations + result.backward.rhs_evaluations;
    return {tolerance, (gradient_of(result) - truth).norm() / truth.norm(), result.forward.accepted, evaluations,
            evaluations + search.forward.rhs_evaluations + search.backward.rhs_evaluations};
}

/// The fewest evaluations of a final solve and sweep whose gradient errs less than `target` at this tolerance and at all
/// that are tighter, so that luck at one of them does not count.
Tried least(const std::vector<Tried>& tried, double target)
{
    Tried best{};
    for (auto row = tried.rbegin(); row != tried.rend() && row->gradient_error <= target; ++row) best = *row;
    return best;
}

template <const auto& tableau>
void print_method(const AcaProblem& example, const Gradient& truth)
{
    constexpr std::array targets{1e-4, 1e-6, 1e-8};
    std::array<Tried, targets.size()> state{};
    for (const std::string_view control : {"state", "tangents", "goal"}) {
        std::vector<Tried> tried;
        for (double exponent = 3; exponent < 12.6; exponent += 0.125) {
            const Tried row = run<tableau>(example, control, std::pow(10, -exponent), truth);
            if (std::isfinite(row.gradient_error)) tried.push_back(row);
        }
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const Tried best = least(tried, targets[i]);
            if (control == "state") state[i] = best;
            fmt::print("{:<8} {:<9} {:>8.0e} {:>10.1e} {:>10.1e} {:>6} {:>8} {:>8} {:>7.2f} {:>7.2f}\n", tableau.id, control,
                       targets[i], best.tolerance, best.gradient_error, best.steps, best.evaluations, best.in_all,
                       static_cast<double>(best.evaluations) / static_cast<double>(state[i].evaluations),
                       static_cast<double>(best.in_all) / static_cast<double>(state[i].in_all));
        }
    }
}

}  // namespace

int main()
{
    const AcaProblem example;
    Problem exact = example.problem();
    exact.task.options.rtol = 1e-14;
    exact.task.atol.setConstant(1e-14);
    AcaWorkspace<Problem> workspace;
    const Gradient truth = gradient_of(detail::aca_with<dop853>(exact, workspace));
    fmt::print("{:<8} {:<9} {:>8} {:>10} {:>10} {:>6} {:>8} {:>8} {:>7} {:>7}\n", "method", "control", "target", "tolerance",
               "grad. err.", "steps", "evals", "in all", "/state", "in all");
    print_method<dormand_prince54>(example, truth);
    print_method<dop853>(example, truth);
}
