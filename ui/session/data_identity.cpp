#include "ui/session/data_identity.hpp"

#include <fmt/format.h>

namespace syzygy {

std::string data_identity(const LoadedData& data)
{
    if (!data.observations) return {};
    const Observations& observations = *data.observations;
    std::string identity = fmt::format("{}\n{}\n{}", observations.name, observations.units.text(), observations.size());
    if (!observations.times.empty())
        identity += fmt::format("\n{}\n{}", observations.times.front(), observations.times.back());
    for (const std::string& body : observations.bodies) identity += '\n' + body;
    return identity;
}

}  // namespace syzygy
