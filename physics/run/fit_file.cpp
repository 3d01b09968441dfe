#include "physics/run/fit_file.hpp"

#include "core/base/file.hpp"
#include "core/base/option_json.hpp"
#include "physics/train/check_state.hpp"
#include "physics/train/train_json.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace syzygy {

namespace {

using Json = nlohmann::ordered_json;

Json matrix_json(const Eigen::MatrixXd& matrix)
{
    Json rows = Json::array();
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        const Eigen::VectorXd row = matrix.row(i);
        rows.push_back(std::vector<double>(row.begin(), row.end()));
    }
    return rows;
}

Json state_json(const FitState& state)
{
    return {{"arc", state.arc},
            {"stage", state.stage},
            {"boxed", state.boxed},
            {"centre", state.centre},
            {"iteration", state.optimizer.iteration},
            {"x", std::vector<double>(state.optimizer.x.begin(), state.optimizer.x.end())},
            {"loss", state.optimizer.loss},
            {"memory", state.optimizer.memory},
            {"memory_dimensionless", true},
            {"noise_factors", state.noise_factors},
            {"noise_rounds", state.noise_rounds},
            {"seconds", state.seconds},
            {"finished", state.finished},
            {"outcome", to_string(state.outcome.status)},
            {"reason", state.outcome.reason},
            {"start", state.start},
            {"search", state.search},
            {"rows", state.rows}};
}

FitState read_state(const Json& json, const Json& history)
{
    FitState state;
    json.at("arc").get_to(state.arc);
    json.at("stage").get_to(state.stage);
    json.at("boxed").get_to(state.boxed);
    json.at("centre").get_to(state.centre);
    json.at("iteration").get_to(state.optimizer.iteration);
    const auto x = json.at("x").get<std::vector<double>>();
    state.optimizer.x = Eigen::Map<const Eigen::VectorXd>(x.data(), static_cast<Eigen::Index>(x.size()));
    json.at("loss").get_to(state.optimizer.loss);
    json.at("memory").get_to(state.optimizer.memory);
    // Files of before losses were made dimensionless hold gradients in units of the data: of no use to go on from.
    if (!json.value("memory_dimensionless", false))
        for (const char* name : {"s", "y", "progress", "first-moment", "second-moment"}) state.optimizer.memory.erase(name);
    if (json.contains("noise_factors")) json.at("noise_factors").get_to(state.noise_factors);
    state.noise_rounds = json.value("noise_rounds", 0L);
    json.at("seconds").get_to(state.seconds);
    json.at("finished").get_to(state.finished);
    state.outcome = {parse_status(json.at("outcome").get<std::string>()), json.at("reason").get<std::string>()};
    // Files of before there was a search do not have these.
    if (json.contains("start")) json.at("start").get_to(state.start);
    if (json.contains("search")) json.at("search").get_to(state.search);
    if (json.contains("rows")) json.at("rows").get_to(state.rows);
    for (const Json& row : history)
        state.history.push_back({row.at(0).get<long>(),
                                 row.at(1).get<long>(),
                                 row.at(2).get<double>(),
                                 {row.at(3).get<double>(), row.at(4).get<double>(), row.at(5).get<double>()}});
    return state;
}

}  // namespace

