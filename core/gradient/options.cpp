#include "core/gradient/options.hpp"

namespace syzygy {

const OptionList<GradientOptions>& gradient_options()
{
    using O = GradientOptions;
    static const OptionList<O> list{
        {"error-estimate", "Error estimate", "", "estimate how far the loss and its gradient are from those of the exact "
         "solution", &O::error_estimate},
        {"control", "Steps chosen for", "", "what the error norm of the steps holds: the state, the state and its tangents, or "
         "the goal: the error of the loss", &O::control, 0, 0, {"state", "tangents", "goal"}},
        {"goal-tol", "Goal tolerance", "loss", "control goal: the steps' shares of the loss error must sum up to less",
         &O::goal_tol, std::numeric_limits<double>::min()},
        {"checkpoints", "Checkpoints", "", "aca-binomial: checkpoints kept at once at most", &O::checkpoints, 1, 1e9},
        {"checkpoint-bytes", "Checkpoint budget", "bytes",
         "aca-binomial: as many checkpoints as fit into it (0: see checkpoints)", &O::checkpoint_bytes, 0},
        {"adjoint-rtol", "Backward tolerance", "", "adjoint: relative tolerance of the backward solve (0: that of the forward "
         "solve)", &O::adjoint_rtol, 0, 1},
        {"adjoint-atol", "Backward absolute tolerance", "",
         "adjoint: absolute tolerance of the backward solve (0: the relative one times the cotangent's magnitude)",
         &O::adjoint_atol, 0},
        {"adjoint-reset", "Reset at observations", "",
         "adjoint: take the state back to its forward value at every observation", &O::adjoint_reset, 0, 0, {"yes", "no"}},
        {"adjoint-seminorm", "Seminorm", "", "adjoint: leave the parameters out of the backward error norm",
         &O::adjoint_seminorm, 0, 0, {"no", "yes"}},
        {"adjoint-state", "State on the way back", "",
         "adjoint: solve the state backward in time, or interpolate the forward solution", &O::adjoint_state, 0, 0,
         {"backward", "interpolated"}},
        {"eta", "Eta", "", "mali: damping of the asynchronous leapfrog; order 2 at 1 and 1 below, where rounding grows by "
         "1/|1 - 2 eta| a step on the way back; not 0.5", &O::eta, 0.05, 1},
        {"mali-step", "Leapfrog step", "time", "mali: fixed step (0: steps by the tolerance)", &O::mali_step, 0},
        {"coupling", "Coupling", "", "reversible: coupling of the two copies of the state; less than 1 holds them together, and "
         "lets rounding grow by its inverse a step on the way back", &O::coupling, 0.5, 1},
    };
    return list;
}

}  // namespace syzygy
