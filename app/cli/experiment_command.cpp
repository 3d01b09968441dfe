#include "app/cli/commands.hpp"
#include "app/cli/experiment_report.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/output.hpp"
#include "app/cli/progress.hpp"
#include "app/cli/report.hpp"

#include <map>

namespace syzygy {

namespace {

/// An option of one or more experiments as it was typed; each experiment reads its own from here.
using GivenOptions = std::map<std::string, std::string, std::less<>>;

struct ExperimentFlags {
    std::string name;
    GivenOptions given;
    std::string markdown, csv, figure;
};

/// The options of the list, those given in place of the defaults. Throws ArgumentError for one given that is not in it.
template <class Options>
Options options_of(const OptionList<Options>& list, const ExperimentFlags& flags)
{
    Options options;
    for (const auto& [id, text] : flags.given) {
        const auto row = std::find_if(list.begin(), list.end(), [&](const auto& option) { return option.id == id; });
        if (row == list.end()) throw ArgumentError(id, text, "has no meaning with the experiment " + flags.name);
        std::visit([&](auto member) { read_value(row->id, text, options.*member); }, row->member);
        validate(OptionList<Options>{*row}, options);
    }
    return options;
}

/// Adds a flag for each option of the list that `help` has a text for.
template <class Options>
void declare(CLI::App& app, const std::string& group, const OptionList<Options>& list, ExperimentFlags& flags,
             const std::function<std::string(const Option<Options>&)>& help)
{
    const Options defaults;
    for (const Option<Options>& option : list) {
        const std::string id(option.id), text = help(option);
        if (text.empty()) continue;
        const auto add = [&](auto member) {
            const auto& value = defaults.*member;
            if constexpr (std::is_same_v<decltype(value), const bool&>)
                app.add_flag_callback("--" + id, [id, &flags] { flags.given[id] = "true"; }, flag_help(text, {}))->group(group);
            else
                add_value_flag(app, group, id, text,
                               {value_name(value), std::string(option.unit), value_text(value), range_text(option)},
                               [id, &flags](const std::string& given) { flags.given[id] = given; });
        };
        std::visit(add, option.member);
    }
}

template <class Options>
const Option<Options>* find_option(const OptionList<Options>& list, std::string_view id)
{
    const auto row = std::find_if(list.begin(), list.end(), [&](const auto& option) { return option.id == id; });
    return row == list.end() ? nullptr : &*row;
}

template <class Options>
std::string default_of(const Option<Options>& option)
{
    return std::visit([](auto member) { return value_text(Options().*member); }, option.member);
}

/// What an option that both experiments have does in each.
template <class Options, class Other>
std::string shared_help(const Option<Options>& option, const Option<Other>& other)
{
    std::string text(option.help);
    const bool differs = default_of(option) != default_of(other);
    if (option.help != other.help || differs)
        text += fmt::format("; hidden-force: {}{}", option.help == other.help ? "" : other.help,
                            differs ? fmt::format(" [default {}]", default_of(other)) : "");
    return text;
}

/// Paragraphs broken to the width; lines that begin with blanks go on under their text.
std::string broken(const std::string& text, std::size_t width)
{
    std::string result;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t indent = line.starts_with("  ") ? 18 : 0;
        std::string body = wrapped(line.substr(indent), width - indent);
        for (std::size_t at = 0; (at = body.find('\n', at)) != std::string::npos; at += 1 + indent)
            body.insert(at + 1, std::string(indent, ' '));
        result += line.substr(0, indent) + body + '\n';
    }
    return result;
}

/// An experiment: its options read, itself run, and what is to be said of it.
struct Experiment {
    std::string_view id;
    std::pair<ExperimentReport, Outcome> (*run)(const ExperimentFlags&, const CommandContext&);
};

template <class Result, class Options, class Run>
std::pair<ExperimentReport, Outcome> run_with_progress(const Options& options, const CommandContext& context, Run run)
{
    ProgressLine progress(context.show_progress);
    progress.show("first runs");
    const Result result = run(options, [&](std::size_t done, std::size_t all, const auto& one) {
        if constexpr (requires { one.model; })
            progress.show(fmt::format("{} of {}: {} by {}, seed {}: test MSE {:.3g}", done, all, one.model, one.method, one.seed,
                                      one.test_mse));
        else
            progress.show(fmt::format("{} of {}: seed {}: test error {}", done, all, one.seed, improvement_text(one.improvement)));
    }, context.stop);
    progress.clear();
    return {report_of(result), result.outcome};
}

constexpr Experiment experiments[] = {
    {"three-body",
     [](const ExperimentFlags& flags, const CommandContext& context) {
         return run_with_progress<ThreeBodyExperiment>(
             options_of(three_body_experiment_options(), flags), context,
             [](const auto& options, const auto& progress, std::stop_token stop) {
                 return run_three_body_experiment(options, progress, std::move(stop));
             });
     }},
    {"hidden-force",
     [](const ExperimentFlags& flags, const CommandContext& context) {
         return run_with_progress<HiddenForceExperiment>(
             options_of(hidden_force_options(), flags), context,
             [](const auto& options, const auto& progress, std::stop_token stop) {
                 return run_hidden_force_experiment(options, progress, std::move(stop));
             });
     }},
};

const Experiment& find_experiment(const std::string& name)
{
    std::string known;
    for (const Experiment& experiment : experiments) {
        if (experiment.id == name) return experiment;
        known += (known.empty() ? "" : ", ") + std::string(experiment.id);
    }
    throw ArgumentError("EXPERIMENT", name.empty() ? "nothing" : name, "must be one of " + known);
}

/// Writes one form of the report where it is wanted; standard output takes one of them.
struct WantedOutput {
    std::string_view flag;
    const std::string* file;
    const std::string ExperimentReport::*content;
};

CommandResult run_experiment(const ExperimentFlags& flags, const CommandContext& context)
{
    const Experiment& experiment = find_experiment(flags.name);
    const WantedOutput outputs[] = {{"markdown", &flags.markdown, &ExperimentReport::markdown},
                                    {"csv", &flags.csv, &ExperimentReport::csv},
                                    {"figure", &flags.figure, &ExperimentReport::figure}};
    bool taken = context.json_on_standard_output;
    std::vector<std::string> files;
    for (const WantedOutput& output : outputs) {
        if (output.file->empty()) continue;
        check_output(*output.file);
        if (*output.file == "-") {
            if (taken) throw ArgumentError(output.flag, "-", "standard output is taken by another output");
            taken = true;
        } else {
            if (std::find(files.begin(), files.end(), *output.file) != files.end())
                throw ArgumentError(output.flag, *output.file, "is another output as well");
            files.push_back(*output.file);
        }
    }

    auto [report, outcome] = experiment.run(flags, context);
    CommandResult result;
    result.outcome = outcome;
    result.json = std::move(report.json);
    result.report = report.text;
    for (const WantedOutput& output : outputs) {
        if (output.file->empty()) continue;
        if (*output.file == "-")
            result.report = report.*output.content;
        else
            write_output(*output.file, report.*output.content);
    }
    return result;
}

}  // namespace