nlohmann::ordered_json to_json(const FitResult& result)
{
    Json parameters = Json::array(), warnings = Json::array(), masses = Json::array(), sigmas = Json::array(),
         scaled = Json::array();
    for (const FittedParameter& parameter : result.parameters)
        parameters.push_back({{"name", parameter.name},
                              {"value", parameter.value},
                              {"sigma", parameter.sigma},
                              {"scaled_sigma", parameter.scaled_sigma},
                              {"solver_sigma", parameter.solver_sigma},
                              {"fixed", parameter.fixed},
                              {"identifiable", parameter.identifiable},
                              {"at_bound", parameter.at_bound}});
    for (const Warning& warning : result.warnings)
        warnings.push_back({{"code", warning.code}, {"message", warning.message}});
    for (std::size_t body = 0; body < 3 && body < result.parameters.size(); ++body) {
        masses.push_back(result.parameters[body].value);
        sigmas.push_back(result.parameters[body].sigma);
        scaled.push_back(result.parameters[body].scaled_sigma);
    }
    Json series = Json::array();
    for (const FittedSeries& found : result.series)
        series.push_back({{"name", found.name},
                          {"kind", found.observable},
                          {"body", found.body + 1},
                          {"instrument", found.instrument},
                          {"points", found.points},
                          {"rms", found.rms},
                          {"weighted_rms", found.weighted_rms},
                          {"chi_square", found.chi_square},
                          {"offset", found.offset},
                          {"offset_sigma", found.offset_sigma},
                          {"jitter", found.jitter},
                          {"jitter_sigma", found.jitter_sigma}});
    return {
        {"outcome", to_string(result.outcome.status)},
        {"reason", result.outcome.reason},
        {"loss", result.loss},
        {"iterations", result.iterations},
        {"seconds", result.seconds},
        {"parameters", parameters},
        {"data", series},
        {"masses", masses},
        {"masses_sigma", sigmas},
        {"masses_scaled_sigma", scaled},
        {"correlation", matrix_json(result.correlation)},
        {"correlation_names", result.correlation_names},
        {"initial_state", std::vector<double>(result.point.initial_state.begin(), result.point.initial_state.end())},
        {"rms_residual", result.rms_residual},
        {"reduced_chi_square", result.reduced_chi_square},
        {"degrees_of_freedom", result.degrees_of_freedom},
        {"errors_known", result.sigmas_known},
        {"warnings", warnings},
        {"notes", result.notes}};
}

namespace {

/// FNV-1a over the bits of every number, after what is in `hash` already.
void add_to_hash(std::uint64_t& hash, const Observations& observations)
{
    const auto add = [&hash](const double* values, Eigen::Index count) {
        for (Eigen::Index i = 0; i < count; ++i) {
            std::uint64_t bits = std::bit_cast<std::uint64_t>(values[i]);
            for (int byte = 0; byte < 8; ++byte, bits >>= 8) hash = (hash ^ (bits & 0xff)) * 0x100000001b3;
        }
    };
    add(observations.times.data(), static_cast<Eigen::Index>(observations.times.size()));
    for (const ObservedTable* table : {&observations.positions, &observations.velocities, &observations.position_sigmas,
                                       &observations.velocity_sigmas})
        add(table->data(), table->size());
    for (const ObservedSeries& series : observations.series) {
        for (const char letter : series.name()) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
        add(series.values.data(), static_cast<Eigen::Index>(series.values.size()));
        add(series.sigmas.data(), static_cast<Eigen::Index>(series.sigmas.size()));
    }
    const double units[] = {observations.units.k1(), observations.units.k2()};
    add(units, 2);
}

}  // namespace

std::string fingerprint(std::span<const Observations> trajectories)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const Observations& observations : trajectories) add_to_hash(hash, observations);
    return fmt::format("{:016x}", hash);
}

std::string fingerprint(const Observations& observations)
{
    return fingerprint(std::span(&observations, 1));
}

namespace {

/// Of files before version 3: the epoch was the first time of the window, and stays it.
void keep_window_epoch(FitFile& file)
{
    const std::string& kind = file.setup.correction.correction;
    if (kind == "none" || find_correction(kind).epoch.empty()) return;
    const CorrectionContext* context = nullptr;
    if (file.setup.trained) context = &file.setup.trained->context;
    if (file.training) context = &file.training->context;
    if (file.correction) context = &file.correction->context;
    file.setup.correction.epoch = context ? fmt::format("{}", context->t0) : "window";
}

}  // namespace

