#include "physics/run/correction_choice.hpp"

#include "physics/corrections/corrections.hpp"
#include "physics/train/train.hpp"

#include <algorithm>
#include <array>

namespace syzygy {

ParameterTable parameter_table(const BodyNames& bodies, const CorrectionOptions& correction, std::span<const ObservedSeries> series)
{
    if (correction.correction == "none" || find_correction(correction.correction).network) return {bodies, {}, series};
    // Names are the same in any units and magnitudes.
    return {bodies, make_correction(correction, {})->named_parameters(), series};
}

bool frees_correction(const FitSetup& setup, const BodyNames& bodies, std::span<const ObservedSeries> series)
{
    if (setup.correction.correction == "none") return false;
    const ParameterTable table = parameter_table(bodies, setup.correction, series);
    if (const auto free = parse_free(table, setup.fit.free)) return free->any_of_correction(table);
    return is_training(setup, ParameterTable(bodies, {}, series)) || (setup.correction.values.empty() && !setup.trained);
}

std::string free_by_data(bool state_is_free)
{
    return state_is_free ? "masses,initial" : "masses";
}

FitOptions with_correction_free(FitOptions options, const ParameterTable& table, bool free, bool state_is_free)
{
    FreeParameters named = *parse_free(table, options.free.empty() ? free_by_data(state_is_free) : options.free);
    // Some of its parameters may be free already, by name.
    if (!free || !named.any_of_correction(table)) named.set_group(table, "correction", free);
    options.free = format_free(table, named);
    return options;
}

bool applies(const Option<CorrectionOptions>& option, const CorrectionOptions& chosen)
{
    if (option.id == "correction") return true;
    if (chosen.correction == "none") return false;
    if (option.id == "epoch") return !find_correction(chosen.correction).epoch.empty();
    // The help of an option that belongs to one correction begins with that one's name: "pairwise: ...".
    for (const CorrectionInfo& info : corrections())
        if (option.help.starts_with(std::string(info.id) + ":")) return info.id == chosen.correction;
    constexpr std::array network{"network", "activation", "initialisation", "network-seed"};
    const bool of_network = std::find(network.begin(), network.end(), option.id) != network.end();
    const bool has_network = find_correction(chosen.correction).network;
    // A network from a file is as it is.
    return of_network ? has_network && chosen.correction != "torchscript" : !has_network;
}

std::string belongs_to(const Option<CorrectionOptions>& option)
{
    std::string text;
    for (const CorrectionInfo& info : corrections()) {
        CorrectionOptions chosen;
        chosen.correction = info.id;
        if (applies(option, chosen)) text += (text.empty() ? "" : ", ") + chosen.correction;
    }
    return text;
}

}  // namespace syzygy
