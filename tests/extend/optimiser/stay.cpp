#include "core/optimize/optimizer.hpp"

namespace syzygy {

Outcome minimize_stay(Objective&, const OptimizerOptions&, OptimizerState& state, const IterationCallback&, std::stop_token)
{
    ++state.iteration;
    return {Status::converged, "stayed"};
}

}  // namespace syzygy
