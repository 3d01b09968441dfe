#pragma once

#include "core/gradient/aca.hpp"
#include "physics/corrections/corrected_three_body.hpp"
#include "physics/model/gradient.hpp"

#include <span>

/// The functions of gradient.hpp for a model with a correction. They always take all 18 rows of the state, with observed
/// velocities or without: compared with evaluating a correction, nine more rows cost nothing, and the functions are compiled
/// only once.
namespace syzygy::detail {

using CorrectedProblem = GradientProblem<CorrectedThreeBody, LeadingLoss<18>>;
using CorrectedGradient = GradientResult<CorrectedThreeBody>;

CorrectedGradient corrected_aca(const CorrectedProblem& problem, AcaWorkspace<CorrectedProblem>& workspace);

/// The table of gradient methods, split into parts (corrected/); an entry is null if its method is in another part.
inline constexpr int corrected_parts = 4;
template <int part>
std::span<const GradientRun<CorrectedProblem>> corrected_part();

SensitivityReport corrected_sensitivities(const CorrectedProblem& problem, const SensitivityRequest& request,
                                          int observed, const SensitivityVisit& visit);

}  // namespace syzygy::detail
