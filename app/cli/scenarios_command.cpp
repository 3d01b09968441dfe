#include "app/cli/commands.hpp"
#include "app/cli/report.hpp"
#include "app/cli/scenario_json.hpp"

namespace syzygy {

Json scenarios_json()
{
    Json list = Json::array();
    for (const Scenario& scenario : scenarios()) {
        const ThreeBodySystem system = scenario.make();
        Json bodies = Json::array();
        for (const Body& body : system.bodies)
            bodies.push_back({{"name", body.name},
                              {"mass", body.mass},
                              {"position", json_list(body.position)},
                              {"velocity", json_list(body.velocity)}});
        Json entry{{"id", scenario.id},
                   {"label", scenario.label},
                   {"description", scenario.description},
                   {"source", scenario.source},
                   {"duration", scenario.duration},
                   {"period", scenario.period > 0 ? Json(scenario.period) : Json()},
                   {"units", system.units.text()}};
        if (system.softening > 0) entry["softening"] = system.softening;
        entry["bodies"] = std::move(bodies);
        list.push_back(std::move(entry));
    }
    return list;
}

CommandAction setup_scenarios(CLI::App&)
{
    return [](const CommandContext& context) {
        TextTable table({"id", "label", "duration", "source"});
        for (const Scenario& scenario : scenarios())
            table.add({std::string(scenario.id), std::string(scenario.label),
                       with_unit(scenario.duration, scenario.make().units.time_label(), 9),
                       std::string(scenario.source)});
        return CommandResult{{{"scenarios", scenarios_json()}}, table.text(context.report_width), {}};
    };
}

}  // namespace syzygy
