#include "ui/export/fit_saving.hpp"

#include "core/base/file.hpp"
#include "physics/observations/csv.hpp"
#include "physics/run/fit_file.hpp"

#include <fmt/format.h>

namespace syzygy {

namespace {

namespace fs = std::filesystem;

/// Whether the files hold observations of this fingerprint now.
bool hold_the_same(const std::vector<fs::path>& files, const std::string& expected)
{
    if (files.empty()) return false;
    try {
        return fingerprint(load_observations(files)) == expected;
    } catch (const std::exception&) {
        return false;
    }
}

std::vector<fs::path> absolute(const std::vector<fs::path>& files)
{
    std::vector<fs::path> result;
    for (const fs::path& file : files) result.push_back(fs::absolute(file).lexically_normal());
    return result;
}

/// "name.csv" beside "name.syzygy", or "name-2.csv", ... where other data are there already.
KeptData write_beside(const fs::path& file, const Observations& observations, const std::string& expected)
{
    for (int number = 1;; ++number) {
        fs::path csv = fs::absolute(file).lexically_normal();
        csv.replace_filename(csv.stem().string() + (number == 1 ? "" : fmt::format("-{}", number)) + ".csv");
        if (fs::exists(csv)) {
            if (!hold_the_same({csv}, expected)) continue;
            return {{csv}, expected, {}};
        }
        write_file_atomically(csv, to_csv(observations));
        return {{csv}, expected, csv};
    }
}

/// What `syzygy fit --json` says, once a fit has ended.
nlohmann::ordered_json result_json(const FitToSave& fit)
{
    if (!fit.result) return nullptr;
    const Observations& observations = *fit.data.observations;
    nlohmann::ordered_json json = to_json(*fit.result);
    const std::string& optimizer = fit.setup.optimizer.optimizer;
    json["optimizer"] = optimizer;
    json["gradient_method"] = find_optimizer(optimizer).uses_gradient ? fit.setup.fit.gradient : "forward";
    json["units"] = observations.units.text();
    json["bodies"] = observations.bodies;
    if (observations.true_masses)
        json["true_masses"] = std::vector<double>(observations.true_masses->begin(), observations.true_masses->end());
    return json;
}

}  // namespace

KeptData keep_data(const fs::path& file, const LoadedData& data)
{
    const std::string expected = fingerprint(*data.observations);
    if (!data.remapped && hold_the_same(data.files, expected)) return {absolute(data.files), expected, {}};
    return write_beside(file, *data.observations, expected);
}

std::optional<fs::path> save_fit(const fs::path& file, FitToSave fit)
{
    if (!fit.data.observations) throw ArgumentError("file", file.string(), "there are no data yet: open a file first");
    KeptData kept = keep_data(file, fit.data);
    fit.setup.files = std::move(kept.files);
    write_fit_file(file, {fit.setup, kept.fingerprint, fit.state, result_json(fit), fit.training, fit.correction});
    return kept.written;
}

}  // namespace syzygy
