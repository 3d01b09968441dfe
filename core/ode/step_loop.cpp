#include "core/ode/step_loop.hpp"

#include <fmt/format.h>

namespace syzygy {

Outcome solve_outcome(Status status, double t, long max_evaluations)
{
    switch (status) {
    case Status::reached: return {status, ""};
    case Status::stopped: return {status, fmt::format("stopped on request at t = {:.9g}", t)};
    case Status::evaluation_limit:
        return {status, fmt::format("{} evaluations did not suffice: the solve is at t = {:.9g}; raise max-evaluations or loosen rtol",
                                    max_evaluations, t)};
    case Status::step_too_small: return {status, fmt::format("the step fell below its smallest size at t = {:.9g}", t)};
    case Status::non_finite: return {status, fmt::format("the state became nan or infinite near t = {:.9g}", t)};
    default: return {status, fmt::format("ended at t = {:.9g}", t)};
    }
}

}  // namespace syzygy
