#pragma once

#include "core/gradient/aca.hpp"

namespace syzygy {

struct AgainMethod {
    static constexpr GradientMethodInfo info{
        "again", "Again", "this test", "ACA under another name", Claim::discrete, SolverSupport::all, "", "", "", "Nothing."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        return aca(problem);
    }
};

}  // namespace syzygy
