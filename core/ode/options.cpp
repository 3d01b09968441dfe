#include "core/ode/options.hpp"

#include "core/ode/methods.hpp"

namespace syzygy {

namespace {

std::vector<std::string_view> method_ids()
{
    std::vector<std::string_view> ids;
    for (const MethodInfo& info : method_infos) ids.push_back(info.id);
    return ids;
}

}  // namespace

const OptionList<SolverOptions>& solver_options()
{
    using O = SolverOptions;
    static const OptionList<O> list{
        {"method", "Solver method", "", "Runge-Kutta method (see `syzygy list methods`)", &O::method, 0, 0, method_ids()},
        {"rtol", "Relative tolerance", "", "local error allowed, relative to the state", &O::rtol, 1e-15, 1},
        {"atol", "Absolute tolerance", "state", "local error allowed, absolute; default: rtol times the magnitude of "
         "positions and of velocities", &O::atol, 0},
        {"step", "Step", "time", "step size of a fixed-step method; first step of an adaptive one (0: automatic)", &O::step, 0},
        {"min-step", "Smallest step", "time", "the solve fails if the step size falls below this (0: rounding level of t)", &O::min_step, 0},
        {"max-step", "Largest step", "time", "largest step size (0: unlimited)", &O::max_step, 0},
        {"safety", "Safety factor", "", "factor applied to the predicted step size", &O::safety, 0.1, 1},
        {"min-factor", "Smallest step factor", "", "least factor by which a step size changes", &O::min_factor, 0.01, 0.99},
        {"max-factor", "Largest step factor", "", "largest factor by which a step size changes", &O::max_factor, 1.01, 100},
        {"pi-beta", "PI weight", "", "weight of the previous error in the step controller (0: none)", &O::pi_beta, 0, 0.5},
        {"max-evaluations", "Evaluation limit", "", "right-hand-side evaluations before the solve gives up",
         &O::max_evaluations, 1},
    };
    return list;
}

}  // namespace syzygy
