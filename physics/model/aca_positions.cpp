#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

template <>
NewtonGradient aca_of<9>(const ThreeBodyProblem<9>& problem, AcaWorkspace<ThreeBodyProblem<9>>& workspace)
{
    return aca(problem, workspace);
}

}  // namespace syzygy::detail
