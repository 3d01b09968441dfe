#include "app/cli/experiment_report.hpp"
#include "app/cli/report.hpp"
#include "core/base/not_finite.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/experiment/figure.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

std::string number(double value, int digits = 3)
{
    return std::isfinite(value) ? fmt::format("{:.{}g}", value, digits) : "-";
}

std::string masses_text(const Eigen::Vector3d& masses)
{
    return fmt::format("{:.5g}, {:.5g}, {:.5g}", masses[0], masses[1], masses[2]);
}

bool has_warning(const HiddenFit& fit, std::string_view code)
{
    return std::any_of(fit.warnings.begin(), fit.warnings.end(), [&](const Warning& warning) { return warning.code == code; });
}

const std::vector<std::string>& header()
{
    static const std::vector<std::string> texts{"seed",          "test MSE, Newton", "test MSE, corrected", "improvement",
                                                "chi2, Newton",  "chi2, corrected",  "lag 1, Newton",       "lag 1, corrected",
                                                "error of law",  "error of force",   "masses, Newton",      "masses, corrected",
                                                "iterations",    "seconds"};
    return texts;
}

std::vector<std::string> cells(const HiddenForceRun& run)
{
    return {fmt::format("{}", run.seed),
            number(run.newton.test_mse),
            number(run.corrected.test_mse),
            number(run.improvement),
            number(run.newton.reduced_chi_square),
            number(run.corrected.reduced_chi_square),
            number(run.newton.autocorrelation, 2),
            number(run.corrected.autocorrelation, 2),
            number(run.law_error, 2),
            number(run.force_error, 2),
            masses_text(run.newton.masses),
            masses_text(run.corrected.masses),
            fmt::format("{}", run.corrected.iterations),
            number(run.newton.seconds + run.corrected.seconds)};
}

Json fit_json(const HiddenFit& fit)
{
    Json json = outcome_json(fit.outcome);
    json["masses"] = json_list(fit.masses);
    json["rms_residual"] = fit.rms_residual;
    json["reduced_chi_square"] = fit.reduced_chi_square;
    json["autocorrelation"] = fit.autocorrelation;
    json["test_mse"] = fit.test_mse;
    json["reached"] = fit.reached;
    json["iterations"] = fit.iterations;
    json["seconds"] = fit.seconds;
    json["warnings"] = Json::array();
    for (const Warning& warning : fit.warnings) json["warnings"].push_back({{"code", warning.code}, {"message", warning.message}});
    return json;
}

Json law_json(const HiddenForceRun& run)
{
    Json law = {{"at", Json::array()}, {"truth", Json::array()}, {"corrected", Json::array()}, {"sampled", Json::array()}};
    for (const LawPoint& point : run.law) {
        law["at"].push_back(point.at);
        law["truth"].push_back(point.truth);
        law["corrected"].push_back(point.corrected);
        law["sampled"].push_back(point.samples > 0);
    }
    return law;
}

Json run_json(const HiddenForceRun& run)
{
    Json json = outcome_json(run.outcome);
    json["seed"] = run.seed;
    json["newton"] = fit_json(run.newton);
    json["corrected"] = fit_json(run.corrected);
    json["improvement"] = run.improvement;
    json["law_error"] = run.law_error;
    json["force_error"] = run.force_error;
    json["law"] = law_json(run);
    json["parameters"] = run.parameters;
    return json;
}

