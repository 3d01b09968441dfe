#include "core/gradient/step_control.hpp"
#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

template <>
NewtonGradient run_as_asked_of<9>(const GradientMethodInfo& info, GradientRun<ThreeBodyProblem<9>> run,
                                      const ThreeBodyProblem<9>& problem)
{
    return run_as_asked(info, run, problem);
}

}  // namespace syzygy::detail
