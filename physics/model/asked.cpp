#include "core/gradient/step_control.hpp"
#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

NewtonGradient run_as_asked_of(const GradientMethodInfo& info, GradientRun<ThreeBodyProblem<18>> run,
                               const ThreeBodyProblem<18>& problem)
{
    return run_as_asked(info, run, problem);
}

}  // namespace syzygy::detail