/// The run with the median improvement speaks for all; all are in `runs`.
Json json_of(const HiddenForceExperiment& experiment)
{
    Json json = outcome_json(experiment.outcome);
    json["experiment"] = "hidden-force";
    json["force"] = experiment.options.force;
    json["correction"] = experiment.correction;
    const HiddenForceRun* typical = experiment.typical();
    const Eigen::Vector3d none = Eigen::Vector3d::Constant(nan);
    json["test_mse_newton"] = typical ? typical->newton.test_mse : nan;
    json["test_mse_corrected"] = typical ? typical->corrected.test_mse : nan;
    json["improvement"] = typical ? typical->improvement : nan;
    json["masses_newton"] = json_list(typical ? typical->newton.masses : none);
    json["masses_corrected"] = json_list(typical ? typical->corrected.masses : none);
    json["masses_true"] = json_list(experiment.true_masses());
    json["law_error"] = typical ? typical->law_error : nan;
    json["force_error"] = typical ? typical->force_error : nan;
    json["autocorrelation_newton"] = typical ? typical->newton.autocorrelation : nan;
    json["autocorrelation_corrected"] = typical ? typical->corrected.autocorrelation : nan;
    json["structured_residuals"] = typical && has_warning(typical->newton, "misfit");
    json["seed"] = typical ? Json(typical->seed) : Json();
    double lowest = nan, highest = nan;
    for (const HiddenForceRun& run : experiment.runs) {
        lowest = std::fmin(lowest, run.improvement);
        highest = std::fmax(highest, run.improvement);
    }
    json["improvement_lowest"] = lowest;
    json["improvement_highest"] = highest;
    json["training_window"] = {0, experiment.setting.duration};
    json["test_window"] = {experiment.setting.duration, 2 * experiment.setting.duration};
    json["runs"] = Json::array();
    for (const HiddenForceRun& run : experiment.runs) json["runs"].push_back(run_json(run));
    json["seconds"] = experiment.seconds;
    json["options"] = options_to_json(hidden_force_options(), experiment.options);
    return json;
}

std::string csv_of(const HiddenForceExperiment& experiment)
{
    std::string csv =
        "seed,outcome,test_mse_newton,test_mse_corrected,improvement,law_error,force_error,chi_square_newton,chi_square_corrected,"
        "autocorrelation_newton,autocorrelation_corrected,m1_newton,m2_newton,m3_newton,m1_corrected,m2_corrected,m3_corrected\n";
    for (const HiddenForceRun& run : experiment.runs) {
        csv += fmt::format("{},{}", run.seed, to_string(run.outcome.status));
        const Eigen::Vector3d &a = run.newton.masses, &b = run.corrected.masses;
        for (const double value :
             {run.newton.test_mse, run.corrected.test_mse, run.improvement, run.law_error, run.force_error,
              run.newton.reduced_chi_square, run.corrected.reduced_chi_square, run.newton.autocorrelation,
              run.corrected.autocorrelation, a[0], a[1], a[2], b[0], b[1], b[2]})
            csv += std::isfinite(value) ? fmt::format(",{}", value) : ",";
        csv += '\n';
    }
    return csv;
}

/// Law and truth over the abscissa; solid where data are, dashed beyond.
FigurePanel law_panel(const HiddenForceExperiment& experiment, const HiddenForceRun& run)
{
    const HiddenForce& force = find_hidden_force(experiment.options.force);
    FigurePanel panel;
    panel.title = fmt::format("Law, seed {}", run.seed);
    panel.x_label = force.abscissa;
    panel.y_label = force.ordinate;
    panel.shaded_label = "sampled range";
    const std::string correction(find_correction(experiment.correction).label);
    FigureLine truth{{}, {}, "#20242c", "truth"}, found{{}, {}, figure_colours[0], correction};
    FigureLine outside{{}, {}, figure_colours[0], correction + " where no data are", FigureLine::Style::dashed};
    double low = nan, high = nan, lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
    for (std::size_t i = 0; i < run.law.size(); ++i) {
        const LawPoint& point = run.law[i];
        const bool sampled = point.samples > 0;
        truth.x.push_back(point.at);
        truth.y.push_back(point.truth);
        found.x.push_back(point.at);
        found.y.push_back(sampled ? point.corrected : nan);
        const bool beside = (i > 0 && run.law[i - 1].samples == 0) || (i + 1 < run.law.size() && run.law[i + 1].samples == 0);
        outside.x.push_back(point.at);
        outside.y.push_back(sampled && !beside ? nan : point.corrected);
        if (!sampled) continue;
        low = std::fmin(low, point.at);
        high = std::fmax(high, point.at);
        lowest = std::min({lowest, point.truth, point.corrected});
        highest = std::max({highest, point.truth, point.corrected});
    }
    // What is far off where no data are does not flatten the rest.
    if (highest > lowest) panel.y_range = {lowest - 0.3 * (highest - lowest), highest + 0.3 * (highest - lowest)};
    if (std::isfinite(low)) panel.shaded = {low, high};
    panel.lines = {truth, outside, found};
    return panel;
}

