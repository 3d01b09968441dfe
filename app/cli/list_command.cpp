#include "app/cli/closest_match.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/report.hpp"
#include "app/cli/scenario_json.hpp"
#include "core/ode/methods.hpp"
#include "core/ode/options.hpp"
#include "core/optimize/optimizer.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/experiment/options.hpp"
#include "physics/fit/options.hpp"
#include "physics/model/gradient.hpp"
#include "physics/model/simulate.hpp"
#include "physics/observations/loaders.hpp"
#include "physics/problems/problem.hpp"

#include <array>
#include <cmath>

namespace syzygy {

namespace {

Json methods_json()
{
    Json list = Json::array();
    for (const MethodInfo& info : method_infos)
        list.push_back({{"id", info.id},
                        {"label", info.label},
                        {"order", info.order},
                        {"error_order", info.adaptive() ? Json(info.error_order) : Json()},
                        {"stages", info.stages},
                        {"adaptive", info.adaptive()},
                        {"source", info.source}});
    return list;
}

std::string_view claim_text(Claim claim)
{
    switch (claim) {
    case Claim::discrete: return "discrete";
    case Claim::own_discrete: return "own-discrete";
    case Claim::search: return "search";
    case Claim::differences: return "differences";
    case Claim::continuous: return "continuous";
    }
    return "";
}

std::string_view solvers_text(SolverSupport solvers)
{
    switch (solvers) {
    case SolverSupport::all: return "all";
    case SolverSupport::adaptive: return "adaptive";
    case SolverSupport::own: return "own";
    }
    return "";
}

Json gradients_json()
{
    Json list = Json::array();
    for (const GradientMethodInfo& info : gradient_method_infos())
        list.push_back({{"id", info.id},
                        {"label", info.label},
                        {"exact", info.exact()},
                        {"claim", claim_text(info.claim)},
                        {"solvers", solvers_text(info.solvers)},
                        {"help", info.help},
                        {"look", info.look},
                        {"source", info.source},
                        {"formulas",
                         {{"computation", info.computation}, {"memory", info.memory}, {"graph_depth", info.depth}}}});
    return list;
}

Json problems_json()
{
    const auto values = [](const ProblemVector& vector, int count) { return json_list(vector.head(count)); };
    Json list = Json::array();
    for (const TestProblem& problem : test_problems()) {
        const std::span states(problem.state_names.data(), static_cast<std::size_t>(problem.states));
        const std::span parameters(problem.parameter_names.data(), static_cast<std::size_t>(problem.parameters));
        list.push_back({{"id", problem.id},
                        {"label", problem.label},
                        {"parameters", std::vector<std::string>(parameters.begin(), parameters.end())},
                        {"parameter_values", values(problem.p0, problem.parameters)},
                        {"states", std::vector<std::string>(states.begin(), states.end())},
                        {"initial_state", values(problem.y0, problem.states)},
                        {"t1", problem.t1},
                        {"closed_form", problem.exact != nullptr},
                        {"help", problem.help},
                        {"source", problem.source}});
    }
    return list;
}

Json optimizers_json()
{
    Json list = Json::array();
    for (const OptimizerInfo& info : optimizers())
        list.push_back({{"id", info.id},
                        {"label", info.label},
                        {"uses_gradient", info.uses_gradient},
                        {"help", info.help},
                        {"source", info.source}});
    return list;
}

/// The named parameters of a correction: those of a network have no names.
Json parameters_json(const CorrectionInfo& info)
{
    Json list = Json::array();
    if (info.network) return list;
    // In m and s the units say of what kind they are; which ones a fit's are, its data say.
    CorrectionContext context;
    context.units = UnitSystem::gravitational_parameter(1, 1, "m", "s");
    CorrectionOptions options;
    options.correction = info.id;
    const auto bound = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
    for (const CorrectionParameter& parameter : make_correction(options, context)->named_parameters())
        list.push_back({{"name", parameter.name},
                        {"unit", parameter.unit},
                        {"lowest", bound(parameter.lower)},
                        {"highest", bound(parameter.upper)}});
    return list;
}

/// The names that --values, --free, --fix, --bounds and --prior know, and what has an epoch.
std::string parameters_text(const Json& rows)
{
    std::string text = "\nParameters, for --values, and of a fit for --free, --fix, --bounds and --prior (units: of data in m and s):\n";
    for (const Json& row : rows) {
        std::string names;
        for (const Json& parameter : row["parameters"]) {
            const std::string unit = parameter["unit"];
            names += (names.empty() ? "" : ", ") + parameter["name"].get<std::string>() + (unit.empty() ? "" : " in " + unit);
        }
        if (names.empty()) continue;
        names = wrapped(names, 80);
        for (std::size_t at = 0; (at = names.find('\n', at)) != std::string::npos; ++at) names.insert(at + 1, 18, ' ');
        text += fmt::format("  {:<16}{}\n", row["id"].get<std::string>(), names);
    }
    text += "\nEpoch (--epoch; unless given, the first time of the data, whatever the window):\n";
    for (const Json& row : rows)
        if (!row["epoch"].get<std::string>().empty())
            text += fmt::format("  {:<16}of {}\n", row["id"].get<std::string>(), row["epoch"].get<std::string>());
    return text;
}

Json corrections_json()
{
    Json list = Json::array();
    for (const CorrectionInfo& info : corrections())
        list.push_back({{"parameters", parameters_json(info)},
                        {"id", info.id},
                        {"label", info.label},
                        {"network", info.network},
                        {"conserves_momentum", info.conserves_momentum},
                        {"conserves_energy", info.conserves_energy},
                        {"epoch", info.epoch},
                        {"help", info.help},
                        {"source", info.source}});
    return list;
}

Json loaders_json()
{
    Json list = Json::array();
    for (const ObservationLoader& loader : observation_loaders())
        list.push_back({{"id", loader.id}, {"label", loader.label}, {"help", loader.help}});
    return list;
}

Json commands_json()
{
    Json list = Json::array();
    for (const Command& command : commands())
        list.push_back({{"id", command.name}, {"label", command.help}, {"examples", command.examples}});
    return list;
}

/// Appends the options of one list; infinite bounds are null.
template <class Options>
void append_options(Json& to, std::string_view list_id, const OptionList<Options>& list)
{
    const Options defaults;
    const Json values = options_to_json(list, defaults);
    for (const Option<Options>& option : list) {
        const bool number = values[std::string(option.id)].is_number() || values[std::string(option.id)].is_array();
        to.push_back({{"id", option.id},
                      {"label", option.label},
                      {"list", list_id},
                      {"unit", option.unit},
                      {"help", option.help},
                      {"default", values[std::string(option.id)]},
                      {"range", number && !range_text(option).empty() ? Json{option.lowest, option.highest} : Json()},
                      {"choices", option.choices}});
    }
}

Json options_json()
{
    Json list = Json::array();
    append_options(list, "solver", solver_options());
    append_options(list, "gradient", gradient_options());
    append_options(list, "data", data_options());
    append_options(list, "simulate", simulate_options());
    append_options(list, "fit", fit_options());
    append_options(list, "optimizer", optimizer_options());
    append_options(list, "correction", correction_options());
    append_options(list, "train", train_options());
    append_options(list, "three-body-experiment", three_body_experiment_options());
    append_options(list, "hidden-force-experiment", hidden_force_options());
    return list;
}

/// A table that `syzygy list` knows: its rows as JSON and the keys that are columns of the report.
struct Listing {
    std::string_view name;
    Json (*rows)();
    std::vector<std::string> columns;
    std::string (*footer)(const Json& rows) = nullptr;  ///< what the report says below the table
};

std::span<const Listing> listings()
{
    static const std::array table{
        Listing{"methods", methods_json, {"id", "label", "order", "stages", "adaptive", "source"}},
        Listing{"gradients", gradients_json, {"id", "label", "claim", "solvers", "help"}},
        Listing{"problems", problems_json, {"id", "label", "parameters", "help"}},
        Listing{"optimizers", optimizers_json, {"id", "label", "help"}},
        Listing{"corrections", corrections_json, {"id", "label", "network", "help"}, parameters_text},
        Listing{"loaders", loaders_json, {"id", "label", "help"}},
        Listing{"scenarios", scenarios_json, {"id", "label", "duration", "source"}},
        Listing{"commands", commands_json, {"id", "label"}},
        Listing{"options", options_json, {"id", "label", "list", "unit", "default", "help"}},
    };
    return table;
}

const Listing& find_listing(const std::string& name)
{
    std::string known;
    std::vector<std::string> names;
    for (const Listing& listing : listings()) {
        if (listing.name == name) return listing;
        names.emplace_back(listing.name);
        known += (known.empty() ? "" : ", ") + names.back();
    }
    const std::string match = closest_match(name, names);
    throw ArgumentError("list", name.empty() ? "nothing" : name,
                        "must be one of " + known + (match.empty() ? "" : "; did you mean " + match + "?"));
}

std::string cell_text(const Json& value)
{
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const Json& element : value) text += (text.empty() ? "" : ", ") + cell_text(element);
    return text;
}

std::string listing_report(const Listing& listing, const Json& rows, std::size_t width)
{
    TextTable table(listing.columns);
    for (const Json& row : rows) {
        std::vector<std::string> cells;
        for (const std::string& column : listing.columns) cells.push_back(cell_text(row[column]));
        table.add(std::move(cells));
    }
    return table.text(width) + (listing.footer ? listing.footer(rows) : "");
}

CommandResult run_list(const std::string& name, std::size_t width)
{
    const Listing& listing = find_listing(name);
    const Json rows = listing.rows();
    return {{{std::string(listing.name), rows}}, listing_report(listing, rows, width), {}};
}

}  // namespace

CommandAction setup_list(CLI::App& app)
{
    const auto name = std::make_shared<std::string>();
    std::string known;
    for (const Listing& listing : listings()) known += (known.empty() ? "" : ", ") + std::string(listing.name);
    app.add_option("TABLE", *name, flag_help("one of " + known, {}))->type_name("");
    return [name](const CommandContext& context) { return run_list(*name, context.report_width); };
}

}  // namespace syzygy
