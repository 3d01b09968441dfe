#include "app/cli/fit_training.hpp"

#include "app/cli/correction_flags.hpp"
#include "app/cli/fit_report.hpp"
#include "app/cli/progress.hpp"
#include "app/cli/report.hpp"
#include "physics/fit/start.hpp"
#include "physics/train/train.hpp"

#include <cmath>

namespace syzygy {

namespace {

std::string training_progress(const TrainSnapshot& snapshot)
{
    const TrainRecord& record = snapshot.record;
    const std::string held_out = std::isnan(record.validation) ? "" : fmt::format(", held out {:.4g}", record.validation);
    return fmt::format("training: epoch {}/{}, loss {:.4g}{}, masses {:.8g} {:.8g} {:.8g}", record.epoch, snapshot.epochs,
                       record.loss, held_out, record.masses[0], record.masses[1], record.masses[2]);
}

/// The correction as the training has it at its best.
TrainedCorrection correction_of(const FitSetup& setup, const TrainState& state)
{
    return {setup.correction, state.context, state.best.correction};
}

Json justification_json(const Justification& judged)
{
    return {{"justified", judged.justified},
            {"complete", judged.complete},
            {"verdict_newton", judged.newton_words},
            {"verdict_correction", judged.correction_words},
            {"words", judged.words},
            {"held_out_without", judged.held_out_without},
            {"held_out_with", judged.held_out_with},
            {"aic_without", judged.aic_without},
            {"aic_with", judged.aic_with},
            {"bic_without", judged.bic_without},
            {"bic_with", judged.bic_with},
            {"masses_without", json_list(judged.without.point.masses)}};
}

Json training_json(const FitSetup& setup, const TrainState& state, const TrainResult& result)
{
    Json json = correction_json({setup.correction, result.context, result.point.correction});
    json["training_loss"] = result.training_loss;
    json["validation_loss"] = result.validation_loss;
    json["epochs"] = result.epochs;
    json["backend"] = result.backend;
    json["device"] = result.device;
    json["chosen_because"] = result.chosen_because;
    json["messages"] = state.messages;
    json["history"] = {{"epoch", Json::array()},         {"loss", Json::array()},    {"validation", Json::array()},
                       {"learning_rate", Json::array()}, {"horizon", Json::array()}};
    for (const TrainRecord& record : state.history) {
        json["history"]["epoch"].push_back(record.epoch);
        json["history"]["loss"].push_back(record.loss);
        json["history"]["validation"].push_back(record.validation);
        json["history"]["learning_rate"].push_back(record.learning_rate);
        json["history"]["horizon"].push_back(record.horizon);
    }
    return json;
}

std::string training_report(const FitSetup& setup, const TrainResult& result)
{
    std::string text = fmt::format("\ncorrection    {}, {} weights, on {} ({})\n", setup.correction.correction,
                                   result.correction->size(), result.backend, result.device);
    if (const std::string epoch = epoch_text(setup.correction.correction, result.context); !epoch.empty())
        text += fmt::format("epoch         {}\n", epoch);
    if (!result.chosen_because.empty()) text += wrapped(fmt::format("({})", result.chosen_because), 100) + '\n';
    text += fmt::format("trained to    {:.6g} mean square residual per component\n",
                        result.training_loss / result.training_components);
    if (result.held_out_components > 0)
        text += fmt::format("held out      {:.6g} mean square residual per component\n",
                            result.validation_loss / result.held_out_components);
    return text;
}

}  // namespace

CommandResult run_training(FitFile& file, std::span<const Observations> trajectories, bool judge,
                           const std::function<void(const FitFile&, bool ended)>& save, const CommandContext& context)
{
    Control control;
    const std::stop_callback on_stop(context.stop, [&control] { control.stop(); });
    ProgressLine progress(context.show_progress);
    if (!file.training) file.training.emplace();
    TrainState& state = *file.training;
    std::size_t told = state.messages.size();
    const auto tell = [&](const TrainState& now) {
        if (told < now.messages.size()) progress.clear();
        for (; told < now.messages.size(); ++told) message("note", now.messages[told]);
    };
    const auto callback = [&](const TrainSnapshot& snapshot, const TrainState& now) {
        progress.show(training_progress(snapshot));
        tell(now);
        file.correction = correction_of(file.setup, now);
        save(file, false);
    };
    const TrainResult result = train(trajectories, file.setup, state, callback, control);
    progress.clear();
    tell(state);
    file.correction = {file.setup.correction, result.context, result.point.correction};

    CommandResult command;
    command.outcome = result.outcome;
    command.json = to_json(result.fit);
    command.json["correction"] = training_json(file.setup, state, result);
    if (result.points.size() > 1) {
        command.json["initial_states"] = Json::array();
        for (const ModelPoint& point : result.points) command.json["initial_states"].push_back(json_list(point.initial_state));
    }
    command.report = fit_report(result.fit, file.setup, trajectories[0]) + training_report(file.setup, result);
    if (judge && result.outcome.ok()) {
        progress.show("the same fit without the correction");
        const Justification judged = justify(trajectories, file.setup, result, control);
        progress.clear();
        command.json["justification"] = justification_json(judged);
        command.report += '\n' + wrapped(judged.words, 100) + '\n';
    }
    file.result = command.json;
    return command;
}

}  // namespace syzygy
