#include "core/gradient/options.hpp"

namespace syzygy {

const OptionList<GradientOptions>& gradient_options()
{
    using O = GradientOptions;
    static const OptionList<O> list{
        {"error-estimate", "Error estimate", "", "estimate the errors of the loss and of its gradient", &O::error_estimate},
        {"control", "Steps chosen for", "", "what the step control limits: the error of the state, of the state and its tangents, "
         "or of the loss (goal)", &O::control, 0, 0, {"state", "tangents", "goal"}},
        {"goal-tol", "Goal tolerance", "loss", "control goal: upper limit for the sum of the steps' contributions to the loss error",
         &O::goal_tol, std::numeric_limits<double>::min()},
        {"checkpoints", "Checkpoints", "", "aca-binomial: checkpoints kept at once at most", &O::checkpoints, 1, 1e9},
        {"checkpoint-bytes", "Checkpoint budget", "bytes",
         "aca-binomial: memory limit for checkpoints (0: limited by checkpoints)", &O::checkpoint_bytes, 0},
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
        {"eta", "Eta", "", "mali: damping of the asynchronous leapfrog, not 0.5. At 1 the order is 2. Below 1 the order is 1, and "
         "each step of the backward pass multiplies rounding errors by 1/|1 - 2 eta|", &O::eta, 0.05, 1},
        {"mali-step", "Leapfrog step", "time", "mali: fixed step (0: steps by the tolerance)", &O::mali_step, 0},
        {"coupling", "Coupling", "", "reversible: coupling of the two copies of the state. Below 1 they stay together, and each "
         "step of the backward pass multiplies rounding errors by its inverse", &O::coupling, 0.5, 1},
    };
    return list;
}

}  // namespace syzygy
