#include "app/cli/commands.hpp"
#include "app/cli/compare_report.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/output.hpp"
#include "app/cli/progress.hpp"
#include "app/cli/report.hpp"
#include "core/base/cancelled.hpp"
#include "core/base/name_list.hpp"
#include "core/ode/options.hpp"
#include "physics/guess/first_guess.hpp"

namespace syzygy {

namespace {

struct CompareFlags {
    std::vector<std::filesystem::path> files;
    std::string scenario, problem;
    std::vector<double> masses, parameters, initial;
    std::string gradients = "all", methods = "dopri5", vary, columns, output;
    CompareRequest request;
    DataOptions data;
    bool markdown = false;
};

/// "eta=1,0.95": one set of gradient options a value.
std::vector<CompareVariant> variants_of(const std::string& vary, const GradientOptions& options)
{
    if (vary.empty()) return {};
    const std::size_t equals = vary.find('=');
    const std::string id = vary.substr(0, equals);
    const auto& list = gradient_options();
    const auto option = std::find_if(list.begin(), list.end(), [&](const auto& row) { return row.id == id; });
    if (equals == std::string::npos || option == list.end())
        throw ArgumentError("vary", vary, "must be OPTION=VALUE,VALUE,... with an option of the group Gradient");
    std::vector<CompareVariant> variants;
    for (const std::string& value : names_of(vary.substr(equals + 1))) {
        GradientOptions varied = options;
        std::visit([&](auto member) { read_value(id, value, varied.*member); }, option->member);
        validate(list, varied);
        variants.push_back({id + " = " + value, varied});
    }
    if (variants.empty()) throw ArgumentError("vary", vary, "names no value");
    return variants;
}

/// A subject and where its point comes from.
struct NamedSubject {
    std::shared_ptr<const CompareSubject> subject;
    std::string point;
};

void refuse(bool given, std::string_view flag, std::string_view what)
{
    if (given) throw ArgumentError(flag, "given", fmt::format("has no meaning with {}", what));
}

NamedSubject problem_of(const CompareFlags& flags)
{
    refuse(!flags.masses.empty(), "masses", "--problem: give --parameters");
    return {problem_subject(flags.problem, flags.parameters, flags.initial),
            flags.parameters.empty() && flags.initial.empty() ? "the problem's own point" : "as given"};
}

NamedSubject scenario_of(const CompareFlags& flags, std::stop_token stop)
{
    ScenarioSubjectOptions options{.masses = flags.masses, .data = flags.data};
    // Observations reach as far as the farthest horizon, where that is beyond what the scenario is shown for.
    const double shown = scenario_subject_end(flags.scenario);
    for (const double horizon : flags.request.horizons) options.t1 = std::max(options.t1, horizon);
    options.t1 = std::max(options.t1, shown);
    return {scenario_subject(flags.scenario, options, stop),
            flags.masses.empty() ? "near the masses that made the observations" : "as given"};
}

NamedSubject data_of(const CompareFlags& flags, std::stop_token stop)
{
    const Observations observations = load_observations(checked_data(flags.files), stop);
    for (const std::string& note : observations.notes) message("note", note);
    auto data = std::make_shared<PreparedData>(prepare(observations, flags.data));
    require_comparable(*data);
    ModelPoint point = first_guess(*data);
    NamedSubject named{nullptr, "the first guess of a fit"};
    if (!flags.masses.empty()) {
        const bool valid = std::all_of(flags.masses.begin(), flags.masses.end(),
                                       [](double mass) { return std::isfinite(mass) && mass >= 0; });
        if (flags.masses.size() != 3 || !valid)
            throw ArgumentError("masses", value_text(flags.masses),
                                "must be three masses of 0 or above in the data's mass unit: m1,m2,m3");
        point.masses = Eigen::Map<const Eigen::Vector3d>(flags.masses.data());
        named.point = "as given";
    } else if (observations.true_masses) {
        // At the truth itself the loss and its gradient vanish, and there would be nothing to compare.
        point.masses = near_masses(*observations.true_masses);
        named.point = "near the masses that the data state";
    }
    if (point.masses.hasNaN() || point.initial_state.hasNaN())
        throw ArgumentError("masses", "nothing", "must be given: the data do not allow a guess");
    ModelOptions model;
    model.observe = flags.data.observe;
    model.softening = flags.data.softening;
    point.offsets = best_offsets(*data, point, model, stop);
    named.subject = three_body_subject(data, point, model,
                                       observations.name.empty() ? flags.files.front().filename().string() : observations.name);
    return named;
}

NamedSubject subject_of(const CompareFlags& flags, std::stop_token stop)
{
    const int given = !flags.files.empty() + !flags.scenario.empty() + !flags.problem.empty();
    if (given != 1)
        throw ArgumentError("DATA", given == 0 ? "nothing" : "several subjects",
                            "give one of: data files, --scenario NAME, --problem NAME");
    if (!flags.problem.empty()) return problem_of(flags);
    const std::string_view what = "three bodies: give --masses";
    refuse(!flags.parameters.empty(), "parameters", what);
    refuse(!flags.initial.empty(), "initial", what);
    return flags.scenario.empty() ? data_of(flags, stop) : scenario_of(flags, stop);
}

/// The outcome of the command: without any gradient there is no result. Throws ArgumentError where no method does what was
/// asked for.
Outcome outcome_of(const CompareFlags& flags, const CompareResult& result)
{
    if (!result.outcome.ok() || result.rows.empty()) return result.outcome;
    const auto works = [](const CompareRow& row) { return row.refused.empty() && row.gradient.outcome.ok(); };
    if (std::any_of(result.rows.begin(), result.rows.end(), works)) return result.outcome;
    const auto ran = std::find_if(result.rows.begin(), result.rows.end(), [](const auto& row) { return row.refused.empty(); });
    if (ran == result.rows.end()) throw ArgumentError("gradients", flags.gradients, "cannot be run: " + result.rows[0].refused);
    return ran->gradient.outcome;
}

CommandResult run_compare(CompareFlags& flags, const CommandContext& context)
{
    check_output(flags.output);
    if (flags.output == "-" && context.json_on_standard_output)
        throw ArgumentError("output", "-", "standard output is taken by --json -");
    CompareRequest& request = flags.request;
    request.gradients = names_of(flags.gradients);
    request.methods = names_of(flags.methods);
    request.variants = variants_of(flags.vary, request.options);
    const std::vector<std::string> columns = names_of(flags.columns);
    for (const std::string& column : columns) find_compare_column(column);

    ProgressLine progress(context.show_progress);
    NamedSubject named;
    try {
        named = subject_of(flags, context.stop);
    } catch (const Cancelled&) {
        return {outcome_json({Status::stopped, ""}), "", {Status::stopped, "stopped on request before the first run"}};
    }
    request.subject = named.subject;
    const CompareResult result = run_comparison(
        request,
        [&](std::size_t done, std::size_t all, const CompareRow& row) {
            progress.show(fmt::format("{} of {}: {} at {:g}", done, all, row.run.gradient, row.run.solver.rtol));
        },
        context.stop);
    progress.clear();

    CommandResult command;
    command.outcome = outcome_of(flags, result);
    command.json = compare_json(request, result, named.point);
    command.report = flags.markdown ? compare_markdown(result, columns)
                                    : compare_report(request, result, named.point, columns);
    if (flags.output == "-") {
        command.report = compare_csv(result);
    } else if (!flags.output.empty()) {
        write_output(flags.output, compare_csv(result));
        command.json["output"] = flags.output;
        if (!flags.markdown) command.report += fmt::format("Wrote {} rows to {}\n", result.rows.size(), flags.output);
    }
    return command;
}

}  // namespace

CommandAction setup_compare(CLI::App& app)
{
    static constexpr std::array<std::string_view, 2> lists{"method", "rtol"};
    const auto flags = std::make_shared<CompareFlags>();
    CompareRequest& request = flags->request;
    add_data_files(app, flags->files);
    add_flag(app, "Subject", "scenario", "a built-in system, observed exactly (see `syzygy scenarios`)", flags->scenario, "NAME");
    add_flag(app, "Subject", "problem", "a test problem (see `syzygy list problems`); the loss is |y|^2 at the end",
             flags->problem, "NAME");
    add_flag(app, "Subject", "masses",
             "masses at which gradients are computed: m1,m2,m3 [default: near the true masses if the data give them, otherwise a fit's first "
             "guess]",
             flags->masses, "NUMBERS");
    add_flag(app, "Subject", "parameters", "parameters of the problem [default: its own]", flags->parameters, "NUMBERS");
    add_flag(app, "Subject", "initial", "initial state of the problem [default: its own]", flags->initial, "NUMBERS");
    add_flag(app, "Compare", "gradients",
             "gradient methods; all: all but finite-difference (see `syzygy list gradients`) [default all]", flags->gradients,
             "NAMES");
    add_flag(app, "Compare", "methods", "solver methods (see `syzygy list methods`) [default dopri5]", flags->methods, "NAMES");
    add_flag(app, "Compare", "rtols", "relative tolerances [default 1e-3,1e-5,1e-7,1e-9]", request.rtols, "NUMBERS");
    add_flag(app, "Compare", "horizons", "ends of the interval [default: of the data, the scenario or the problem]",
             request.horizons, "NUMBERS", "time");
    add_flag(app, "Compare", "vary", "a gradient option and its values, such as eta=1,0.95,0.9", flags->vary);
    add_flag(app, "Compare", "repeats", "time each gradient this many times and report the median; fewer times if the runs take more than 0.05 s in total [default 3]",
             request.repeats);
    add_flag(app, "Output", "columns", "columns of the table, by their names in the CSV file", flags->columns, "NAMES");
    app.add_flag("--markdown", flags->markdown, flag_help("print the table as Markdown", {}))->group("Output");
    add_value_flag(app, "Output", "output", "write the whole table to this CSV file (- for standard output)",
                   {"FILE", "", "", "", "o"}, [flags = flags.get()](const std::string& file) { flags->output = file; });
    add_flags(app, "Gradient", gradient_options(), request.options);
    add_flags(app, "Data", data_options(), flags->data);
    add_flags(app, "Solver", solver_options(), request.solver, lists);
    return [flags](const CommandContext& context) { return run_compare(*flags, context); };
}

}  // namespace syzygy
