#pragma once

#include "core/base/option.hpp"

#include <string>

namespace syzygy {

/// The options of gradient methods. `gradient_options()` declares each member's name, range and help.
struct GradientOptions {
    // for all methods
    bool error_estimate = false;    ///< estimate the errors of the loss and of the gradient (error_estimate.hpp)
    std::string control = "state";  ///< what determines the steps (step_control.hpp)
    double goal_tol = 1e-6;         ///< control "goal": target for the estimated error of the loss
    // aca-binomial
    long checkpoints = 10;          ///< maximum number kept at once
    double checkpoint_bytes = 0;    ///< 0: `checkpoints` applies; else as many as fit into it, at least one
    // adjoint
    double adjoint_rtol = 0;        ///< for the backward solve; 0: the forward solve's rtol
    double adjoint_atol = 0;        ///< 0: adjoint_rtol times the cotangent's magnitude
    std::string adjoint_reset = "yes";       ///< reset the state to its forward value at every observation
    std::string adjoint_seminorm = "no";     ///< leave parameters out of the backward error norm
    std::string adjoint_state = "backward";  ///< "backward": solved back in time; "interpolated": forward dense output
    // mali
    double eta = 1;                 ///< damping of the asynchronous leapfrog
    double mali_step = 0;           ///< fixed step; 0: steps chosen by the tolerance
    // reversible
    double coupling = 0.999;        ///< of the two copies of the state
};

const OptionList<GradientOptions>& gradient_options();

/// Whether the options ask for more than a method alone gives; `run_as_asked` (step_control.hpp) provides it.
inline bool asks_more(const GradientOptions& options)
{
    return options.error_estimate || options.control != "state";
}

}  // namespace syzygy
