#pragma once

#include "core/gradient/method_info.hpp"
#include "core/gradient/observed_steps.hpp"
#include "core/ode/grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syzygy {

/// The gradient by central differences, extrapolated to step zero (Ridders, Adv. Eng. Softw. 4, 75 (1982)), over the accepted
/// steps of one solve: an independent check, accurate to eight digits or more. 420 solves for three bodies.
template <class Problem>
GradientResult<typename Problem::System> finite_difference_gradient(const Problem& given)
{
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    std::vector<Real> stops;
    const Problem problem = with_stops(given, stops);

    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        GradientResult<System> result;
        StepGrid<Real> grid;
        const Stopwatch watch;
        {
            GridRecorder<Real> recorder(grid, problem.task.t0);
            const auto solved = solve_with<tableau>(*problem.system, problem.task, recorder);
            result.outcome = solved.outcome;
            result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations};
            if (!solved.outcome.ok()) return result;
        }
        const auto loss_at = [&](const State& y0, const typename System::Parameters& parameters) -> Real {
            System system = *problem.system;
            system.set_parameters(parameters);
            Real loss = 0;
            auto observations = observe_steps(problem, y0, [&](std::size_t k, const typename Problem::Observed& y) {
                typename Problem::Observed unused;
                loss += problem.loss->add(k, y, unused);
            });
            const auto evaluations = replay_with<tableau>(system, y0, grid, observations, problem.task.stop);
            if (!evaluations) result.outcome = {Status::stopped, "stopped on request between two differences"};
            result.forward.rhs_evaluations += evaluations.value_or(0);
            return loss;
        };
        State y0 = problem.task.y0;
        typename System::Parameters parameters = problem.system->parameters();
        result.loss = loss_at(y0, parameters);

        // Ridders: halve the difference and extrapolate until rounding makes the tableau worse.
        const auto derivative = [&](Real& x, Real typical) -> Real {
            constexpr int levels = 10;
            const Real centre = x;
            Real h = Real(1e-3) * std::max(std::abs(centre), Real(0.1) * typical);
            std::array<Real, levels> row{}, previous{};
            Real best = 0, smallest = std::numeric_limits<Real>::infinity();
            for (int level = 0; level < levels && result.outcome.ok(); ++level, h /= 2) {
                previous = row;
                x = centre + h;
                const Real above = loss_at(y0, parameters);
                x = centre - h;
                row[0] = (above - loss_at(y0, parameters)) / (2 * h);
                Real factor = 4;
                for (int j = 1; j <= level; ++j, factor *= 4) {
                    row[j] = (factor * row[j - 1] - previous[j - 1]) / (factor - 1);
                    const Real error = std::max(std::abs(row[j] - row[j - 1]), std::abs(row[j] - previous[j - 1]));
                    if (error <= smallest) {
                        smallest = error;
                        best = row[j];
                    }
                }
            }
            x = centre;
            return best;
        };
        result.parameters = zero_parameters(*problem.system);
        for (Eigen::Index i = 0; i < parameters.size(); ++i)
            result.parameters[i] = derivative(parameters[i], problem.typical_parameters[i]);
        for (Eigen::Index i = 0; i < y0.size(); ++i)
            result.initial_state[i] = derivative(y0[i], problem.typical_state[i]);
        if (!result.outcome.ok()) {
            // A partial gradient is no gradient.
            result.parameters.setZero();
            result.initial_state.setZero();
        }
        result.forward.seconds = watch.seconds();
        return result;
    });
}

/// This method's row in the table of gradient methods.
struct FiniteDifferenceMethod {
    static constexpr GradientMethodInfo info{
        "finite-difference",
        "Finite differences",
        "Ridders, Adv. Eng. Softw. 4, 75 (1982)",
        "extrapolated central differences along the same steps: an independent witness",
        Claim::differences,
        SolverSupport::all,
        "",
        "",
        "",
        "Every unknown is moved both ways, ten times over, and the solve is taken again along the same steps each time. It knows "
        "nothing of derivatives, which is why the others are held against it; look at what it costs."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return finite_difference_gradient(problem);
    }
};

}  // namespace syzygy
