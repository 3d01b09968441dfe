#include "core/base/outcome.hpp"

namespace syzygy {

std::string_view to_string(Status status)
{
    switch (status) {
    case Status::reached: return "reached";
    case Status::converged: return "converged";
    case Status::finished: return "finished";
    case Status::stopped: return "stopped";
    case Status::evaluation_limit: return "evaluation-limit";
    case Status::iteration_limit: return "iteration-limit";
    case Status::step_too_small: return "step-too-small";
    case Status::non_finite: return "non-finite";
    case Status::no_progress: return "no-progress";
    }
    return "unknown";
}

}  // namespace syzygy