void write_fit_file(const std::filesystem::path& path, const FitFile& file)
{
    const auto names = [](const std::vector<std::filesystem::path>& paths) {
        Json list = Json::array();
        for (const auto& name : paths) list.push_back(name.string());
        return list;
    };
    Json data{{"files", names(file.setup.files)}}, history = Json::array();
    if (!file.setup.also.empty()) {
        data["also"] = Json::array();
        for (const auto& paths : file.setup.also) data["also"].push_back(names(paths));
    }
    data["fingerprint"] = file.fingerprint;
    for (const FitRecord& record : file.state.history)
        history.push_back(
            {record.stage, record.iteration, record.loss, record.masses[0], record.masses[1], record.masses[2]});
    Json json{{"format", "syzygy-fit"},
              {"version", 3},
              {"data", data}};
    for_each_group([&](const char* name, const auto& list, auto member) {
        json["options"][name] = options_to_json(list, file.setup.*member);
    });
    if (file.setup.trained) json["trained"] = to_json(*file.setup.trained);
    if (file.training) {
        json["training"] = to_json(*file.training);
    } else {
        json["state"] = state_json(file.state);
        json["history"] = history;
    }
    if (file.correction) json["correction"] = to_json(*file.correction);
    json["result"] = file.result;
    write_file_atomically(path, json.dump(1) + "\n");
}

FitFile read_fit_file(const std::filesystem::path& path)
{
    const auto fail = [&path](std::string_view problem, std::string_view value) -> InputError {
        return {{path.string()}, problem, value, "give a .syzygy file that `syzygy fit -o` wrote"};
    };
    const std::string text = read_file(path);
    try {
        const Json json = Json::parse(text, nullptr, false);
        if (json.is_discarded() && text.find("syzygy-fit") != std::string::npos)
            throw fail("is damaged: it was cut short or edited", "");
        if (!json.is_object() || json.value("format", "") != "syzygy-fit") throw fail("is no fit of Syzygy", "");
        const Json& version = json.at("version");
        if (version != 1 && version != 2 && version != 3)
            throw fail("is of a version that this program does not read:", version.dump());
        FitFile file;
        const auto read_names = [](const Json& list) {
            std::vector<std::filesystem::path> paths;
            for (const Json& name : list) paths.emplace_back(name.get<std::string>());
            return paths;
        };
        file.setup.files = read_names(json.at("data").at("files"));
        if (json.at("data").contains("also"))
            for (const Json& list : json.at("data").at("also")) file.setup.also.push_back(read_names(list));
        json.at("data").at("fingerprint").get_to(file.fingerprint);
        const Json& options = json.at("options");
        for_each_group([&](const std::string& name, const auto& list, auto member) {
            // Older files lack the groups that came later: their defaults are what was done then.
            constexpr std::array<std::string_view, 3> later{"correction", "train", "gradient"};
            if (options.contains(name) || std::ranges::find(later, name) == later.end())
                options_from_json(list, options.at(name), file.setup.*member);
        });
        if (json.contains("trained"))
            file.setup.trained = std::make_shared<TrainedCorrection>(trained_correction_from_json(json.at("trained")));
        if (json.contains("training")) {
            file.training = train_state_from_json(json.at("training"));
            if (const std::string damage = damage_of(*file.training); !damage.empty()) throw fail("is damaged:", damage);
        } else {
            file.state = read_state(json.at("state"), json.at("history"));
        }
        if (json.contains("correction")) file.correction = trained_correction_from_json(json.at("correction"));
        if (version != 3) keep_window_epoch(file);
        file.result = json.at("result");
        return file;
    } catch (const Json::exception& error) {
        throw fail("is damaged:", error.what());
    } catch (const ArgumentError& error) {
        throw fail("holds an option that cannot be used:", error.what());
    }
}

TrainedCorrection read_correction(const std::filesystem::path& path)
{
    FitFile file = read_fit_file(path);
    if (!file.correction)
        throw InputError({path.string()}, "holds no correction", "",
                         "give the file of a fit that had one (syzygy fit --correction ... -o FILE.syzygy)");
    return std::move(*file.correction);
}

}  // namespace syzygy
