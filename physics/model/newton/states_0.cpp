#include "core/gradient/methods.hpp"
#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

template <>
std::span<const GradientRun<ThreeBodyProblem<18>>> newton_part<18, 0>()
{
    static constexpr auto runs = gradient_runs<ThreeBodyProblem<18>, 0, newton_parts>();
    return runs;
}

}  // namespace syzygy::detail
