#include "physics/model/gradient_rows.hpp"

namespace syzygy::detail {

template <>
ThreeBodyGradient gradient_of<18>(const ThreeBodyProblem<18>& problem, std::string_view method)
{
    return find_gradient_method<ThreeBodyProblem<18>>(method).run(problem);
}

}  // namespace syzygy::detail
