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
        {"step", "Step", "time", "step of a fixed-step method; first step of an adaptive one (0: chosen)", &O::step, 0},
        {"min-step", "Smallest step", "time", "below it the solve ends (0: rounding level of t)", &O::min_step, 0},
        {"max-step", "Largest step", "time", "no step is longer (0: unlimited)", &O::max_step, 0},
        {"safety", "Safety factor", "", "share of the predicted step that is tried", &O::safety, 0.1, 1},
        {"min-factor", "Smallest step factor", "", "a step shrinks at most by this", &O::min_factor, 0.01, 0.99},
        {"max-factor", "Largest step factor", "", "a step grows at most by this", &O::max_factor, 1.01, 100},
        {"pi-beta", "PI weight", "", "weight of the previous error in the step controller (0: none)", &O::pi_beta, 0, 0.5},
        {"max-evaluations", "Evaluation limit", "", "right-hand-side evaluations before the solve gives up",
         &O::max_evaluations, 1},
    };
    return list;
}

}  // namespace syzygy
