#pragma once

#include "core/gradient/aca.hpp"
#include "core/gradient/forward.hpp"
#include "core/ode/trajectory.hpp"
#include "physics/model/loss.hpp"
#include "tests/support/aca_example.hpp"

#include <vector>

/// The ACA example as the benchmarks pose it: 1000 observations, the exact positions of the true masses at
/// equidistant times on [0, 1], w(t) = 0.01^t, masses (1, 1, 1), Dopri5 at rtol = atol = 1e-7.
namespace syzygy::bench {

using Example = testing::AcaExample;
using Loss = LeadingLoss<9>;
/// Predictions, a column for each time.
using Predicted = Eigen::Matrix<double, Loss::rows, Eigen::Dynamic>;
using System = ThreeBody<double>;
using Problem = GradientProblem<System, Loss>;

struct AcaProblem {
    explicit AcaProblem(int observations = 1000, double rtol = 1e-7)
        : system(Example::system<double>({1, 1, 1})),
          data(make_loss(observations)),
          loss(data),
          task(Example::task<double>(0, 1, rtol))
    {
    }
    Problem problem() const { return {&system, &loss, task}; }

    /// By forward sensitivities in long double: dop853 at 1e-13 with the tangents controlled, a step ending at
    /// every observation.
    Eigen::Vector3d reference_gradient() const
    {
        using Real = long double;
        using ExactLoss = testing::SquaresLoss<Real, 9>;
        const auto n = static_cast<Real>(loss.times().size());
        ExactLoss exact;
        for (std::size_t k = 0; k < loss.times().size(); ++k)
            exact.observe(loss.times()[k], data.observed().col(static_cast<Eigen::Index>(k)).head<9>().cast<Real>(),
                          static_cast<Real>(data.time_weight(k)) / n);
        // Written out, since forward_sensitivities() would compile every method in long double.
        using Tangents = TangentSystem<ThreeBody<Real>, 3>;
        const auto exact_system = Example::system<Real>({1, 1, 1});
        const Tangents tangents(exact_system, Eigen::Matrix<Real, 3, 3>::Identity(), true);
        const std::vector<Real> stops(exact.times().begin() + 1, exact.times().end());
        const auto plain = Example::task<Real>(0, 1, 1e-13);
        const auto initial = tangents.initial(plain.y0, Eigen::Matrix<Real, 18, 3>::Zero());
        SolveTask<Tangents::State> tangent_task{initial, 0, 1, plain.options, initial, stops};
        tangent_task.atol.colwise() = plain.atol;
        Eigen::Matrix<Real, 3, 1> gradient = Eigen::Matrix<Real, 3, 1>::Zero();
        const auto visit = [&](std::size_t k, const auto& block) {
            ExactLoss::Observed cotangent;
            exact.add(k, ExactLoss::Observed(block.col(0)), cotangent);
            gradient += block.rightCols(3).transpose() * cotangent;
        };
        ObservedSteps<9, Tangents::State, decltype(visit)> observer(exact.times(), 0, 1, initial, visit);
        solve_with<dop853>(tangents, tangent_task, observer);
        return gradient.cast<double>();
    }

    System system;
    TrajectoryLoss data;
    Loss loss;
    SolveTask<State> task;

private:
    static TrajectoryLoss make_loss(int observations)
    {
        std::vector<double> times;
        for (int k = 0; k < observations; ++k) times.push_back(k / double(observations - 1));
        const auto positions = Example::true_positions<double>(times);
        Eigen::MatrixXd observed(9, observations);
        for (int k = 0; k < observations; ++k) observed.col(k) = positions[static_cast<std::size_t>(k)];
        return {times, observed, Eigen::MatrixXd::Ones(9, observations), 0.01, -1, RobustLoss::none, 1};
    }
};

/// The solve and nothing else.
inline SolveResult<State> forward_solve(const AcaProblem& aca)
{
    NoObserver nobody;
    return solve_with<dormand_prince54>(aca.system, aca.task, nobody);
}

/// The solve and the predicted positions at every observation time.
inline SolveResult<State> forward_solve_observed(const AcaProblem& aca, Predicted& predicted)
{
    const Problem problem = aca.problem();
    auto observations = observe_steps(problem, aca.task.y0, [&](std::size_t k, const Problem::Observed& y) {
        predicted.col(static_cast<Eigen::Index>(k)) = y;
    });
    return solve_with<dormand_prince54>(aca.system, aca.task, observations);
}

/// Loss and gradient by ACA: `aca(problem, workspace)`, but of Dopri5 alone, so that this compiles in a tenth of the
/// time.
inline GradientResult<System> loss_and_gradient(const Problem& given, AcaWorkspace<Problem>& workspace)
{
    const Problem problem = with_stops(given, workspace.stops);
    return detail::aca_with<dormand_prince54>(problem, workspace);
}

/// States along the solution, for calls of rhs, vjp and jvp one by one.
inline std::vector<State> states_along(const AcaProblem& aca)
{
    Trajectory<State> trajectory;
    trajectory.begin(aca.task.t0, aca.task.y0, false);
    solve_with<dormand_prince54>(aca.system, aca.task, trajectory);
    return trajectory.states();
}

/// Calls of rhs, each of which waits for the one before as in a Runge-Kutta step: the accelerations of one go into
/// the positions of the next, too small to change them. The sum costs four or five instructions of each kind.
inline void rhs_chain(const System& system, const std::vector<State>& states, State& dydt)
{
    State y;
    for (const State& state : states) {
        y = state;
        y.head<9>() += 1e-30 * dydt.tail<9>();
        system.rhs(0.0, y, dydt);
    }
}

}  // namespace syzygy::bench
