#include "core/gradient/methods.hpp"
#include "physics/problems/gradient_parts.hpp"

namespace syzygy::detail {

template <>
std::span<const GradientRun<ProblemGradient>> problem_gradient_part<0>()
{
    static constexpr auto runs = gradient_runs<ProblemGradient, 0, problem_gradient_parts>();
    return runs;
}

}  // namespace syzygy::detail
