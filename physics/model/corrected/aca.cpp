#include "physics/model/corrected_rows.hpp"

namespace syzygy::detail {

CorrectedGradient corrected_aca(const CorrectedProblem& problem, AcaWorkspace<CorrectedProblem>& workspace)
{
    return aca(problem, workspace);
}

}  // namespace syzygy::detail
