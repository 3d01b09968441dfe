#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

template <>
NewtonGradient aca_of<18>(const ThreeBodyProblem<18>& problem, AcaWorkspace<ThreeBodyProblem<18>>& workspace)
{
    return aca(problem, workspace);
}

}  // namespace syzygy::detail
