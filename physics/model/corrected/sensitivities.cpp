#include "core/gradient/forward.hpp"
#include "physics/model/corrected_rows.hpp"

namespace syzygy::detail {

SensitivityReport corrected_sensitivities(const CorrectedProblem& problem, const SensitivityRequest& request,
                                          int observed, const SensitivityVisit& visit)
{
    constexpr int most = most_sensitivities;
    const auto count = static_cast<Eigen::Index>(request.unknowns.size());
    const Eigen::Index corrections = problem.system->parameters().size() - 3;
    if (count > most)
        throw ArgumentError("optimizer", "lm",
                            fmt::format("carries {} tangents at most, and {} parameters are free: use lbfgs or adam", most,
                                        count));
    StateRows<double, 18, Eigen::Dynamic, most> initial_tangents(18, count);
    TangentSystem<CorrectedThreeBody, most>::ParameterTangents parameter_tangents(3 + corrections, count);
    initial_tangents.setZero();
    parameter_tangents.setZero();
    for (Eigen::Index column = 0; column < count; ++column) {
        const int unknown = request.unknowns[static_cast<std::size_t>(column)];
        if (unknown < 3)
            parameter_tangents(unknown, column) = 1;
        else if (unknown < 21)
            initial_tangents(unknown - 3, column) = 1;
        else
            parameter_tangents(unknown - 18, column) = 1;
    }
    Eigen::MatrixXd sensitivities(observed, count);
    CorrectedProblem controlled = problem;
    controlled.control_tangents = request.control_tangents;
    return forward_sensitivities<most>(controlled, initial_tangents, parameter_tangents,
                                       [&](std::size_t k, const auto& y, const auto& tangents) {
                                           sensitivities = tangents.topRows(observed);
                                           visit(k, y.head(observed), sensitivities);
                                       });
}

}  // namespace syzygy::detail
