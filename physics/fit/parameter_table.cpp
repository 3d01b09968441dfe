#include "physics/fit/parameter_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {

bool ParameterGroup::holds(ParameterRole role) const
{
    return std::ranges::find(roles, role) != roles.end();
}

std::span<const ParameterGroup> parameter_groups()
{
    using enum ParameterRole;
    static const std::array<ParameterGroup, 5> groups{{{"masses", {mass}},
                                                       {"initial", {position, velocity}},
                                                       {"positions", {position}},
                                                       {"velocities", {velocity}},
                                                       {"correction", {correction}}}};
    return groups;
}

ParameterTable::ParameterTable(BodyNames bodies, std::span<const CorrectionParameter> correction) : bodies_(std::move(bodies))
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
}

std::optional<int> ParameterTable::find(std::string_view id) const
{
    const auto found = std::ranges::find(rows_, id, &ParameterRow::id);
    if (found == rows_.end()) return std::nullopt;
    return static_cast<int>(found - rows_.begin());
}

}  // namespace syzygy
