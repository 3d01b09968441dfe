#pragma once

#include "core/gradient/method_info.hpp"
#include "core/gradient/observed_steps.hpp"
#include "core/ode/grid.hpp"

#include <vector>

namespace syzygy {

/// A system and the tangents of its solution as one system: column 0 is y, the other columns are tangents (variational equations;
/// Hairer, Norsett, Wanner I, I.14). One Runge-Kutta step of this system gives the exact tangents of the Runge-Kutta step of y.
template <class SystemType, int max_tangents>
class TangentSystem {
public:
    using Inner = typename SystemType::State;
    using Scalar = typename Inner::Scalar;
    static constexpr int size = Inner::RowsAtCompileTime;
    using State = StateRows<Scalar, size, Eigen::Dynamic, max_tangents + 1>;
    using ParameterTangents =
        StateRows<Scalar, SystemType::Parameters::RowsAtCompileTime, Eigen::Dynamic, max_tangents>;

    /// Each column of `parameter_tangents` is the d parameters of one tangent. With `control_tangents` the tangents count in the
    /// error norm.
    TangentSystem(const SystemType& system, ParameterTangents parameter_tangents, bool control_tangents = false)
        : system_(&system), parameter_tangents_(std::move(parameter_tangents)), control_tangents_(control_tangents)
    {
    }

    /// The state with y in column 0 and the initial tangents in the other columns.
    template <class Tangents>
    State initial(const Inner& y, const Tangents& tangents) const
    {
        State state(size, 1 + tangents.cols());
        state.col(0) = y;
        state.rightCols(tangents.cols()) = tangents;
        return state;
    }

    template <class Time>
    void rhs(Time t, const State& y, State& dydt) const
    {
        dydt.resize(size, y.cols());
        const Inner inner = y.col(0);
        Inner value;
        system_->rhs(t, inner, value);
        dydt.col(0) = value;
        const Eigen::Index tangents = y.cols() - 1;
        if constexpr (requires {
                          system_->jvp_columns(t, inner, y.rightCols(tangents), parameter_tangents_,
                                               dydt.rightCols(tangents));
                      }) {
            system_->jvp_columns(t, inner, y.rightCols(tangents), parameter_tangents_, dydt.rightCols(tangents));
        } else {
            for (Eigen::Index column = 0; column < tangents; ++column) {
                system_->jvp(t, inner, y.col(1 + column), parameter_tangents_.col(column), value);
                dydt.col(1 + column) = value;
            }
        }
    }

    /// The part that counts in the error norm.
    template <class V>
    auto controlled(const V& state) const
    {
        return state.leftCols(control_tangents_ ? state.cols() : 1);
    }

private:
    const SystemType* system_;
    ParameterTangents parameter_tangents_;
    bool control_tangents_;
};

/// Solves, and calls visit(k, y, S) at every observation time in order: y holds the observed rows of the solution, S (rows x n)
/// their derivatives along n tangents. A column of `initial_tangents` (d y0) and a column of `parameter_tangents` (d p) define
/// each tangent. The tangents belong to the discrete solution with the accepted steps held fixed; with `problem.control_tangents`
/// the steps are chosen for the tangents as well.
template <int max_tangents, class Problem, class InitialTangents, class Visit>
SensitivityReport forward_sensitivities(
    const Problem& given, const InitialTangents& initial_tangents,
    const typename TangentSystem<typename Problem::System, max_tangents>::ParameterTangents& parameter_tangents, Visit&& visit)
{
    using System = typename Problem::System;
    using Tangents = TangentSystem<System, max_tangents>;
    using Real = typename Problem::Real;
    std::vector<Real> stops;
    const Problem problem = with_stops(given, stops);

    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        SensitivityReport report;
        const Tangents tangents(*problem.system, parameter_tangents, problem.control_tangents);
        const typename Tangents::State initial = tangents.initial(problem.task.y0, initial_tangents);
        auto visitor = observe_steps(problem, initial, [&visit](std::size_t k, const auto& block) {
            const typename Problem::Observed y = block.col(0);
            visit(k, y, block.rightCols(block.cols() - 1));
        });
        report.bytes = sizeof(typename Tangents::State::Scalar) * static_cast<std::size_t>(initial.size());
        const Stopwatch watch;
        if (problem.control_tangents) {
            SolveTask<typename Tangents::State> task{initial, problem.task.t0, problem.task.t1, problem.task.options,
                                                     initial, problem.task.stops, problem.task.stop};
            // A tangent may err by the tolerance of its component, per unit of the tangent's own direction.
            task.atol.colwise() = problem.task.atol;
            const auto solved = solve_with<tableau>(tangents, task, visitor);
            report.outcome = solved.outcome;
            report.tangents = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0,
                               solved.counts.rhs_evaluations * initial_tangents.cols(), watch.seconds()};
            return report;
        }
        StepGrid<Real> grid;
        GridRecorder<Real> recorder(grid, problem.task.t0);
        const auto solved = solve_with<tableau>(*problem.system, problem.task, recorder);
        report.outcome = solved.outcome;
        report.solve = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0,
                        watch.seconds()};
        if (!solved.outcome.ok()) return report;
        const Stopwatch tangent_watch;
        const auto evaluations = replay_with<tableau>(tangents, initial, grid, visitor, problem.task.stop);
        if (!evaluations) {
            report.outcome = {Status::stopped, "stopped on request while the tangents were propagated"};
            return report;
        }
        report.tangents = {solved.counts.accepted, 0, *evaluations, 0, *evaluations * initial_tangents.cols(),
                           tangent_watch.seconds()};
        return report;
    });
}

