#pragma once

#include "physics/problems/system.hpp"

#include <span>

namespace syzygy::detail {

/// The table of gradient methods for test problems, compiled in this many files (gradients/).
inline constexpr int problem_gradient_parts = 4;
template <int part>
std::span<const GradientRun<ProblemGradient>> problem_gradient_part();

}  // namespace syzygy::detail
