#pragma once

#include "core/gradient/forward.hpp"
#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

template <int Rows>
SensitivityReport sensitivities_of(const ThreeBodyProblem<Rows>& problem, const SensitivityRequest& request,
                                   const SensitivityVisit& visit)
{
    constexpr int most = 21;
    const auto count = static_cast<Eigen::Index>(request.unknowns.size());
    Eigen::Matrix<double, 18, Eigen::Dynamic, 0, 18, most> initial_tangents(18, count);
    TangentSystem<ThreeBody<double>, most>::ParameterTangents parameter_tangents(3, count);
    initial_tangents.setZero();
    parameter_tangents.setZero();
    for (Eigen::Index column = 0; column < count; ++column) {
        const int unknown = request.unknowns[static_cast<std::size_t>(column)];
        if (unknown < 3)
            parameter_tangents(unknown, column) = 1;
        else
            initial_tangents(unknown - 3, column) = 1;
    }
    Eigen::MatrixXd sensitivities(LeadingLoss<Rows>::rows, count);
    ThreeBodyProblem<Rows> controlled = problem;
    controlled.control_tangents = request.control_tangents;
    return forward_sensitivities<most>(controlled, initial_tangents, parameter_tangents,
                                       [&](std::size_t k, const auto& y, const auto& tangents) {
                                           sensitivities = tangents;
                                           visit(k, y, sensitivities);
                                       });
}

}  // namespace syzygy::detail
