#include "physics/model/gradient_rows.hpp"

namespace syzygy {

std::vector<GradientMethodInfo> gradient_method_infos()
{
    std::vector<GradientMethodInfo> infos;
    for (const auto& method : gradient_methods<ThreeBodyProblem<9>>) infos.push_back(method.info);
    return infos;
}

}  // namespace syzygy

namespace syzygy::detail {

template <>
ThreeBodyGradient gradient_of<9>(const ThreeBodyProblem<9>& problem, std::string_view method)
{
    return find_gradient_method<ThreeBodyProblem<9>>(method).run(problem);
}

}  // namespace syzygy::detail
