#include "app/cli/commands.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/report.hpp"
#include "physics/batch/self_test.hpp"

namespace syzygy {

namespace {

std::string_view scalar_text(const SelfTestRow& row)
{
    return row.single_precision ? "float" : "double";
}

Json choice_json(const BackendChoice& choice)
{
    Json measured = Json::array();
    for (const MeasuredDevice& candidate : choice.measured)
        measured.push_back({{"id", candidate.id}, {"seconds", candidate.seconds}, {"problem", candidate.problem}});
    return {
        {"backend", choice.backend}, {"device", choice.device}, {"because", choice.because}, {"measured", measured}};
}

Json selftest_json(const SelfTestReport& report)
{
    Json json = outcome_json(report.outcome);
    json["verdict"] = report.outcome.ok() ? "ok" : "failed";
    json["libtorch"] = report.libtorch.empty() ? Json() : Json(report.libtorch);
    json["native"] = {{"seconds", report.native_seconds}};
    json["checks"] = Json::array();
    for (const SelfTestRow& row : report.rows)
        json["checks"].push_back({{"device", row.device},
                                  {"name", row.name},
                                  {"scalar", scalar_text(row)},
                                  {"batch", row.batch},
                                  {"loss_difference", row.loss_difference},
                                  {"gradient_difference", row.gradient_difference},
                                  {"allowed", row.allowed},
                                  {"seconds", row.seconds},
                                  {"trajectories_per_second", static_cast<double>(row.batch) / row.seconds},
                                  {"ok", row.ok}});
    json["absent"] = report.absent;
    json["choice"] = choice_json(report.choice);
    json["batch_choice"] = choice_json(report.batch_choice);
    return json;
}

/// "gradients agree with the native ones to 3e-13 in double and 2e-2 in float".
std::string agreement(const SelfTestReport& report)
{
    std::string text;
    for (const bool single_precision : {false, true}) {
        double largest = -1;
        for (const SelfTestRow& row : report.rows)
            if (row.single_precision == single_precision) largest = std::max(largest, row.gradient_difference);
        if (largest >= 0)
            text += fmt::format("{}{:.1e} in {}", text.empty() ? "" : " and ", largest, single_precision ? "float" : "double");
    }
    return "on every device the gradients agree with the native ones to " + text;
}

std::string selftest_report(const SelfTestReport& report)
{
    std::string text =
        "loss and gradient of the ACA example with a pairwise network 4-32-32-1, by masses, start and weights\n\n";
    TextTable table({"device", "numbers", "batch", "loss differs", "gradient differs", "time", "a second", "check"});
    table.add({"native, one thread", "double", "1", "", "", duration_text(report.native_seconds),
               fmt::format("{:.3g}", 1 / report.native_seconds), ""});
    for (const SelfTestRow& row : report.rows)
        table.add({row.device, std::string(scalar_text(row)), fmt::format("{}", row.batch),
                   fmt::format("{:.1e}", row.loss_difference), fmt::format("{:.1e}", row.gradient_difference),
                   duration_text(row.seconds), fmt::format("{:.3g}", static_cast<double>(row.batch) / row.seconds),
                   row.ok ? "ok" : fmt::format("FAILED (more than {:.0e})", row.allowed)});
    text += table.text() + '\n';
    std::string last;
    for (const SelfTestRow& row : report.rows) {
        if (row.device != last) text += fmt::format("{}: {}\n", row.device, row.name);
        last = row.device;
    }
    if (!report.libtorch.empty()) text += "LibTorch " + report.libtorch + '\n';
    for (const std::string& absent : report.absent) text += "absent: " + absent + '\n';
    if (!report.choice.because.empty())
        text += fmt::format("auto takes {}\nauto takes {}\n", report.choice.because, report.batch_choice.because);
    text += report.outcome.ok() ? report.rows.empty()
                                      ? "\nverdict: native code only; there was nothing to compare it with\n"
                                      : "\nverdict: ok; " + agreement(report) + '\n'
                                : "\nverdict: FAILED\n";
    return text;
}

}  // namespace

CommandAction setup_selftest(CLI::App& app)
{
    const auto options = std::make_shared<SelfTestOptions>();
    add_flag(app, "Self-test", "device", "auto (every device there is), cpu, cuda, cuda:n", options->device, "DEVICE");
    add_flag(app, "Self-test", "batch", "trajectories of the larger batch (default 64)", options->batch);
    return [options](const CommandContext& context) {
        const SelfTestReport report = run_self_test(*options, context.stop);
        return CommandResult{selftest_json(report), selftest_report(report), report.outcome};
    };
}

}  // namespace syzygy