/// The gradient by forward sensitivities: one tangent for each parameter and each component of the initial state. If the number
/// of parameters is known only at run time, tangents are taken in batches, in solves with the same steps.
template <class Problem>
GradientResult<typename Problem::System> forward_gradient(const Problem& problem)
{
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Scalar = typename State::Scalar;
    constexpr int fixed_parameters = System::Parameters::RowsAtCompileTime;
    constexpr int states = State::RowsAtCompileTime;
    constexpr int most = has_dynamic_parameters<System> ? 2 * states : fixed_parameters + states;

    GradientResult<System> result;
    result.parameters = zero_parameters(*problem.system);
    const Eigen::Index parameters = result.parameters.size(), tangents = parameters + states;
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> gradient(tangents);
    gradient.setZero();
    typename Problem::Observed cotangent;
    for (Eigen::Index begin = 0; begin < tangents; begin += most) {
        const Eigen::Index count = std::min<Eigen::Index>(most, tangents - begin);
        StateRows<Scalar, states, Eigen::Dynamic, most> initial_tangents(states, count);
        typename TangentSystem<System, most>::ParameterTangents parameter_tangents(parameters, count);
        initial_tangents.setZero();
        parameter_tangents.setZero();
        for (Eigen::Index column = 0; column < count; ++column) {
            const Eigen::Index unknown = begin + column;
            if (unknown < parameters)
                parameter_tangents(unknown, column) = 1;
            else
                initial_tangents(unknown - parameters, column) = 1;
        }
        Scalar loss(0);
        const SensitivityReport report = forward_sensitivities<most>(
            problem, initial_tangents, parameter_tangents, [&](std::size_t k, const auto& y, const auto& sensitivities) {
                loss += problem.loss->add(k, y, cotangent);
                gradient.segment(begin, count) += sensitivities.transpose() * cotangent;
            });
        result.outcome = report.outcome;
        result.loss = loss;
        PassCounts counts = problem.control_tangents ? report.tangents : report.solve;
        if (!problem.control_tangents) {
            // No backward pass: the tangents run forward, in the same solve.
            counts.rhs_evaluations += report.tangents.rhs_evaluations;
            counts.jvp_evaluations = report.tangents.jvp_evaluations;
            counts.seconds += report.tangents.seconds;
        }
        result.forward.accepted = counts.accepted;
        result.forward.rejected = counts.rejected;
        result.forward.rhs_evaluations += counts.rhs_evaluations;
        result.forward.jvp_evaluations += counts.jvp_evaluations;
        result.forward.seconds += counts.seconds;
        result.tape_bytes_peak = std::max(result.tape_bytes_peak, report.bytes);
        if (!result.outcome.ok()) return result;
    }
    result.parameters = gradient.head(parameters);
    result.initial_state = gradient.tail(states);
    return result;
}

/// This method's row in the table of gradient methods.
struct ForwardMethod {
    static constexpr GradientMethodInfo info{
        "forward",
        "Forward sensitivities",
        "Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I (1993), I.14",
        "a tangent for each mass and each component of the initial state, along the same steps",
        Claim::discrete,
        SolverSupport::all,
        "",
        "",
        "",
        "There is no way back: the tangents travel forward with the solution, and nothing of the past is kept. Each unknown "
        "costs one more tangent in every evaluation, so it is the adjoint methods that win where unknowns are many."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return forward_gradient(problem);
    }
};

}  // namespace syzygy
