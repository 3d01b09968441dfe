#pragma once

#include "core/gradient/held_steps.hpp"
#include "core/ode/dual.hpp"

#include <algorithm>

/// Second derivatives of a loss, forward over reverse. The accepted steps of a solve are found in plain numbers and held fixed;
/// the replay and ACA's sweep over them then run in duals, whose tangents are the derivative of the discrete gradient. The
/// Hessian therefore belongs to the discrete solution with its steps held fixed, exact up to rounding and symmetric up to
/// rounding.
///
/// Requirements beyond those of ACA (system.hpp, problem.hpp):
///
///     template <class Scalar> auto cast() const;   // in the system: the same system in another scalar
///     add(k, y, cotangent)                         // in the loss: for vectors of any scalar
///
/// `ThreeBody`, `DualSystem` and the losses of loss.hpp and physics/model/loss.hpp have both.
namespace syzygy {

/// n directions in the space of parameters (p rows) and initial state (N rows), one per column.
template <class SystemType, int n>
struct Directions {
    using Real = RealOf<typename SystemType::State>;
    StateRows<Real, SystemType::Parameters::RowsAtCompileTime, n, n> parameters;
    StateRows<Real, SystemType::State::RowsAtCompileTime, n, n> initial_state;

    Directions()
    {
        parameters.setZero();
        initial_state.setZero();
    }
    /// Column `column` becomes unit vector `unknown` of (parameters, initial state).
    void set_unit(Eigen::Index column, Eigen::Index unknown)
    {
        if (unknown < parameters.rows())
            parameters(unknown, column) = 1;
        else
            initial_state(unknown - parameters.rows(), column) = 1;
    }
};

/// Loss, gradient and the products of the Hessian with n directions.
template <class SystemType, int n>
struct HessianProducts {
    GradientResult<SystemType> gradient;  ///< as from ACA; its outcome covers all results
    Directions<SystemType, n> products;   ///< column i: H times direction i
    /// Counts of the replay and the sweep in duals: each evaluation carries n tangents.
    PassCounts tangents;
};

namespace detail {

template <class Problem, int n>
struct DualProblemOf {
    using Scalar = Dual<typename Problem::State::Scalar, n>;
    using System = decltype(std::declval<const typename Problem::System&>().template cast<Scalar>());
    using Type = GradientProblem<System, std::remove_cv_t<std::remove_pointer_t<decltype(Problem::loss)>>>;
};

/// Splits a vector of duals into its values and, as columns, its tangents.
template <class Duals, class Values, class Tangents>
void separate(const Duals& duals, Values& values, Tangents& tangents)
{
    for (Eigen::Index row = 0; row < duals.rows(); ++row) {
        values[row] = duals[row].value;
        for (Eigen::Index i = 0; i < tangents.cols(); ++i)
            tangents(row, i) = duals[row].tangent[static_cast<std::size_t>(i)];
    }
}

/// A vector of duals whose tangents are the columns of `tangents`.
template <int n, class Values, class Tangents>
auto with_tangents(const Values& values, const Tangents& tangents)
{
    auto duals = values.template cast<Dual<typename Values::Scalar, n>>().eval();
    for (Eigen::Index row = 0; row < duals.rows(); ++row)
        for (int i = 0; i < n; ++i) duals[row].tangent[static_cast<std::size_t>(i)] = tangents(row, i);
    return duals;
}

/// The products over the given steps.
template <const auto& tableau, int n, class Problem>
void products_over(const Problem& problem, const StepGrid<typename Problem::Real>& grid,
                   const Directions<typename Problem::System, n>& directions,
                   HessianProducts<typename Problem::System, n>& result)
{
    using DualProblem = typename DualProblemOf<Problem, n>::Type;
    const Stopwatch watch;
    auto system = problem.system->template cast<typename DualProblemOf<Problem, n>::Scalar>();
    system.set_parameters(with_tangents<n>(problem.system->parameters(), directions.parameters));
    const auto y0 = with_tangents<n>(problem.task.y0, directions.initial_state);
    DualProblem dual{&system, problem.loss, {y0, problem.task.t0, problem.task.t1, {}, {}, {}, problem.task.stop}};
    AcaWorkspace<DualProblem> workspace;
    const auto gradient = gradient_over<tableau>(dual, grid, workspace);
    if (!gradient) {
        result.gradient.outcome = {Status::stopped, "stopped on request while second derivatives were computed"};
        return;
    }
    auto& values = result.gradient;
    values.loss = gradient->loss.value;
    values.t0 = gradient->t0.value;
    values.t1 = gradient->t1.value;
    separate(gradient->parameters, values.parameters, result.products.parameters);
    separate(gradient->initial_state, values.initial_state, result.products.initial_state);
    if (!result.products.parameters.allFinite() || !result.products.initial_state.allFinite())
        values.outcome = {Status::non_finite, "the second derivatives of the loss are not finite here"};
    values.checkpoint_bytes = workspace.checkpoints.size() * sizeof(Checkpoint<DualProblem>);
    values.tape_bytes_peak = Sweep<tableau, DualProblem>::tape_bytes();
    values.graph_depth = static_cast<long>(grid.h.size()) * tableau.stages;
    const auto steps = static_cast<long>(grid.h.size());
    result.tangents.accepted = steps;
    result.tangents.rhs_evaluations += gradient->forward_rhs_evaluations + gradient->backward_rhs_evaluations;
    result.tangents.vjp_evaluations += gradient->vjp_evaluations;
    result.tangents.seconds += watch.seconds();
}

/// The adaptive solve that finds the steps.
template <const auto& tableau, class Problem>
StepGrid<typename Problem::Real> find_steps(const Problem& problem, GradientResult<typename Problem::System>& result)
{
    StepGrid<typename Problem::Real> grid;
    const Stopwatch watch;
    GridRecorder<typename Problem::Real> recorder(grid, problem.task.t0);
    const auto solved = solve_with<tableau>(*problem.system, problem.task, recorder);
    result.outcome = solved.outcome;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0,
                      watch.seconds()};
    return grid;
}

}  // namespace detail

