#include "app/cli/commands.hpp"
#include "app/cli/correction_flags.hpp"
#include "app/cli/fit_report.hpp"
#include "app/cli/fit_training.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/output.hpp"
#include "app/cli/progress.hpp"
#include "app/cli/report.hpp"
#include "core/base/option_json.hpp"
#include "core/ode/options.hpp"
#include "physics/fit/fit.hpp"
#include "physics/fit/start.hpp"
#include "physics/run/fit_file.hpp"

namespace syzygy {

namespace {

struct FitFlags {
    FitSetup setup;
    std::vector<std::string> fix, bounds, priors;  ///< each flag may be given several times
    std::vector<std::string> also;
    CorrectionFlags correction;
    bool justify = true;
    std::string output, resume;
    double save_interval = 0.5;
    const CLI::App* app = nullptr;
};

/// A flag that may be given several times, each with comma-separated parts.
void add_list_flag(CLI::App& app, std::string_view id, std::vector<std::string>& values)
{
    const auto& list = fit_options();
    const auto option = std::find_if(list.begin(), list.end(), [id](const auto& row) { return row.id == id; });
    app.add_option("--" + std::string(id), values, flag_help(option->help, {"TEXT", "", "", ""}))
        ->type_name("TEXT")
        ->group("Fit")
        ->allow_extra_args(false);
}

/// In the help of the optimiser's options: where a training has another default than a fit.
void say_defaults_of_trainings(CLI::App& app)
{
    const OptimizerOptions of_fit, of_training = training_defaults();
    for (const auto& option : optimizer_options())
        std::visit(
            [&](auto member) {
                if (of_fit.*member == of_training.*member) return;
                const std::string both = fmt::format("{}; {} if a network is trained", value_text(of_fit.*member),
                                                     value_text(of_training.*member));
                app.get_option("--" + std::string(option.id))
                    ->description(flag_help(option.help, {"", std::string(option.unit), both, range_text(option)}));
            },
            option.member);
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
    return text;
}

bool given(const CLI::App& app, const std::string& flag)
{
    return app.get_option(flag)->count() > 0;
}

/// A saved fit holds its own options: naming others beside it would silently do nothing.
void check_resume_flags(const CLI::App& app)
{
    static constexpr std::array<std::string_view, 6> allowed{"iterations", "resume", "json", "output", "save-interval", "justify"};
    for (const CLI::Option* option : app.get_options()) {
        const std::string name = option->get_single_name();
        if (option->count() > 0 && std::find(allowed.begin(), allowed.end(), name) == allowed.end())
            throw ArgumentError("resume", app.get_option("--resume")->as<std::string>(),
                                fmt::format("the saved fit holds its data and options; leave out {}", name));
    }
}

/// A training that ended because its epochs were done goes on to more of them. A schedule runs over all: of the cosine the
/// rate is higher again than where it ended.
void go_on(long iterations, FitFile& file)
{
    const bool done = file.training && file.training->finished && file.training->outcome.status == Status::finished;
    if (!done || iterations <= file.training->epoch)
        throw ArgumentError("iterations", fmt::format("{}", iterations),
                            done ? fmt::format("must be more than the {} epochs that the training has done", file.training->epoch)
                                 : "with --resume is for a training that ended because its epochs were done: leave it out");
    file.setup.optimizer.iterations = iterations;
    file.training->finished = false;
    file.training->outcome = {};
}

/// A fit of the same data with the correction of an earlier fit begins with the masses and the state of that one.
void begin_where_it_ended(const FitFlags& flags, FitFile& file)
{
    const std::string& from = flags.correction.from;
    if (from.empty() || given(*flags.app, "--start") || given(*flags.app, "--initial")) return;
    const FitFile former = read_fit_file(from);
    const bool same_data = former.fingerprint == file.fingerprint &&
                           options_to_json(data_options(), former.setup.data) == options_to_json(data_options(), file.setup.data);
    if (!same_data || !former.result.is_object()) return;
    try {
        const auto masses = former.result.at("masses").get<std::vector<double>>();
        const auto state = former.result.at("initial_state").get<std::vector<double>>();
        file.setup.fit.start = masses;
        file.setup.fit.initial = state;
    } catch (const Json::exception& error) {
        throw InputError({from}, "is damaged:", error.what(), "give the file of a fit that had a correction");
    }
    message("note", fmt::format("masses and initial state begin where the fit in {} ended", from));
}

/// The setup, the state to begin with and the file to keep.
FitFile begin(FitFlags& flags)
{
    FitFile file;
    if (!flags.resume.empty()) {
        check_resume_flags(*flags.app);
        file = read_fit_file(flags.resume);
        if (given(*flags.app, "--iterations")) go_on(flags.setup.optimizer.iterations, file);
        if (flags.output.empty()) flags.output = flags.resume;
        return file;
    }
    file.setup = flags.setup;
    file.setup.fit.fix = joined(flags.fix);
    file.setup.fit.bounds = joined(flags.bounds);
    file.setup.fit.priors = joined(flags.priors);
    for (const std::string& name : flags.also) file.setup.also.push_back({name});
    file.setup.trained = trained_by_flags(flags.correction);
    file.setup.correction = flags.correction.options;
    return file;
}

/// What the user left open, by what the fit is.
void complete(const FitFlags& flags, bool training, FitSetup& setup)
{
    if (!flags.resume.empty()) return;
    if (training) {
        const OptimizerOptions defaults = training_defaults();
        for (const auto& option : optimizer_options())
            if (!given(*flags.app, "--" + std::string(option.id)))
                std::visit([&](auto member) { setup.optimizer.*member = defaults.*member; }, option.member);
        // Of mini-batches no two iterations have the same loss.
        if (setup.train.batch_size > 0 && !given(*flags.app, "--optimizer")) setup.optimizer.optimizer = "adam";
    } else {
        std::vector<std::string_view> of_trainings{"also"};
        for (const auto& option : train_options()) of_trainings.push_back(option.id);
        for (const std::string_view id : of_trainings)
            if (const CLI::Option* flag = flags.app->get_option("--" + std::string(id)); flag->count() > 0)
                throw ArgumentError(id, flag->results().front(),
                                    "is for trainings of a network: name one with --correction, and free it");
    }
    if (!given(*flags.app, "--rtol"))
        setup.solver.rtol = training ? training_rtol : default_rtol(setup.optimizer.optimizer);
}

/// The trajectories of the setup, the first one first.
std::vector<Observations> load(const FitSetup& setup)
{
    std::vector<Observations> trajectories{load_observations(checked_data(setup.files))};
    for (const auto& files : setup.also) trajectories.push_back(load_observations(files));
    for (const Observations& observations : trajectories)
        for (const std::string& note : observations.notes) message("note", note);
    return trajectories;
}

/// Writes the file while the fit runs and at its end.
class Keeper {
public:
    Keeper(std::string path, double interval) : path_(std::move(path)), interval_(interval) {}

