#pragma once

#include "core/base/option.hpp"

#include <string>

namespace syzygy {

/// What gradient methods can be asked for. `gradient_options()` declares each member's name, range and help.
struct GradientOptions {
    // of all methods
    bool error_estimate = false;    ///< estimate the errors of the loss and of the gradient (error_estimate.hpp)
    std::string control = "state";  ///< what the steps are chosen for (step_control.hpp)
    double goal_tol = 1e-6;         ///< control "goal": the estimated error of the loss that is aimed at
    // aca-binomial
    long checkpoints = 10;          ///< most that are kept at once
    double checkpoint_bytes = 0;    ///< 0: `checkpoints` counts; else as many as fit into it, one at least
    // adjoint
    double adjoint_rtol = 0;        ///< of the backward solve; 0: that of the forward solve
    double adjoint_atol = 0;        ///< 0: adjoint_rtol times the cotangent's magnitude
    std::string adjoint_reset = "yes";       ///< take the state back to its forward value at every observation
    std::string adjoint_seminorm = "no";     ///< leave parameters out of the backward error norm
    std::string adjoint_state = "backward";  ///< "backward": solved back in time; "interpolated": forward dense output
    // mali
    double eta = 1;                 ///< damping of the asynchronous leapfrog
    double mali_step = 0;           ///< fixed step; 0: steps by the tolerance
    // reversible
    double coupling = 0.999;        ///< of the two copies of the state
};

const OptionList<GradientOptions>& gradient_options();

/// Whether the options ask for more than a method itself gives: what `run_as_asked` (step_control.hpp) is for.
inline bool asks_more(const GradientOptions& options)
{
    return options.error_estimate || options.control != "state";
}

}  // namespace syzygy
