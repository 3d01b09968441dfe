#pragma once

#include "core/gradient/aca.hpp"
#include "physics/corrected_three_body.hpp"
#include "physics/model/gradient.hpp"

#include <span>

/// The functions of gradient.hpp for a model with a correction. Positions alone or with velocities are observed through one
/// loss of 18 rows: beside a correction's evaluation the nine rows more cost nothing, and all is compiled once.
namespace syzygy::detail {

class CorrectedLoss {
public:
    static constexpr int rows = 18;
    using Observed = Eigen::Matrix<double, rows, 1>;

    explicit CorrectedLoss(const PreparedData& data) : loss_(&data.loss), times_(data.times()) {}

    std::span<const double> times() const { return times_; }
    double add(std::size_t k, const Observed& y, Observed& cotangent) const
    {
        if (const auto* positions = std::get_if<TrajectoryLoss<9>>(loss_)) {
            constexpr int seen = TrajectoryLoss<9>::rows;
            TrajectoryLoss<9>::Observed part;
            const double term = positions->add(k, TrajectoryLoss<9>::Observed(y.head<seen>()), part);
            cotangent << part, Eigen::Matrix<double, rows - seen, 1>::Zero();
            return term;
        }
        return std::get<TrajectoryLoss<18>>(*loss_).add(k, y, cotangent);
    }

private:
    const std::variant<TrajectoryLoss<9>, TrajectoryLoss<18>>* loss_;
    std::span<const double> times_;
};

using CorrectedProblem = GradientProblem<CorrectedThreeBody, CorrectedLoss>;
using CorrectedGradient = GradientResult<CorrectedThreeBody>;

CorrectedGradient corrected_aca(const CorrectedProblem& problem, AcaWorkspace<CorrectedProblem>& workspace);

/// The table of gradient methods, in parts (corrected/); null where a method is in another part.
inline constexpr int corrected_parts = 4;
template <int part>
std::span<const GradientRun<CorrectedProblem>> corrected_part();

SensitivityReport corrected_sensitivities(const CorrectedProblem& problem, const SensitivityRequest& request,
                                          int observed, const SensitivityVisit& visit);

}  // namespace syzygy::detail
