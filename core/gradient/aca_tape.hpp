#pragma once

#include "core/gradient/aca.hpp"

namespace syzygy {

/// ACA as in the paper and its library (Zhuang et al. 2020, algorithm 2; torch-ACA): each accepted step is repeated as a whole,
/// with all its evaluations on one tape (s L), and pulled back as a whole. `aca` gives the same gradient with fewer evaluations:
/// it omits derivatives that no stage needs, and an evaluation shared by the end stage of a step and the first stage of the next
/// is done and pulled back once. Counts: N (s + 1) evaluations on the way back and N s vjps; each step with an observation inside
/// adds d evaluations and d + 1 vjps, with d stages that only the dense output needs.
template <class Problem>
GradientResult<typename Problem::System> aca_tape(const Problem& problem, AcaWorkspace<Problem>& workspace)
{
    return detail::checkpointed_gradient<Replay::whole_step>(problem, workspace);
}

/// This method's row in the table of gradient methods.
struct AcaTapeMethod {
    static constexpr GradientMethodInfo info{
        "aca-tape",
        "ACA, whole-step tape",
        "Zhuang et al., ICML 2020, arXiv:2006.02493, algorithm 2, as its library does it",
        "ACA that takes each step anew as a whole, s + 1 evaluations on one tape, and shares none between steps",
        Claim::discrete,
        SolverSupport::all,
        "N L (m + 1)",
        "s L + N",
        "N L",
        "Every step is replayed as if it stood alone, all its stages on one tape, as the paper's library does. The gradient is "
        "ACA's, to rounding; compare the evaluations on the way back."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        AcaWorkspace<Problem> workspace;
        return aca_tape(problem, workspace);
    }
};

}  // namespace syzygy
