#include "app/cli/compare_report.hpp"

#include "app/cli/pass_json.hpp"
#include "app/cli/report.hpp"

namespace syzygy {

namespace {

Json optional_json(const std::optional<double>& value)
{
    return value ? Json(*value) : Json();
}

/// Derivatives with respect to masses are called so; of other problems they are parameters.
Json gradient_json(const CompareRequest& request, const Eigen::VectorXd& parameters, const Eigen::VectorXd& initial_state)
{
    return {{request.subject->three_bodies() ? "masses" : "parameters", json_list(parameters)},
            {"initial_state", json_list(initial_state)}};
}

Json reference_json(const CompareRequest& request, const ReferenceGradient& reference)
{
    if (reference.how.empty()) return {};
    return {{"how", reference.how},
            {"loss", reference.loss},
            {"gradient", gradient_json(request, reference.parameters, reference.initial_state)},
            {"relative_error", reference.relative_error}};
}

Json formulas_json(const CompareRow& row)
{
    const GradientMethodInfo& info = find_gradient_method(row.run.gradient);
    const auto entry = [](std::string_view formula, double value) -> Json {
        return formula.empty() ? Json() : Json{{"formula", formula}, {"value", value}};
    };
    return {{"computation", entry(info.computation, row.formula_computation)},
            {"memory", entry(info.memory, row.formula_memory)},
            {"graph_depth", entry(info.depth, row.formula_depth)}};
}

Json row_json(const CompareRequest& request, const CompareRow& row, const ReferenceGradient& reference)
{
    const ComparedGradient& run = row.gradient;
    const bool ok = row.refused.empty() && run.outcome.ok();
    Json json = row.refused.empty() ? outcome_json(run.outcome) : Json{{"outcome", "refused"}, {"reason", row.refused}};
    json["name"] = row.run.gradient;
    json["method"] = method_name(row);
    json["rtol"] = row.run.solver.rtol;
    json["horizon"] = row.run.horizon;
    if (!row.variant.empty()) json["variant"] = row.variant;
    json["loss"] = ok ? Json(run.loss) : Json();
    json["gradient"] = ok ? gradient_json(request, run.parameters, run.initial_state) : Json();
    if (ok && run.t0) json["gradient"]["t0"] = *run.t0;
    if (ok && run.t1) json["gradient"]["t1"] = *run.t1;
    json["relative_error"] = optional_json(row.relative_error);
    json["parameter_error"] = optional_json(row.parameter_error);
    json["reverse_error"] = optional_json(run.reverse_error);
    if (run.error) {
        json["loss_error"] = run.error->loss_error;
        json["loss_corrected"] = run.error->loss_corrected;
        json["gradient_error"] = run.error->gradient_error;
        json["error_trusted"] = run.error->trusted;
        json["error_doubt"] = run.error->doubt;
        json["error_estimate"] = pass_json(run.error->counts);
    }
    json["forward"] = pass_json(run.forward);
    json["backward"] = pass_json(run.backward);
    json["seconds"] = row.seconds;
    json["seconds_over_forward"] = ok ? Json(row.seconds_over_forward) : Json();
    json["checkpoint_bytes"] = run.checkpoint_bytes;
    json["tape_bytes_peak"] = run.tape_bytes_peak;
    json["graph_depth"] = run.graph_depth;
    json["formulas"] = ok ? formulas_json(row) : Json();
    json["reference"] = reference_json(request, reference);
    return json;
}

const ReferenceGradient& reference_of(const CompareResult& result, const CompareRow& row)
{
    const auto at = std::find(result.horizons.begin(), result.horizons.end(), row.run.horizon) - result.horizons.begin();
    return result.references.at(static_cast<std::size_t>(at));
}

Json named_values(const std::vector<std::string>& names, const std::vector<double>& values)
{
    Json json = Json::object();
    for (std::size_t i = 0; i < names.size(); ++i) json[names[i]] = values[i];
    return json;
}

/// The relative error of a reference beyond which no method can be judged by it.
constexpr double useless = 0.1;

std::string references_text(const CompareResult& result)
{
    std::string text;
    for (std::size_t i = 0; i < result.references.size(); ++i) {
        const ReferenceGradient& reference = result.references[i];
        text += fmt::format("Reference to {:.9g}: ", result.horizons[i]);
        const std::string_view none =
            result.outcome.status == Status::stopped ? "none yet\n" : "none, even the tightest solve does not get there\n";
        text += reference.how.empty() ? std::string(none)
                                      : fmt::format("{}; its own error is about {:.1g}{}\n", reference.how, reference.relative_error,
                                                    reference.relative_error > useless ? ": it tells nothing here" : "");
    }
    return text;
}

std::string table_text(const CompareResult& result, std::span<const std::string> ids)
{
    if (result.rows.empty()) return "";
    std::vector<const CompareColumn*> columns;
    for (const CompareColumn& column : compare_columns()) {
        if (!ids.empty() || !column.brief) continue;
        // What is the same everywhere, or nowhere, needs no column.
        const auto text = [&](const CompareRow& row) { return column.text(row, false); };
        const bool told = std::any_of(result.rows.begin(), result.rows.end(), [&](const auto& row) { return !text(row).empty(); });
        if (told && (column.id != "horizon" || result.horizons.size() > 1)) columns.push_back(&column);
    }
    for (const std::string& id : ids) columns.push_back(&find_compare_column(id));
    std::vector<std::string> header;
    for (const CompareColumn* column : columns) header.emplace_back(column->label);
    TextTable table(header);
    for (const CompareRow& row : result.rows) {
        std::vector<std::string> cells;
        for (const CompareColumn* column : columns) cells.push_back(column->text(row, false));
        table.add(std::move(cells));
    }
    return table.text();
}

}  // namespace

Json compare_json(const CompareRequest& request, const CompareResult& result, const std::string& point)
{
    const CompareSubject& subject = *request.subject;
    Json json = outcome_json(result.outcome);
    json["subject"] = result.subject;
    json["point"] = point;
    json[subject.three_bodies() ? "masses" : "parameters"] = named_values(subject.parameter_names(), subject.parameters());
    json["t0"] = subject.t0();
    json["seconds"] = result.seconds;
    Json references = Json::array();
    for (std::size_t i = 0; i < result.references.size(); ++i) {
        references.push_back({{"horizon", result.horizons[i]}});
        const Json reference = reference_json(request, result.references[i]);
        if (!reference.is_null()) references.back().update(reference);
    }
    json["references"] = std::move(references);
    json["rows"] = Json::array();
    for (const CompareRow& row : result.rows) json["rows"].push_back(row_json(request, row, reference_of(result, row)));
    json["options"] = options_to_json(solver_options(), request.solver);
    json["options"].erase("method");
    json["options"].erase("rtol");
    json["options"].update(options_to_json(gradient_options(), request.options));
    return json;
}

std::string compare_report(const CompareRequest& request, const CompareResult& result, const std::string& point,
                           std::span<const std::string> columns)
{
    const CompareSubject& subject = *request.subject;
    std::string text = result.subject;
    if (subject.three_bodies()) {  // a problem's name has its parameters
        const auto names = subject.parameter_names();
        const auto values = subject.parameters();
        for (std::size_t i = 0; i < names.size(); ++i) text += fmt::format(", {} = {:.9g}", names[i], values[i]);
    }
    text += fmt::format(" ({})\n", point);
    text += references_text(result) + '\n' + table_text(result, columns);
    for (const CompareRow& row : result.rows)
        if (!row.refused.empty()) text += fmt::format("{}: {}\n", row.run.gradient, row.refused);
    return text + fmt::format("\n{} runs in {}\n", result.rows.size(), duration_text(result.seconds));
}

}  // namespace syzygy
