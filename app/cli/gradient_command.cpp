#include "app/cli/commands.hpp"
#include "app/cli/correction_flags.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/pass_json.hpp"
#include "app/cli/report.hpp"
#include "core/ode/options.hpp"
#include "physics/model/gradient.hpp"
#include "physics/model/hessian.hpp"
#include "physics/model/missing_error_notes.hpp"

namespace syzygy {

namespace {

struct GradientFlags {
    std::vector<std::filesystem::path> files;
    std::vector<double> masses;
    std::string gradient = "aca";
    bool hessian = false;
    double t_end = 0;
    const CLI::Option* t_end_flag = nullptr;
    DataOptions data;
    SolverOptions solver;
    GradientOptions options;
    CorrectionFlags correction;
};

Eigen::Vector3d checked_masses(const std::vector<double>& masses)
{
    const bool finite =
        std::all_of(masses.begin(), masses.end(), [](double mass) { return std::isfinite(mass) && mass >= 0; });
    if (masses.size() != 3 || !finite)
        throw ArgumentError("masses", masses.empty() ? "nothing" : value_text(masses),
                            "must be three masses of 0 or above in the data's mass unit: m1,m2,m3");
    return {masses[0], masses[1], masses[2]};
}

/// --t-end T is the end of the window, whatever else --window says.
DataOptions with_end(DataOptions options, const GradientFlags& flags)
{
    if (flags.t_end_flag->count() == 0) return options;
    if (options.window.end)
        throw ArgumentError("t-end", value_text(flags.t_end),
                            "the end is already given by --window " + value_text(options.window));
    options.window.end = flags.t_end;
    return options;
}

State initial_state(const PreparedData& data)
{
    if (data.first_row.tail<9>().hasNaN())
        throw ArgumentError(
            "DATA", fmt::format("the row at t = {}", data.epoch),
            "must have all velocities, for it is the initial state: give columns vx1..vz3 (in the first row at "
            "least) and start the window there, or let `syzygy fit` find it");
    if (data.first_row.head<9>().hasNaN())
        throw ArgumentError(
            "DATA", fmt::format("the row at t = {}", data.epoch),
            "must have all positions, for it is the initial state: start the window (--window) at a full row");
    return data.first_row;
}

void add_error_json(Json& json, const ErrorEstimate<double>& error)
{
    json["loss_error"] = error.loss_error;
    json["loss_corrected"] = error.loss_corrected;
    json["gradient_error"] = error.gradient_error;
    json["gradient"]["masses_error"] = json_list(error.parameters_error);
    json["gradient"]["initial_state_error"] = json_list(error.initial_state_error);
    json["error_trusted"] = error.trusted;
    json["error_doubt"] = error.doubt;
    json["error_estimate"] = pass_json(error.counts);
}

std::string error_text(const ErrorEstimate<double>& error)
{
    std::string text = fmt::format("loss      errs by {:.3g}, corrected {:.12g}\ngradient  errs by {:.2g} of its norm\n",
                                   error.loss_error, error.loss_corrected, error.gradient_error);
    if (!error.trusted) text += fmt::format("          do not trust these: {}\n", error.doubt);
    return text + '\n';
}

Json gradient_json(const GradientFlags& flags, const DataOptions& options, const PreparedData& data,
                   const ModelPoint& point, const ThreeBodyGradient& result)
{
    Json json = outcome_json(result.outcome);
    // Of a computation that ended early these are sums of some rows: nobody's loss.
    const bool ok = result.outcome.ok();
    json["loss"] = ok ? Json(result.loss) : Json();
    json["gradient"] = {{"masses", ok ? json_list(result.parameters) : Json()},
                        {"initial_state", ok ? json_list(result.initial_state) : Json()}};
    if (!data.series.empty()) {
        json["gradient"]["offsets"] = ok ? json_list(result.offsets) : Json();
        json["offsets"] = json_list(point.offsets);
        for (const ObservedSeries& series : data.series) json["series"].push_back(series.name());
    }
    if (result.t0) json["gradient"]["t0"] = *result.t0;
    if (result.t1) json["gradient"]["t1"] = *result.t1;
    json["forward"] = pass_json(result.forward);
    json["backward"] = pass_json(result.backward);
    json["checkpoint_bytes"] = result.checkpoint_bytes;
    json["tape_bytes_peak"] = result.tape_bytes_peak;
    json["graph_depth"] = result.graph_depth;
    json["reverse_error"] = result.reverse_error ? Json(*result.reverse_error) : Json();
    if (result.error) add_error_json(json, *result.error);
    json["gradient_method"] = flags.gradient;
    json["masses"] = json_list(point.masses);
    json["initial_state"] = json_list(point.initial_state);
    json["t0"] = data.epoch;
    json["t1"] = data.absolute(data.t1);
    json["rows"] = data.size();
    json["units"] = data.units.text();
    json["options"] = options_to_json(solver_options(), flags.solver);
    json["options"].update(options_to_json(data_options(), options));
    json["options"].update(options_to_json(gradient_options(), flags.options));
    return json;
}

std::string pass_text(std::string_view name, const PassCounts& counts)
{
    std::string text = fmt::format("{:<10}{} accepted, {} rejected, {} rhs", name, counts.accepted, counts.rejected,
                                   counts.rhs_evaluations);
    if (counts.vjp_evaluations > 0) text += fmt::format(", {} vjp", counts.vjp_evaluations);
    if (counts.jvp_evaluations > 0) text += fmt::format(", {} jvp", counts.jvp_evaluations);
    return text + ", " + duration_text(counts.seconds) + '\n';
}

std::string gradient_report(const GradientFlags& flags, const PreparedData& data, const ModelPoint& point,
                            const ThreeBodyGradient& result)
{
    std::string text = fmt::format("{} of {} rows, t = {} to {} ({}, rtol {}): {}\n", flags.gradient, data.size(),
                                   data.epoch, with_unit(data.absolute(data.t1), data.units.time_label(), 9),
                                   flags.solver.method, flags.solver.rtol, to_string(result.outcome.status));
    if (!result.outcome.ok()) return text;
    text += fmt::format("\nloss  {:.12g}\n\n", result.loss);
    TextTable table({"body", "mass", "d/dmass", "d/dx", "d/dy", "d/dz", "d/dvx", "d/dvy", "d/dvz"});
    for (int body = 0; body < 3; ++body) {
        std::vector<std::string> row{data.bodies[body], fmt::format("{:.9g}", point.masses[body]),
                                     fmt::format("{:.9g}", result.parameters[body])};
        for (const int block : {0, 9})
            for (int c = 0; c < 3; ++c)
                row.push_back(fmt::format("{:.9g}", result.initial_state[block + 3 * body + c]));
        table.add(std::move(row));
    }
    text += table.text() + '\n';
    if (!data.series.empty()) {
        TextTable offsets({"series", "offset", "d/doffset"});
        for (std::size_t i = 0; i < data.series.size(); ++i) {
            const auto row = static_cast<Eigen::Index>(i);
            offsets.add({data.series[i].name(), fmt::format("{:.9g}", point.offsets[row]), fmt::format("{:.9g}", result.offsets[row])});
        }
        text += offsets.text() + '\n';
    }
    if (result.error) text += error_text(*result.error);
    text += pass_text("forward", result.forward) + pass_text("backward", result.backward);
    if (result.error) text += pass_text("estimate", result.error->counts);
    text += fmt::format("memory    {} of checkpoints, {} of tape at most, graph depth {}\n",
                        bytes_text(result.checkpoint_bytes), bytes_text(result.tape_bytes_peak), result.graph_depth);
    if (result.reverse_error)
        text += fmt::format("way back  at most {:.3g} from the forward trajectory\n", *result.reverse_error);
    return text;
}

/// Adds the second derivatives by the masses. Their outcome counts where the gradient's was good.
void add_mass_hessian(const MassHessian& hessian, const PreparedData& data, CommandResult& result)
{
    const bool ok = hessian.gradient.outcome.ok();
    Json rows = Json::array();
    for (int i = 0; i < 3; ++i) rows.push_back(json_list(Eigen::Vector3d(hessian.matrix.row(i))));
    result.json["hessian"] = {{"masses", ok ? rows : Json()}, {"steps", "held"}, {"counts", pass_json(hessian.tangents)}};
    if (!ok) {
        result.json.update(outcome_json(hessian.gradient.outcome));
        result.outcome = hessian.gradient.outcome;
        return;
    }
    TextTable table({"d2/dmass2", data.bodies[0], data.bodies[1], data.bodies[2]});
    for (int i = 0; i < 3; ++i) {
        std::vector<std::string> row{data.bodies[i]};
        for (int j = 0; j < 3; ++j) row.push_back(fmt::format("{:.9g}", hessian.matrix(i, j)));
        table.add(std::move(row));
    }
    result.report += "\n" + table.text() + pass_text("hessian", hessian.tangents);
}

void add_correction(const GradientFlags& flags, const CorrectionAt& correction, const CorrectionContext& scales,
                    const ThreeBodyGradient& gradient, CommandResult& result)
{
    const bool ok = gradient.outcome.ok();
    result.json["gradient"]["correction"] = ok ? json_list(gradient.correction) : Json();
    result.json["correction"] = {{"kind", flags.correction.options.correction},
                                 {"parameters", json_list(correction.parameters)}};
    const std::string& kind = flags.correction.options.correction;
    add_epoch(kind, scales, result.json["correction"]);
    if (!ok) return;
    const std::string epoch = epoch_text(kind, scales);
    if (!epoch.empty()) result.report += fmt::format("\nepoch     {}\n", epoch);
    const auto named = correction.correction->named_parameters();
    if (named.empty()) {
        result.report += fmt::format("\n{} weights: |d/dw| = {:.9g}\n", correction.parameters.size(), gradient.correction.norm());
        return;
    }
    TextTable table({"correction", "value", "d/dvalue"});
    for (Eigen::Index i = 0; i < correction.parameters.size(); ++i)
        table.add({named[static_cast<std::size_t>(i)].name, fmt::format("{:.9g}", correction.parameters[i]),
                   fmt::format("{:.9g}", gradient.correction[i])});
    result.report += '\n' + table.text();
}

CommandResult run_gradient(GradientFlags& flags, const CommandContext& context)
{
    ModelPoint point;
    point.masses = checked_masses(flags.masses);
    const Observations observations = load_observations(checked_data(flags.files));
    for (const std::string& note : observations.notes) message("note", note);
    const DataOptions options = with_end(flags.data, flags);
    const PreparedData data = prepare(observations, options);
    require_comparable(data);
    for (const std::string& note : missing_error_notes(data)) message("note", note);
    point.initial_state = initial_state(data);
    if (flags.hessian && flags.options.control != "state")
        throw ArgumentError("hessian", "yes", "must be left out with --control " + flags.options.control +
                                                  ": second derivatives are those of the adaptive solve's steps");
    CorrectionContext scales = correction_context(data, point.masses, flags.correction.options);
    const CorrectionAt correction = correction_by_flags(flags.correction, scales);
    point.correction = correction.parameters;
    if (flags.hessian && correction.correction)
        throw ArgumentError("hessian", "yes", "is not offered for a model with a correction");
    const ModelOptions model{flags.solver, options.observe, options.softening, flags.options, correction.correction};
    point.offsets = best_offsets(data, point, model, context.stop);
    const ThreeBodyGradient result = compute_gradient(data, point, model, flags.gradient, context.stop);
    CommandResult answer{gradient_json(flags, options, data, point, result), gradient_report(flags, data, point, result),
                         result.outcome};
    if (correction.correction) add_correction(flags, correction, scales, result, answer);
    if (flags.hessian && result.outcome.ok())
        add_mass_hessian(mass_hessian(data, point, model, context.stop), data, answer);
    return answer;
}

}  // namespace

CommandAction setup_gradient(CLI::App& app)
{
    const auto flags = std::make_shared<GradientFlags>();
    add_data_files(app, flags->files);
    add_flag(app, "Model", "masses", "the masses, in the data's mass unit: m1,m2,m3 (required)", flags->masses,
             "NUMBERS");
    add_flag(app, "Model", "gradient", "gradient method (see `syzygy list gradients`) [default aca]", flags->gradient,
             "TEXT");
    app.add_flag("--hessian", flags->hessian,
                 flag_help("also compute the second derivatives of the loss with respect to the masses, with the accepted steps held fixed", {}))
        ->group("Model");
    flags->t_end_flag =
        add_flag(app, "Data", "t-end", "use the rows up to this time only", flags->t_end, "NUMBER", "time");
    add_flags(app, "Gradient", gradient_options(), flags->options);
    add_correction_flags(app, flags->correction);
    add_flags(app, "Data", data_options(), flags->data);
    add_flags(app, "Solver", solver_options(), flags->solver);
    return [flags](const CommandContext& context) { return run_gradient(*flags, context); };
}

}  // namespace syzygy
