#pragma once

#include "core/gradient/aca.hpp"
#include "physics/corrections/corrected_three_body.hpp"
#include "physics/model/gradient.hpp"

#include <span>

/// The functions of gradient.hpp for a model with a correction. All 18 rows of the state are observed, with velocities or
/// without: beside a correction's evaluation nine rows more cost nothing, and all is compiled once.
namespace syzygy::detail {

using CorrectedProblem = GradientProblem<CorrectedThreeBody, LeadingLoss<18>>;
using CorrectedGradient = GradientResult<CorrectedThreeBody>;

CorrectedGradient corrected_aca(const CorrectedProblem& problem, AcaWorkspace<CorrectedProblem>& workspace);

/// The table of gradient methods, in parts (corrected/); null where a method is in another part.
inline constexpr int corrected_parts = 4;
template <int part>
std::span<const GradientRun<CorrectedProblem>> corrected_part();

SensitivityReport corrected_sensitivities(const CorrectedProblem& problem, const SensitivityRequest& request,
                                          int observed, const SensitivityVisit& visit);

}  // namespace syzygy::detail
