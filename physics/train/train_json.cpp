#include "physics/train/train_json.hpp"

#include "core/base/option_json.hpp"

#include <limits>

namespace syzygy {

namespace {

using Json = nlohmann::ordered_json;

std::vector<double> list(const auto& vector)
{
    return {vector.begin(), vector.end()};
}

Eigen::VectorXd vector(const Json& json)
{
    const auto values = json.get<std::vector<double>>();
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

double number(const Json& json, double if_none = std::numeric_limits<double>::quiet_NaN())
{
    return json.is_null() ? if_none : json.get<double>();
}

Json point_json(const ModelPoint& point)
{
    return {{"masses", list(point.masses)},
            {"initial_state", list(point.initial_state)},
            {"correction", list(point.correction)}};
}

ModelPoint read_point(const Json& json)
{
    const Eigen::VectorXd masses = vector(json.at("masses")), state = vector(json.at("initial_state"));
    if (masses.size() != 3 || state.size() != 18)
        throw Json::other_error::create(501, "a point has 3 masses and a state of 18 numbers", nullptr);
    return {masses, state, vector(json.at("correction"))};
}

Json context_json(const CorrectionContext& context)
{
    return {{"units", context.units.text()}, {"length", context.length}, {"velocity", context.velocity},
            {"mass", context.mass},          {"time", context.time},     {"t0", context.t0}};
}

CorrectionContext read_context(const Json& json)
{
    return {UnitSystem::parse(json.at("units").get<std::string>()),
            json.at("length").get<double>(),
            json.at("velocity").get<double>(),
            json.at("mass").get<double>(),
            json.at("time").get<double>(),
            json.at("t0").get<double>()};
}

}  // namespace

Json to_json(const TrainState& state)
{
    Json history = Json::array();
    for (const TrainRecord& record : state.history)
        history.push_back({record.epoch, record.loss, record.validation, record.learning_rate, record.horizon,
                           record.masses[0], record.masses[1], record.masses[2]});
    return {{"epoch", state.epoch},
            {"point", point_json(state.point)},
            {"best", point_json(state.best)},
            {"best_validation", state.best_validation},
            {"since_best", state.since_best},
            {"rate_factor", state.rate_factor},
            {"divergences", state.divergences},
            {"arc", state.arc},
            {"context", context_json(state.context)},
            {"backend", state.backend},
            {"device", state.device},
            {"memory", state.memory},
            {"messages", state.messages},
            {"seconds", state.seconds},
            {"finished", state.finished},
            {"outcome", to_string(state.outcome.status)},
            {"reason", state.outcome.reason},
            {"history", history}};
}

TrainState train_state_from_json(const Json& json)
{
    TrainState state;
    json.at("epoch").get_to(state.epoch);
    state.point = read_point(json.at("point"));
    state.best = read_point(json.at("best"));
    state.best_validation = number(json.at("best_validation"), std::numeric_limits<double>::infinity());
    json.at("since_best").get_to(state.since_best);
    json.at("rate_factor").get_to(state.rate_factor);
    json.at("divergences").get_to(state.divergences);
    json.at("arc").get_to(state.arc);
    state.context = read_context(json.at("context"));
    json.at("backend").get_to(state.backend);
    json.at("device").get_to(state.device);
    json.at("memory").get_to(state.memory);
    json.at("messages").get_to(state.messages);
    json.at("seconds").get_to(state.seconds);
    json.at("finished").get_to(state.finished);
    state.outcome = {parse_status(json.at("outcome").get<std::string>()), json.at("reason").get<std::string>()};
    for (const Json& row : json.at("history"))
        state.history.push_back({row.at(0).get<long>(),
                                 number(row.at(1)),
                                 number(row.at(2)),
                                 number(row.at(3)),
                                 number(row.at(4)),
                                 {row.at(5).get<double>(), row.at(6).get<double>(), row.at(7).get<double>()}});
    return state;
}

Json to_json(const TrainedCorrection& trained)
{
    return {{"options", options_to_json(correction_options(), trained.options)},
            {"context", context_json(trained.context)},
            {"parameters", list(trained.parameters)}};
}

TrainedCorrection trained_correction_from_json(const Json& json)
{
    TrainedCorrection trained;
    options_from_json(correction_options(), json.at("options"), trained.options);
    trained.context = read_context(json.at("context"));
    // It keeps its epoch with other data and in other windows.
    const std::string& kind = trained.options.correction;
    if (kind != "none" && !find_correction(kind).epoch.empty()) trained.options.epoch = fmt::format("{}", trained.context.t0);
    trained.parameters = vector(json.at("parameters"));
    return trained;
}

}  // namespace syzygy
