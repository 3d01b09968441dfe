#include "app/cli/experiment_report.hpp"
#include "app/cli/report.hpp"
#include "physics/experiment/figure.hpp"

#include <cmath>

namespace syzygy {

namespace {

std::string number(double value, int digits = 3)
{
    return std::isfinite(value) ? fmt::format("{:.{}g}", value, digits) : "-";
}

std::string masses_text(const ThreeBodyRow& row)
{
    if (!row.masses) return "-";
    std::string text;
    for (int i = 0; i < 3; ++i) text += fmt::format("{}{:.6g}", i ? ", " : "", (*row.masses)[i]);
    return text;
}

/// Largest relative error of the mean masses.
std::string mass_error(const ThreeBodyExperiment& experiment, const ThreeBodyRow& row)
{
    if (!row.masses) return "-";
    return number(((*row.masses - experiment.true_masses).cwiseAbs().cwiseQuotient(experiment.true_masses)).maxCoeff(), 2);
}

struct Column {
    std::string_view label;
    std::string (*text)(const ThreeBodyExperiment&, const ThreeBodyRow&);
};

/// The columns of the table, for terminal and Markdown.
constexpr Column columns[] = {
    {"model", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return std::string(find_experiment_model(row.model).label); }},
    {"gradient", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return row.method; }},
    {"test MSE", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return number(row.mean); }},
    {"sd", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return number(row.deviation, 2); }},
    {"median", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return number(row.median); }},
    {"range", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) {
         return number(row.lowest, 2) + " .. " + number(row.highest, 2);
     }},
    {"on [0, 1]", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return number(row.inside_mean, 2); }},
    {"on (1, 2]", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return number(row.beyond_mean, 2); }},
    {"masses", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return masses_text(row); }},
    {"their error", [](const ThreeBodyExperiment& all, const ThreeBodyRow& row) { return mass_error(all, row); }},
    {"parameters", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return fmt::format("{}", row.parameters); }},
    {"epochs", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return number(row.epochs, 4); }},
    {"seconds", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) { return number(row.seconds, 3); }},
    {"runs", [](const ThreeBodyExperiment&, const ThreeBodyRow& row) {
         return row.failed > 0 ? fmt::format("{} ({} failed)", row.runs, row.failed) : fmt::format("{}", row.runs);
     }},
};

std::vector<std::string> cells(const ThreeBodyExperiment& experiment, const ThreeBodyRow& row)
{
    std::vector<std::string> result;
    for (const Column& column : columns) result.push_back(column.text(experiment, row));
    return result;
}

std::vector<std::string> header()
{
    std::vector<std::string> result;
    for (const Column& column : columns) result.emplace_back(column.label);
    return result;
}

std::string markdown_line(const std::vector<std::string>& texts)
{
    std::string line = "|";
    for (const std::string& text : texts) line += ' ' + text + " |";
    return line + '\n';
}

std::string true_masses_text(const ThreeBodyExperiment& experiment)
{
    return fmt::format("True masses {:.6g}, {:.6g}, {:.6g}", experiment.true_masses[0], experiment.true_masses[1],
                       experiment.true_masses[2]);
}

std::string failures_text(const ThreeBodyExperiment& experiment)
{
    std::string text;
    for (const ThreeBodyRun& run : experiment.runs)
        if (!run.outcome.ok())
            text += fmt::format("{} by {}, seed {}: {}: {}\n", run.model, run.method, run.seed, to_string(run.outcome.status),
                                run.outcome.reason);
    return text;
}

Json optional_masses(const std::optional<Eigen::Vector3d>& masses)
{
    return masses ? json_list(*masses) : Json();
}

