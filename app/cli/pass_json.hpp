#pragma once

#include "app/cli/command.hpp"
#include "core/gradient/problem.hpp"

namespace syzygy {

/// What one pass of a gradient run took.
inline Json pass_json(const PassCounts& counts)
{
    return {{"accepted", counts.accepted},
            {"rejected", counts.rejected},
            {"rhs_evaluations", counts.rhs_evaluations},
            {"vjp_evaluations", counts.vjp_evaluations},
            {"jvp_evaluations", counts.jvp_evaluations},
            {"seconds", counts.seconds}};
}

}  // namespace syzygy
