#include "ui/data/file_defaults.hpp"

#include "physics/guess/first_guess.hpp"
#include "ui/base/text.hpp"

#include <QCoreApplication>

#include <algorithm>

namespace syzygy {

namespace {

constexpr auto free_of_horizons = "masses,initial";

/// The body of the largest mass as a first look at the data has it; nothing where that look finds no masses.
std::optional<int> heaviest_body(const Observations& observations)
{
    Eigen::Vector3d masses;
    try {
        masses = first_guess(prepare(observations, DataOptions{})).masses;
    } catch (const ArgumentError&) {
        return std::nullopt;  // a fit says why
    }
    if (!masses.allFinite()) return std::nullopt;
    int heaviest = 0;
    masses.maxCoeff(&heaviest);
    return heaviest;
}

}  // namespace

FitSetup file_defaults(const LoadedData& data, bool frame_was_chosen)
{
    FitSetup setup;
    if (data.format != "horizons") return setup;
    const Observations& observations = *data.observations;
    setup.fit.free = free_of_horizons;
    if (frame_was_chosen || observations.relative_to) return setup;
    const std::optional<int> body = heaviest_body(observations);
    if (!body) return setup;
    const std::string& name = observations.bodies[static_cast<std::size_t>(*body)];
    // A name that two bodies have means the first.
    setup.data.relative_to = std::ranges::count(observations.bodies, name) == 1 ? name : std::to_string(*body + 1);
    return setup;
}

QString file_defaults_text(const LoadedData& data, const FitSetup& setup)
{
    if (data.format != "horizons" || setup.fit.free != free_of_horizons) return {};
    const auto tr = [](const char* text) { return QCoreApplication::translate("file_defaults", text); };
    if (setup.data.relative_to.empty()) return tr("Set for tables of JPL Horizons: the initial state is free.");
    const auto& bodies = data.observations->bodies;
    const int body = find_body(bodies, setup.data.relative_to, "relative-to");
    return tr("Set for tables of JPL Horizons: positions are taken relative to %1, and the initial state is free.")
        .arg(text_of(bodies[static_cast<std::size_t>(body)]));
}

}  // namespace syzygy