Json run_json(const ThreeBodyRun& run)
{
    Json json = outcome_json(run.outcome);
    json.update({{"model", run.model},
                 {"method", run.method},
                 {"seed", run.seed},
                 {"test_mse", run.test_mse},
                 {"test_mse_inside", run.inside_mse},
                 {"test_mse_beyond", run.beyond_mse},
                 {"training_loss", run.training_loss},
                 {"masses_start", optional_masses(run.start_masses)},
                 {"masses", optional_masses(run.masses)},
                 {"parameters", run.parameters},
                 {"epochs", run.epochs},
                 {"backed_off", run.backed_off},
                 {"seconds", run.seconds}});
    return json;
}

Json row_json(const ThreeBodyRow& row)
{
    return {{"model", row.model},
            {"method", row.method},
            {"runs", row.runs},
            {"failed", row.failed},
            {"test_mse", row.mean},
            {"test_mse_sd", row.deviation},
            {"test_mse_median", row.median},
            {"test_mse_lowest", row.lowest},
            {"test_mse_highest", row.highest},
            {"test_mse_inside", row.inside_mean},
            {"test_mse_beyond", row.beyond_mean},
            {"masses", optional_masses(row.masses)},
            {"masses_sd", optional_masses(row.masses_deviation)},
            {"parameters", row.parameters},
            {"epochs", row.epochs},
            {"seconds", row.seconds}};
}

Json json_of(const ThreeBodyExperiment& experiment)
{
    Json json = outcome_json(experiment.outcome);
    json["experiment"] = "three-body";
    json["masses_true"] = json_list(experiment.true_masses);
    json["rows"] = Json::array();
    for (const ThreeBodyRow& row : experiment.rows) json["rows"].push_back(row_json(row));
    json["runs"] = Json::array();
    for (const ThreeBodyRun& run : experiment.runs) json["runs"].push_back(run_json(run));
    json["seconds"] = experiment.seconds;
    json["options"] = options_to_json(three_body_experiment_options(), experiment.options);
    return json;
}

std::string csv_of(const ThreeBodyExperiment& experiment)
{
    std::string csv =
        "model,method,seed,outcome,test_mse,test_mse_inside,test_mse_beyond,training_loss,m1,m2,m3,parameters,epochs,seconds\n";
    for (const ThreeBodyRun& run : experiment.runs) {
        const Eigen::Vector3d masses = run.masses.value_or(Eigen::Vector3d::Constant(std::nan("")));
        csv += fmt::format("{},{},{},{}", run.model, run.method, run.seed, to_string(run.outcome.status));
        for (const double value : {run.test_mse, run.inside_mse, run.beyond_mse, run.training_loss, masses[0], masses[1], masses[2]})
            csv += std::isfinite(value) ? fmt::format(",{}", value) : ",";
        csv += fmt::format(",{},{},{}\n", run.parameters, run.epochs, run.seconds);
    }
    return csv;
}

constexpr const char* coordinate_names[] = {"x", "y", "z"};

/// The two coordinates along which the bodies move most.
std::pair<int, int> plane_of(const ThreeBodyExperiment& experiment)
{
    std::array<std::pair<double, int>, 3> extents;
    for (int c = 0; c < 3; ++c) {
        double squares = 0;
        for (int body = 0; body < 3; ++body) {
            const Eigen::RowVectorXd row = experiment.truth.row(3 * body + c);
            squares += (row.array() - row.mean()).square().sum();
        }
        extents[static_cast<std::size_t>(c)] = {squares, c};
    }
    std::sort(extents.rbegin(), extents.rend());
    return std::minmax(extents[0].second, extents[1].second);
}

std::vector<double> every(const Eigen::RowVectorXd& row, Eigen::Index stride)
{
    std::vector<double> values;
    for (Eigen::Index k = 0; k < row.size(); k += stride) values.push_back(row[k]);
    return values;
}

/// The model's best method by the median of its runs.
const ThreeBodyRow* best_row(const ThreeBodyExperiment& experiment, std::string_view model)
{
    const ThreeBodyRow* best = nullptr;
    for (const ThreeBodyRow& row : experiment.rows)
        if (row.model == model && std::isfinite(row.median) && (!best || row.method == "aca")) best = &row;
    return best;
}

