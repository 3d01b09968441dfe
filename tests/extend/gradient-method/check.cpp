#include "core/gradient/methods.hpp"

using namespace syzygy;


int main()
{
    return std::ranges::any_of(gradient_method_infos(), [](const GradientMethodInfo& info) { return info.id == "again"; }) ? 0 : 1;
}
