#include "physics/scenarios/families.hpp"

namespace syzygy::families {

namespace {

ThreeBodySystem make_figure_eight()
{
    const Eigen::Vector3d r1(0.97000435669734, -0.24308753153583, 0);
    const Eigen::Vector3d v3(-0.93240737144104, -0.86473146092102, 0);
    ThreeBodySystem system;
    system.name = "Figure-eight";
    system.bodies = {Body{"Body 1", 1, r1, -v3 / 2}, Body{"Body 2", 1, -r1, -v3 / 2},
                     Body{"Body 3", 1, Eigen::Vector3d::Zero(), v3}};
    return system;
}

}  // namespace

Scenario figure_eight()
{
    constexpr double period = 6.32591398292621;
    return {.id = "figure-eight",
            .label = "Figure-eight",
            .description =
                "Three equal masses chase each other along one figure-eight, a third of a period "
                "apart. The orbit is stable: small changes of the masses or velocities leave it "
                "near.",
            .source =
                "Chenciner and Montgomery, Annals of Mathematics 152, 881 (2000), with the digits that "
                "C. Simo computed; found by Moore, Phys. Rev. Lett. 70, 3675 (1993). Closes to 1e-13",
            .duration = 2 * period,
            .period = period,
            .make = make_figure_eight};
}

}  // namespace syzygy::families