CommandAction setup_experiment(CLI::App& app)
{
    const auto flags = std::make_shared<ExperimentFlags>();
    app.description(app.get_description() + "\n\n" + broken(three_body_experiment_text(), 100) + "\n" +
                    broken(hidden_force_text(), 100));
    app.add_option_function<std::string>(
           "EXPERIMENT", [flags = flags.get()](const std::string& name) { flags->name = name; }, "three-body or hidden-force")
        ->type_name("");
    using ThreeBodyOption = Option<ThreeBodyExperimentOptions>;
    using HiddenOption = Option<HiddenForceOptions>;
    const auto& three_body = three_body_experiment_options();
    const auto& hidden = hidden_force_options();
    declare<ThreeBodyExperimentOptions>(app, "Both", three_body, *flags, [&](const ThreeBodyOption& option) {
        const HiddenOption* other = find_option(hidden, option.id);
        return other ? shared_help(option, *other) : "";
    });
    declare<ThreeBodyExperimentOptions>(app, "three-body", three_body, *flags, [&](const ThreeBodyOption& option) {
        return find_option(hidden, option.id) ? "" : std::string(option.help);
    });
    declare<HiddenForceOptions>(app, "hidden-force", hidden, *flags, [&](const HiddenOption& option) {
        return find_option(three_body, option.id) ? "" : std::string(option.help);
    });
    add_flag(app, "Output", "markdown", "write the table as Markdown to this file (- for standard output)", flags->markdown, "FILE");
    add_flag(app, "Output", "csv", "write every run as CSV to this file (- for standard output)", flags->csv, "FILE");
    add_flag(app, "Output", "figure", "draw what was found to this SVG file (- for standard output)", flags->figure, "FILE");
    return [flags](const CommandContext& context) { return run_experiment(*flags, context); };
}

}  // namespace syzygy
