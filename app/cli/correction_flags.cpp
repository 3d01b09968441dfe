#include "app/cli/correction_flags.hpp"

#include "app/cli/option_flags.hpp"
#include "app/cli/report.hpp"
#include "core/base/option_json.hpp"
#include "physics/run/correction_choice.hpp"
#include "physics/run/fit_file.hpp"
#include "physics/train/train_json.hpp"

namespace syzygy {

void add_correction_flags(CLI::App& app, CorrectionFlags& flags)
{
    flags.app = &app;
    add_flags(app, "Correction", correction_options(), flags.options);
    add_flag(app, "Correction", "correction-from",
             "the correction of this .syzygy file's fit, with the parameters that it found", flags.from, "FILE");
}

namespace {

/// What was given for another correction than the one that is chosen would be ignored without a word.
void check_that_all_apply(const CorrectionFlags& flags)
{
    for (const auto& option : correction_options()) {
        const CLI::Option* flag = flags.app->get_option("--" + std::string(option.id));
        if (flag->count() == 0 || applies(option, flags.options)) continue;
        const bool none = flags.options.correction == "none";
        throw ArgumentError(option.id, flag->results().front(),
                            fmt::format("says something about the correction {}, {}", belongs_to(option),
                                        none ? "and none is named: add --correction"
                                             : fmt::format("not about {}", flags.options.correction)));
    }
}

}  // namespace

std::shared_ptr<const TrainedCorrection> trained_by_flags(CorrectionFlags& flags)
{
    if (flags.from.empty()) {
        check_that_all_apply(flags);
        return nullptr;
    }
    for (const auto& option : correction_options())
        if (flags.app->get_option("--" + std::string(option.id))->count() > 0)
            throw ArgumentError("correction-from", flags.from,
                                fmt::format("says which correction it is and how it is made; leave out --{}", option.id));
    auto trained = std::make_shared<TrainedCorrection>(read_correction(flags.from));
    flags.options = trained->options;
    return trained;
}

CorrectionAt correction_by_flags(CorrectionFlags& flags, CorrectionContext& context)
{
    if (const auto trained = trained_by_flags(flags)) {
        context = trained->context;
        return make_correction(*trained);
    }
    if (flags.options.correction == "none") return {};
    CorrectionAt result{make_correction(flags.options, context), {}};
    result.parameters = starting_parameters(*result.correction, flags.options.values);
    return result;
}

std::string epoch_text(const std::string& kind, const CorrectionContext& context)
{
    if (kind == "none") return "";
    const std::string_view epoch = find_correction(kind).epoch;
    // A Julian date has many digits.
    return epoch.empty() ? "" : fmt::format("of {}: t = {}", epoch, with_unit(context.t0, context.units.time_label(), 15));
}

void add_epoch(const std::string& kind, const CorrectionContext& context, Json& json)
{
    if (kind != "none" && !find_correction(kind).epoch.empty()) json["epoch"] = context.t0;
}

Json correction_json(const TrainedCorrection& correction)
{
    const Json saved = to_json(correction);
    Json json{{"kind", correction.options.correction}, {"size", correction.parameters.size()}};
    add_epoch(correction.options.correction, correction.context, json);
    json["parameters"] = saved["parameters"];
    const auto named = make_correction(correction).correction->named_parameters();
    if (!named.empty()) {
        json["names"] = Json::array();
        for (const CorrectionParameter& parameter : named) json["names"].push_back(parameter.name);
    }
    json["options"] = saved["options"];
    json["context"] = saved["context"];
    return json;
}

}  // namespace syzygy