/// H times each of n directions, with the loss and its gradient, for about 1 + n times the work of ACA. The outcomes are those of
/// ACA, and non_finite if a derivative is not finite. Throws what ACA throws. With a tableau as first template argument only that
/// method is compiled, and `task.options.method` is ignored.
template <const auto& tableau, int n, class Problem>
HessianProducts<typename Problem::System, n> hessian_products(const Problem& given,
                                                              const Directions<typename Problem::System, n>& directions)
{
    std::vector<typename Problem::Real> stops;
    const Problem problem = with_stops(given, stops);
    HessianProducts<typename Problem::System, n> result;
    const auto grid = detail::find_steps<tableau>(problem, result.gradient);
    if (result.gradient.outcome.ok()) detail::products_over<tableau, n>(problem, grid, directions, result);
    return result;
}

template <int n, class Problem>
HessianProducts<typename Problem::System, n> hessian_products(const Problem& problem,
                                                              const Directions<typename Problem::System, n>& directions)
{
    return with_method(
        problem.task.options.method, [&]<const auto & tableau>(Method<tableau>) {
            return hessian_products<tableau, n>(problem, directions);
        });
}

/// H times one direction (d parameters, d initial state).
template <class Problem>
HessianProducts<typename Problem::System, 1> hessian_vector_product(
    const Problem& problem, const Directions<typename Problem::System, 1>& direction)
{
    return hessian_products<1>(problem, direction);
}

/// The whole Hessian over (parameters, initial state), a square matrix of size p + N, with the loss and its gradient.
template <class SystemType>
struct HessianResult {
    using Real = RealOf<typename SystemType::State>;
    static constexpr int unknowns = SystemType::Parameters::RowsAtCompileTime + SystemType::State::RowsAtCompileTime;

    GradientResult<SystemType> gradient;  ///< as in HessianProducts
    Eigen::Matrix<Real, unknowns, unknowns> matrix = Eigen::Matrix<Real, unknowns, unknowns>::Zero();
    PassCounts tangents;
};

/// The whole Hessian, computed a few directions at a time over the same steps.
template <const auto& tableau, class Problem>
HessianResult<typename Problem::System> hessian(const Problem& given)
{
    using Result = HessianResult<typename Problem::System>;
    constexpr int unknowns = Result::unknowns, parameters = Problem::System::Parameters::RowsAtCompileTime;
    constexpr int width = std::min(unknowns, 4);
    std::vector<typename Problem::Real> stops;
    const Problem problem = with_stops(given, stops);
    Result result;
    HessianProducts<typename Problem::System, width> batch;
    const auto grid = detail::find_steps<tableau>(problem, batch.gradient);
    for (int first = 0; first < unknowns && batch.gradient.outcome.ok(); first += width) {
        const int count = std::min(width, unknowns - first);
        Directions<typename Problem::System, width> directions;
        for (int i = 0; i < count; ++i) directions.set_unit(i, first + i);
        detail::products_over<tableau, width>(problem, grid, directions, batch);
        result.matrix.block(0, first, parameters, count) = batch.products.parameters.leftCols(count);
        result.matrix.block(parameters, first, unknowns - parameters, count) =
            batch.products.initial_state.leftCols(count);
    }
    result.gradient = batch.gradient;
    result.tangents = batch.tangents;
    return result;
}

template <class Problem>
HessianResult<typename Problem::System> hessian(const Problem& problem)
{
    return with_method(
        problem.task.options.method, [&]<const auto & tableau>(Method<tableau>) { return hessian<tableau>(problem); });
}

}  // namespace syzygy
