#pragma once

#include "core/gradient/aca.hpp"

namespace syzygy {

/// The symplectic adjoint (Matsubara et al. 2021, algorithm 2), which is the discrete adjoint of any explicit tableau, including
/// zero weights (docs/equations.md, "The discrete adjoint"): checkpoints as in ACA; on the way back the stage states of a step
/// are recomputed and kept, and each stage is evaluated again by its own vjp. Memory: N states, the s stages of a step, and one
/// evaluation's tape.
template <class Problem>
GradientResult<typename Problem::System> symplectic(const Problem& problem, AcaWorkspace<Problem>& workspace)
{
    return detail::checkpointed_gradient<Replay::stage_wise>(problem, workspace);
}

/// This method's row in the table of gradient methods.
struct SymplecticMethod {
    static constexpr GradientMethodInfo info{
        "symplectic",
        "Symplectic adjoint",
        "Matsubara et al., NeurIPS 2021, arXiv:2102.09750, algorithm 2",
        "ACA with one stage on the tape at a time, evaluated once more by its vjp; exact for the steps taken",
        Claim::discrete,
        SolverSupport::all,
        "4 N s L",
        "N + s + L",
        "N s L",
        "The reverse trajectory is ACA's, and so is the gradient, to rounding. Compare the tape: one evaluation instead of a "
        "step's, for which every stage is evaluated once more."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        AcaWorkspace<Problem> workspace;
        return symplectic(problem, workspace);
    }
};

}  // namespace syzygy