std::string figure_of(const HiddenForceExperiment& experiment)
{
    std::vector<FigurePanel> panels;
    for (const HiddenForceRun& run : experiment.runs)
        if (!run.law.empty()) panels.push_back(law_panel(experiment, run));
    return figure_svg("The force that was found beside the true one", panels, 3);
}

std::string summary(const HiddenForceExperiment& experiment)
{
    const HiddenForceRun* typical = experiment.typical();
    std::string text = fmt::format("Data: {}. Correction: {}. Trained on [0, {:g}], tested on ({:g}, {:g}]; noise {:g}; true masses {}.\n",
                       find_hidden_force(experiment.options.force).help, experiment.correction, experiment.setting.duration,
                       experiment.setting.duration, 2 * experiment.setting.duration, experiment.options.noise,
                       masses_text(experiment.true_masses()));
    if (!typical || !std::isfinite(typical->improvement))
        return text + "None of the runs arrived at a comparison behind the training window.\n";
    return text + fmt::format("Behind the training window the mean squared error of the correction's prediction is {} {} "
                              "Newton's (median of {}).\n",
                              improvement_text(typical->improvement),
                              improvement_text(typical->improvement) == "as large" ? "as" : "than",
                              experiment.runs.size() == 1 ? "1 seed" : fmt::format("{} seeds", experiment.runs.size())) +
           "Error of force: root mean square of the found minus the true acceleration beside Newton's with the true masses, over "
           "that of the true one. Error of law: the same of the force as a curve, where there are data (0: found exactly; 1: as "
           "far off as no force at all).\n";
}

std::string markdown_line(const std::vector<std::string>& texts)
{
    std::string line = "|";
    for (const std::string& text : texts) line += ' ' + text + " |";
    return line + '\n';
}

}  // namespace

std::string improvement_text(double improvement)
{
    if (!std::isfinite(improvement)) return "not known";
    const std::string smaller = number(improvement), larger = number(1 / improvement);
    if (smaller == "1" || larger == "1") return "as large";
    return improvement > 1 ? smaller + " times smaller" : larger + " times larger";
}

ExperimentReport report_of(const HiddenForceExperiment& experiment)
{
    ExperimentReport report;
    report.json = json_of(experiment);
    report.csv = csv_of(experiment);
    report.figure = figure_of(experiment);
    // In a terminal a run is a column: there are more numbers than runs.
    std::vector<std::string> top{header()[0]};
    for (const HiddenForceRun& run : experiment.runs) top.push_back(cells(run)[0]);
    TextTable table(top);
    for (std::size_t i = 1; i < header().size(); ++i) {
        std::vector<std::string> row{header()[i]};
        for (const HiddenForceRun& run : experiment.runs) row.push_back(cells(run)[i]);
        table.add(row);
    }
    report.text = summary(experiment) + '\n' + table.text();
    if (const HiddenForceRun* typical = experiment.typical()) {
        for (const Warning& warning : typical->newton.warnings)
            report.text += fmt::format("\nNewton alone: {}: {}\n", warning.code, warning.message);
        for (const Warning& warning : typical->corrected.warnings)
            report.text += fmt::format("\nCorrected: {}: {}\n", warning.code, warning.message);
    }
    report.markdown = summary(experiment) + '\n' + markdown_line(header()) + "|";
    for (std::size_t i = 0; i < header().size(); ++i) report.markdown += "---|";
    report.markdown += '\n';
    for (const HiddenForceRun& run : experiment.runs) report.markdown += markdown_line(cells(run));
    return report;
}

}  // namespace syzygy