    void keep(const FitFile& file, bool ended)
    {
        if (path_.empty() || (!ended && saved_ && since_saved_.seconds() < interval_)) return;
        write_fit_file(path_, file);
        since_saved_ = Stopwatch();
        saved_ = true;
    }

private:
    std::string path_;
    double interval_;
    Stopwatch since_saved_;
    bool saved_ = false;
};

CommandResult run_least_squares(FitFile& file, const Observations& observations, Keeper& keeper,
                                const CommandContext& context)
{
    Control control;
    const std::stop_callback on_stop(context.stop, [&control] { control.stop(); });
    ProgressLine progress(context.show_progress);
    const auto callback = [&](const FitSnapshot& snapshot, const FitState&) {
        progress.show(fit_progress(snapshot));
        if (snapshot.search.empty()) keeper.keep(file, false);
    };
    const FitResult result = run_fit(observations, file.setup, file.state, callback, control);
    progress.clear();
    CommandResult command{to_json(result), fit_report(result, file.setup, observations), result.outcome};
    if (file.setup.correction.correction != "none") {
        file.correction = trained_correction(file.setup, fit_data(observations, file.setup), result.point);
        command.json["correction"] = correction_json(*file.correction);
        const std::string epoch = epoch_text(file.correction->options.correction, file.correction->context);
        if (!epoch.empty()) command.report += fmt::format("\nepoch         {}\n", epoch);
    }
    return command;
}

CommandResult run_fit_command(FitFlags& flags, const CommandContext& context)
{
    FitFile file = begin(flags);
    check_output(flags.output);
    if (flags.output == "-") throw ArgumentError("output", "-", "must be a file: a fit is kept there while it runs");
    if (!flags.output.empty())
        for (const auto& name : file.setup.files)
            if (name == "-")
                throw ArgumentError("output", flags.output, "cannot keep a fit of standard input: save the data first");
    if (!(flags.save_interval >= 0))
        throw ArgumentError("save-interval", value_text(flags.save_interval), "must be at least 0");
    file.result = nullptr;
    const std::vector<Observations> trajectories = load(file.setup);
    const Observations& observations = trajectories.front();
    if (const std::string found = fingerprint(trajectories); file.fingerprint.empty())
        file.fingerprint = found;
    else if (file.fingerprint != found)
        throw InputError({flags.resume}, "belongs to other data than are now in", file.setup.files.front().string(),
                         "restore the data file, or start the fit anew");

    if (flags.resume.empty()) begin_where_it_ended(flags, file);
    const bool training = is_training(file.setup, observations);
    complete(flags, training, file.setup);
    Keeper keeper(flags.output, flags.save_interval);
    CommandResult command;
    try {
        command = training ? run_training(file, trajectories, flags.justify,
                                          [&](const FitFile& now, bool ended) { keeper.keep(now, ended); }, context)
                           : run_least_squares(file, observations, keeper, context);
    } catch (const ArgumentError& error) {
        if (error.option() != "resume") throw;
        throw InputError({flags.resume}, "is damaged:", error.what(), "restore it, or start the fit anew");
    }
    command.json["optimizer"] = file.setup.optimizer.optimizer;
    command.json["gradient_method"] =
        find_optimizer(file.setup.optimizer.optimizer).uses_gradient ? file.setup.fit.gradient : "forward";
    command.json["units"] = observations.units.text();
    command.json["bodies"] = observations.bodies;
    if (observations.true_masses) command.json["true_masses"] = json_list(*observations.true_masses);
    file.result = command.json;
    keeper.keep(file, true);
    if (!flags.output.empty()) {
        const bool finished = training ? file.training->finished : file.state.finished;
        command.report +=
            fmt::format("\nwritten to {}{}\n", flags.output,
                        finished ? "" : fmt::format("; go on with: syzygy fit --resume {}", flags.output));
    }
    return command;
}

}  // namespace

CommandAction setup_fit(CLI::App& app)
{
    static constexpr std::array<std::string_view, 3> lists{"fix", "bounds", "prior"},
        of_single_gradients{"error-estimate", "control", "goal-tol"};
    const auto flags = std::make_shared<FitFlags>();
    flags->app = &app;
    add_data_files(app, flags->setup.files);
    add_flags(app, "Fit", fit_options(), flags->setup.fit, lists);
    add_list_flag(app, "fix", flags->fix);
    add_list_flag(app, "bounds", flags->bounds);
    add_list_flag(app, "prior", flags->priors);
    add_flags(app, "Gradient", gradient_options(), flags->setup.gradient, of_single_gradients);
    add_flags(app, "Optimiser", optimizer_options(), flags->setup.optimizer);
    say_defaults_of_trainings(app);
    add_correction_flags(app, flags->correction);
    add_flags(app, "Training", train_options(), flags->setup.train);
    app.add_option("--also", flags->also,
                   flag_help("a further trajectory of bodies with the same masses under the same force, to train on "
                             "(may be given several times)",
                             {}))
        ->type_name("FILE")
        ->group("Training")
        ->allow_extra_args(false);
    app.add_flag("--justify,!--no-justify", flags->justify,
                 flag_help("also run the same fit without the network, and report whether the network is justified [default yes]", {}))
        ->group("Training");
    add_flags(app, "Data", data_options(), flags->setup.data);
    add_flags(app, "Solver", solver_options(), flags->setup.solver);
    app.add_option("-o,--output", flags->output, flag_help("save the fit to this .syzygy file, and update it while the fit runs", {}))
        ->type_name("FILE")
        ->group("Output");
    app.add_option("--resume", flags->resume,
                   flag_help("go on with the fit of this .syzygy file, as if it had never stopped", {}))
        ->type_name("FILE")
        ->group("Output");
    app.add_option(
           "--save-interval", flags->save_interval,
           flag_help("seconds between two writes of the .syzygy file; 0: after each iteration [default 0.5]", {}))
        ->type_name("NUMBER")
        ->group("Output");
    return [flags](const CommandContext& context) { return run_fit_command(*flags, context); };
}

}  // namespace syzygy
