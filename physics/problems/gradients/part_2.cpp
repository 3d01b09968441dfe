#include "core/gradient/methods.hpp"
#include "physics/problems/gradient_parts.hpp"

namespace syzygy::detail {

template <>
std::span<const GradientRun<ProblemGradient>> problem_gradient_part<2>()
{
    static constexpr auto runs = gradient_runs<ProblemGradient, 2, problem_gradient_parts>();
    return runs;
}

}  // namespace syzygy::detail
