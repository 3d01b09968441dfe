#include "physics/model/hessian.hpp"

#include "physics/model/hessian_rows.hpp"

namespace syzygy {

namespace {

detail::MassProducts three_products(const ThreeBodyProblem<18>& problem, const detail::MassDirections& directions)
{
    find_method(problem.task.options.method);  // throws for an unknown one
    auto products = detail::products_part<0>(problem, directions);
    if (!products) products = detail::products_part<1>(problem, directions);
    return *products;
}

}  // namespace

ThreeBodyHessian hessian_products(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                  const Eigen::Matrix<double, 21, Eigen::Dynamic>& directions, std::stop_token stop)
{
    const ThreeBody<double> system(data.units.k1(), data.units.k2(), point.masses, options.softening);
    ThreeBodyHessian result;
    result.products.setZero(21, directions.cols());
    const LeadingLoss<18> loss(data.loss, offsets_of(data, point));
    const auto problem = detail::make_problem(data, system, loss, point, options, stop);
    // Three at a time. Each solves for the steps anew, and finds the same.
    for (Eigen::Index first = 0; first < directions.cols() && result.gradient.outcome.ok(); first += 3) {
        const Eigen::Index count = std::min<Eigen::Index>(3, directions.cols() - first);
        detail::MassDirections three;
        three.parameters.leftCols(count) = directions.block(0, first, 3, count);
        three.initial_state.leftCols(count) = directions.block(3, first, 18, count);
        const detail::MassProducts found = three_products(problem, three);
        result.gradient = found.gradient;
        result.products.block(0, first, 3, count) = found.products.parameters.leftCols(count);
        result.products.block(3, first, 18, count) = found.products.initial_state.leftCols(count);
        result.tangents.accepted = found.tangents.accepted;
        result.tangents.rhs_evaluations += found.tangents.rhs_evaluations;
        result.tangents.vjp_evaluations += found.tangents.vjp_evaluations;
        result.tangents.seconds += found.tangents.seconds;
    }
    return result;
}

MassHessian mass_hessian(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                         std::stop_token stop)
{
    const auto result = hessian_products(data, point, options, Eigen::Matrix<double, 21, 3>::Identity(), stop);
    return {result.gradient, result.products.topRows<3>(), result.tangents};
}

}  // namespace syzygy
