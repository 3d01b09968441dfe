#include "core/base/outcome.hpp"

#include "core/base/error.hpp"

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
    case Status::no_fit: return "no-fit-found";
    }
    return "unknown";
}

Status parse_status(std::string_view text)
{
    for (int status = 0; status <= static_cast<int>(Status::no_fit); ++status)
        if (to_string(static_cast<Status>(status)) == text) return static_cast<Status>(status);
    throw ArgumentError("outcome", text, "is no outcome that this program knows");
}

}  // namespace syzygy
