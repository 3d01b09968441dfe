#include "app/cli/commands.hpp"
#include "app/cli/correction_flags.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/output.hpp"
#include "app/cli/report.hpp"
#include "core/ode/options.hpp"
#include "physics/model/data.hpp"
#include "physics/model/simulate.hpp"
#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/scenarios/scenario.hpp"

namespace syzygy {

namespace {

struct SimulateFlags {
    std::string scenario, system_file, output;
    SimulateOptions options;
    SolverOptions solver;
    CorrectionFlags correction;
    const CLI::Option* t1 = nullptr;
};

struct Subject {
    ThreeBodySystem system;
    double duration = 0;  ///< of the scenario; 0: the system file names none
};

Subject subject_of(const SimulateFlags& flags)
{
    if (flags.scenario.empty() == flags.system_file.empty())
        throw ArgumentError("scenario", flags.scenario.empty() ? "nothing" : flags.scenario,
                            "give either --scenario NAME or --system FILE.json");
    if (!flags.system_file.empty()) return {read_system(flags.system_file)};
    const Scenario& scenario = find_scenario(flags.scenario);
    return {scenario.make(), scenario.duration};
}

SimulateOptions options_for(const SimulateFlags& flags, const Subject& subject)
{
    SimulateOptions options = flags.options;
    if (flags.t1->count() == 0) {
        if (subject.duration <= 0)
            throw ArgumentError("t1", "nothing", "must be given with --system: the time to solve to");
        options.t1 = options.t0 + subject.duration;
    }
    return options;
}

Json encounters_json(const Simulation& simulation)
{
    Json list = Json::array();
    for (const Encounter& encounter : simulation.encounters)
        list.push_back(
            {{"bodies", {simulation.samples.bodies[encounter.first], simulation.samples.bodies[encounter.second]}},
             {"t", encounter.t},
             {"distance", encounter.distance}});
    return list;
}

Json simulation_json(const ThreeBodySystem& system, const SimulateOptions& options, const SolverOptions& solver,
                     const Simulation& simulation)
{
    Json json = outcome_json(simulation.outcome);
    json["system"] = system.name;
    json["t0"] = options.t0;
    json["t"] = simulation.t;
    json["state"] = json_list(simulation.state);
    json["masses"] = json_list(system.masses());
    json["accepted"] = simulation.counts.accepted;
    json["rejected"] = simulation.counts.rejected;
    json["rhs_evaluations"] = simulation.counts.rhs_evaluations;
    json["energy_error"] = simulation.energy_error;
    json["seconds"] = simulation.seconds;
    json["samples"] = simulation.samples.size();
    json["encounters"] = encounters_json(simulation);
    json["units"] = system.units.text();
    json["options"] = options_to_json(solver_options(), solver);
    return json;
}

/// The nearest approaches, at most this many: an orbit may have thousands.
std::string encounters_text(const Simulation& simulation, const UnitSystem& units)
{
    constexpr std::size_t shown = 5;
    std::vector<Encounter> nearest = simulation.encounters;
    std::stable_sort(nearest.begin(), nearest.end(),
                     [](const auto& a, const auto& b) { return a.distance < b.distance; });
    if (nearest.empty()) return "Closest approaches: none\n";
    std::string text = nearest.size() > shown ? fmt::format("Closest approaches ({} of {}):\n", shown, nearest.size())
                                              : "Closest approaches:\n";
    nearest.resize(std::min(nearest.size(), shown));
    for (const Encounter& encounter : nearest)
        text += fmt::format("  {} and {}: {} at t = {}\n", simulation.samples.bodies[encounter.first],
                            simulation.samples.bodies[encounter.second],
                            with_unit(encounter.distance, units.length_label(), 9),
                            with_unit(encounter.t, units.time_label(), 9));
    return text;
}

std::string simulation_report(const ThreeBodySystem& system, const SimulateOptions& options,
                              const SolverOptions& solver, const Simulation& simulation, const CorrectionAt& correction,
                              const std::string& kind, const CorrectionContext& scales)
{
    const UnitSystem& units = system.units;
    std::string text =
        fmt::format("{}: {} at t = {} (from {}, {}, rtol {})\n", system.name, to_string(simulation.outcome.status),
                    with_unit(simulation.t, units.time_label(), 9), options.t0, solver.method, solver.rtol);
    if (!simulation.outcome.reason.empty()) text += fmt::format("({})\n", simulation.outcome.reason);
    TextTable table({"body", "mass", "x", "y", "z", "vx", "vy", "vz"});
    for (int body = 0; body < 3; ++body) {
        std::vector<std::string> row{system.bodies[body].name, fmt::format("{:.9g}", system.bodies[body].mass)};
        for (const int block : {0, 9})
            for (int c = 0; c < 3; ++c) row.push_back(fmt::format("{:.9g}", simulation.state[block + 3 * body + c]));
        table.add(std::move(row));
    }
    text += '\n' + table.text() + '\n';
    text +=
        fmt::format("Steps: {} accepted, {} rejected, {} evaluations, {}\n", simulation.counts.accepted,
                    simulation.counts.rejected, simulation.counts.rhs_evaluations, duration_text(simulation.seconds));
    if (correction.correction) {
        // What it does to Newton's energy is no error of the solver.
        const std::string values = values_text(*correction.correction, correction.parameters);
        text += fmt::format("Force {} Newton's: {}, {}\n",
                            correction.correction->replaces_newton() ? "in the place of" : "beside", kind,
                            values.empty() ? fmt::format("{} weights", correction.parameters.size()) : values);
        if (const std::string epoch = epoch_text(kind, scales); !epoch.empty()) text += fmt::format("Epoch {}\n", epoch);
        text += fmt::format("Largest relative change of Newton's energy: {:.3g} (that force does work)\n",
                            simulation.energy_error);
    } else {
        text += fmt::format("Largest relative energy error: {:.3g}\n", simulation.energy_error);
    }
    return text + encounters_text(simulation, units);
}

std::string samples_text(const std::string& file, const Observations& samples)
{
    return file.ends_with(".ecsv") ? to_ecsv(samples) : to_csv(samples);
}

CommandResult run_simulate(SimulateFlags& flags, const CommandContext& context)
{
    const Subject subject = subject_of(flags);
    const SimulateOptions options = options_for(flags, subject);
    check_output(flags.output);
    if (flags.output == "-" && context.json_on_standard_output)
        throw ArgumentError("output", "-", "standard output is taken by --json -");
    CorrectionContext scales = correction_context(subject.system, options, flags.correction.options);
    const CorrectionAt correction = correction_by_flags(flags.correction, scales);
    const Simulation simulation = simulate(subject.system, options, flags.solver, context.stop, correction);
    CommandResult result{simulation_json(subject.system, options, flags.solver, simulation),
                         simulation_report(subject.system, options, flags.solver, simulation, correction,
                                           flags.correction.options.correction, scales),
                         simulation.outcome};
    if (correction.correction) {
        Json names = Json::array();
        for (const CorrectionParameter& parameter : correction.correction->named_parameters())
            names.push_back(parameter.name);
        result.json["correction"] = {{"kind", flags.correction.options.correction},
                                     {"parameters", json_list(correction.parameters)},
                                     {"names", std::move(names)}};
        add_epoch(flags.correction.options.correction, scales, result.json["correction"]);
    }
    if (flags.output.empty()) return result;
    const std::string samples = samples_text(flags.output, simulation.samples);
    const std::string partial =
        simulation.outcome.ok() ? "" : fmt::format(" of {}: those before the end", options.samples);
    if (flags.output == "-") {
        result.report = samples;
    } else {
        write_output(flags.output, samples);
        result.json["output"] = flags.output;
        result.report += fmt::format("Wrote {} samples{} to {}\n", simulation.samples.size(), partial, flags.output);
    }
    if (!simulation.outcome.ok())
        message("warning", fmt::format("{} holds {} samples{}", flags.output == "-" ? "standard output" : flags.output,
                                       simulation.samples.size(), partial));
    return result;
}

}  // namespace

CommandAction setup_simulate(CLI::App& app)
{
    const auto flags = std::make_shared<SimulateFlags>();
    add_flag(app, "System", "scenario", "a built-in system (see `syzygy scenarios`)", flags->scenario, "NAME");
    add_flag(app, "System", "system",
             "a system file: {\"units\": \"G=1\", \"bodies\": [{\"name\", \"mass\", "
             "\"position\", \"velocity\"} x3]}",
             flags->system_file, "FILE");
    flags->t1 =
        add_flag(app, "Samples", "t1", "time to solve to; before t0: backward [default: the scenario's duration]",
                 flags->options.t1, "NUMBER", "time");
    constexpr std::array<std::string_view, 1> t1{"t1"};
    add_flags(app, "Samples", simulate_options(), flags->options, t1);
    add_value_flag(app, "Samples", "output",
                   "write the samples to this file: ECSV if its name ends in .ecsv, else CSV "
                   "(- for standard output)",
                   {"FILE", "", "", "", "o"}, [flags = flags.get()](const std::string& file) { flags->output = file; });
    add_correction_flags(app, flags->correction);
    add_flags(app, "Solver", solver_options(), flags->solver);
    return [flags](const CommandContext& context) { return run_simulate(*flags, context); };
}

}  // namespace syzygy