std::string figure_of(const ThreeBodyExperiment& experiment)
{
    constexpr Eigen::Index stride = 8;
    const auto [first, second] = plane_of(experiment);
    std::vector<FigurePanel> panels;
    FigurePanel errors;
    errors.title = "Distance from the truth";
    errors.x_label = "t (trained on [0, 1])";
    errors.y_label = "root mean square error";
    errors.logarithmic = true;
    errors.shaded = {0, 1};
    errors.shaded_label = "training window";
    errors.x_range = {0, 2};
    std::size_t colour = 0;
    for (const ExperimentModel& model : experiment_models()) {
        const std::size_t of_model = colour++;
        const ThreeBodyRow* row = best_row(experiment, model.id);
        const ThreeBodyRun* run = row ? median_run(experiment, *row) : nullptr;
        if (!run) continue;
        FigurePanel panel;
        panel.title = fmt::format("{} ({})", model.label, row->method);
        panel.x_label = coordinate_names[first];
        panel.y_label = coordinate_names[second];
        panel.equal_scales = true;
        FigurePanel truth_only;
        for (int body = 0; body < 3; ++body) {
            const auto path = [&, at = body](const ObservedTable& table, FigureLine::Style style, const std::string& label) {
                const bool solid = style == FigureLine::Style::solid;
                return FigureLine{every(table.row(3 * at + first), stride), every(table.row(3 * at + second), stride),
                                  solid ? "#b8bec9" : figure_colours[at], label, style, solid ? 3.0 : 1.4};
            };
            panel.lines.push_back(path(experiment.truth, FigureLine::Style::solid, "truth"));
            panel.lines.push_back(path(run->prediction, FigureLine::Style::dashed, experiment.bodies[static_cast<std::size_t>(body)]));
        }
        // A prediction that leaves is cut off: the truth sets the scales.
        for (const int c : {first, second}) {
            double low = std::numeric_limits<double>::infinity(), high = -low;
            for (int body = 0; body < 3; ++body) {
                low = std::min(low, experiment.truth.row(3 * body + c).minCoeff());
                high = std::max(high, experiment.truth.row(3 * body + c).maxCoeff());
            }
            const double room = 0.12 * (high - low);
            (c == first ? panel.x_range : panel.y_range) = {low - room, high + room};
        }
        panels.push_back(std::move(panel));
        const Eigen::RowVectorXd rms = ((run->prediction - experiment.truth).colwise().squaredNorm() / 9).cwiseSqrt();
        FigureLine line{{}, every(rms, stride), figure_colours[of_model], std::string(model.label)};
        for (std::size_t k = 0; k < experiment.test_times.size(); k += stride) line.x.push_back(experiment.test_times[k]);
        errors.lines.push_back(std::move(line));
    }
    panels.push_back(std::move(errors));
    return figure_svg("Three bodies: the truth and what each model predicts", panels, 4);
}

}  // namespace

ExperimentReport report_of(const ThreeBodyExperiment& experiment)
{
    ExperimentReport report;
    report.json = json_of(experiment);
    report.csv = csv_of(experiment);
    report.figure = figure_of(experiment);
    TextTable table(header());
    report.markdown = markdown_line(header()) + "|";
    for (std::size_t i = 0; i < std::size(columns); ++i) report.markdown += "---|";
    report.markdown += '\n';
    for (const ThreeBodyRow& row : experiment.rows) {
        table.add(cells(experiment, row));
        report.markdown += markdown_line(cells(experiment, row));
    }
    const std::string footer = fmt::format("{}; squared errors are means over times and coordinates. {} runs in {}.\n",
                                           true_masses_text(experiment), experiment.runs.size(), duration_text(experiment.seconds));
    report.text = table.text() + '\n' + footer + failures_text(experiment);
    report.markdown += '\n' + footer;
    return report;
}

}  // namespace syzygy
