#include "core/gradient/methods.hpp"
#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

template <>
std::span<const GradientRun<ThreeBodyProblem<9>>> newton_part<9, 3>()
{
    static constexpr auto runs = gradient_runs<ThreeBodyProblem<9>, 3, newton_parts>();
    return runs;
}

}  // namespace syzygy::detail
