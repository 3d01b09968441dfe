#include "core/gradient/methods.hpp"
#include "physics/model/corrected_rows.hpp"

namespace syzygy::detail {

template <>
std::span<const GradientRun<CorrectedProblem>> corrected_part<1>()
{
    static constexpr auto runs = gradient_runs<CorrectedProblem, 1, corrected_parts>();
    return runs;
}

}  // namespace syzygy::detail
