#include "physics/fit/parameter_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace syzygy {

bool ParameterGroup::holds(ParameterRole role) const
{
    return std::ranges::find(roles, role) != roles.end();
}

std::span<const ParameterGroup> parameter_groups()
{
    using enum ParameterRole;
    static const std::array<ParameterGroup, 6> groups{{{"masses", {mass}},
                                                       {"initial", {position, velocity}},
                                                       {"positions", {position}},
                                                       {"velocities", {velocity}},
                                                       {"correction", {correction}},
                                                       {"offsets", {offset}}}};
    return groups;
}

namespace {

/// "offset-rv1", "offset-rv1-Keck": letters, digits, '-', '.' and '_', since lists of parameters give other signs a meaning.
std::string offset_id(const ObservedSeries& series)
{
    std::string id = "offset-" + series.name();
    for (char& letter : id)
        if (letter == ':')
            letter = '-';
        else if (!std::isalnum(static_cast<unsigned char>(letter)) && letter != '-' && letter != '.')
            letter = '_';
    return id;
}

}  // namespace

ParameterTable::ParameterTable(BodyNames bodies, std::span<const CorrectionParameter> correction, std::span<const ObservedSeries> series)
    : bodies_(std::move(bodies))
{
    for (int body = 0; body < 3; ++body)
        rows_.push_back({fmt::format("m{}", body + 1), ParameterRole::mass, body, body, Transform::logarithmic, 0});
    for (const ParameterRole role : {ParameterRole::position, ParameterRole::velocity})
        for (int body = 0; body < 3; ++body)
            for (int axis = 0; axis < 3; ++axis) {
                const bool velocity = role == ParameterRole::velocity;
                rows_.push_back({fmt::format("{}{}{}", velocity ? "v" : "", "xyz"[axis], body + 1), role,
                                 3 * body + axis + (velocity ? 9 : 0), body});
            }
    int slot = 0;
    for (const CorrectionParameter& parameter : correction)
        rows_.push_back({parameter.name, ParameterRole::correction, slot++, -1, Transform::linear, parameter.lower,
                         parameter.upper, parameter.scale});
    for (std::size_t i = 0; i < series.size(); ++i) {
        std::string id = offset_id(series[i]);
        if (find(id)) id += fmt::format("-{}", i + 1);
        rows_.push_back({std::move(id), ParameterRole::offset, static_cast<int>(i), series[i].body});
    }
}

std::optional<int> ParameterTable::find(std::string_view id) const
{
    const auto found = std::ranges::find(rows_, id, &ParameterRow::id);
    if (found == rows_.end()) return std::nullopt;
    return static_cast<int>(found - rows_.begin());
}

}  // namespace syzygy
