#include "physics/model/hessian_rows.hpp"

namespace syzygy::detail {

template <>
std::optional<MassProducts> products_part<0>(const ThreeBodyProblem<18>& problem, const MassDirections& directions)
{
    return products_of<0>(problem, directions, AllMethods{});
}

}  // namespace syzygy::detail
