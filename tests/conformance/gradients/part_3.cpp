#include "core/gradient/methods.hpp"
#include "tests/conformance/gradients/case.hpp"

namespace syzygy::testing {

template <>
std::span<const GradientRun<CaseProblem>> case_part<3>()
{
    static constexpr auto runs = gradient_runs<CaseProblem, 3, case_parts>();
    return runs;
}

}  // namespace syzygy::testing
