#pragma once

#include "core/gradient/aca.hpp"

namespace syzygy {

/// ACA as the paper and its library do it (Zhuang et al. 2020, algorithm 2; torch-ACA): each accepted step is taken anew as
/// a whole, all its evaluations on one tape (s L), and pulled back as a whole. `aca` gives the same gradient from fewer
/// evaluations: it leaves out derivatives that no stage needs, and what is the end stage of a step and the first stage of
/// the next is evaluated and pulled back once. Counts: N (s + 1) evaluations on the way back and N s vjps; for each step
/// with an observation inside, d further evaluations and d + 1 vjps, d the stages that only the dense output needs.
template <class Problem>
GradientResult<typename Problem::System> aca_tape(const Problem& problem, AcaWorkspace<Problem>& workspace)
{
    return detail::checkpointed_gradient<Replay::whole_step>(problem, workspace);
}

/// Its row of the table.
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
