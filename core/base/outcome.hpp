#pragma once

#include <string>
#include <string_view>

namespace syzygy {

/// How a computation ended. None of these is an exception: all are results that a user can read.
enum class Status {
    reached,           ///< the solver arrived at the end time (or at a terminal event)
    converged,         ///< a fit met one of its stated criteria
    finished,          ///< a fit ran the number of iterations requested
    stopped,           ///< the user's stop token was set
    evaluation_limit,  ///< more right-hand-side evaluations than allowed
    iteration_limit,   ///< a fit ran out of iterations before it converged
    step_too_small,    ///< the step fell below its smallest size (usually a close encounter)
    non_finite,        ///< nan or infinity in the state, loss or gradient
    no_progress,       ///< an optimiser found no better point although not converged
    no_fit             ///< a fit ended with residuals as large as the motion that they should describe
};

/// The identifier used in JSON: "reached", "converged", "evaluation-limit", ...
std::string_view to_string(Status status);

/// The status with the given identifier; throws ArgumentError("outcome", ...) for an unknown identifier.
Status parse_status(std::string_view text);

/// A status and the sentence that explains it: what happened, where, and what to do.
struct Outcome {
    Status status = Status::reached;
    std::string reason;

    /// True if the computation has the requested result.
    bool ok() const
    {
        return status == Status::reached || status == Status::converged || status == Status::finished;
    }
};

}  // namespace syzygy
