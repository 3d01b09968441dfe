#include "physics/scenarios/scenario.hpp"

#include "core/base/error.hpp"
#include "physics/scenarios/families.hpp"

#include <array>
#include <string>

namespace syzygy {

std::span<const Scenario> scenarios()
{
    static const std::array table{
        families::aca(),
        families::figure_eight(),
        families::lagrange(),
        families::euler(),
        families::pythagorean(),
        families::hierarchical(),
        families::sun_jupiter_saturn(),
        families::sun_earth_moon(),
        families::butterfly_1(),
        families::moth_1(),
        families::goggles(),
        families::dragonfly(),
        families::yin_yang_1a(),
        families::broucke_a2(),
        families::broucke_r2(),
    };
    return table;
}

const Scenario& find_scenario(std::string_view id)
{
    std::string known;
    for (const Scenario& scenario : scenarios()) {
        if (scenario.id == id) { return scenario; }
        known += (known.empty() ? "" : ", ") + std::string(scenario.id);
    }
    throw ArgumentError("scenario", id, "must be one of " + known);
}

}  // namespace syzygy
