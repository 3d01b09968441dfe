#pragma once

#include <vector>

namespace syzygy {

/// The accepted steps of a solve, held fixed when the discrete solution is differentiated.
template <class Time>
struct StepGrid {
    std::vector<Time> t;  ///< N + 1 times
    std::vector<Time> h;  ///< N signed steps
};

}  // namespace syzygy
