#include "core/base/error.hpp"
#include "physics/observables/observable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace syzygy {

const Observable& radial_velocity();

std::span<const Observable* const> observables()
{
    static const std::array rows{&radial_velocity()};
    return rows;
}

const Observable& find_observable(std::string_view id)
{
    const auto rows = observables();
    const auto found = std::ranges::find(rows, id, [](const Observable* row) { return row->info().id; });
    if (found != rows.end()) return **found;
    std::string known;
    for (const Observable* row : rows) known += fmt::format("{}{}", known.empty() ? "" : ", ", row->info().id);
    throw ArgumentError("observable", id, "must be one of " + known);
}

}  // namespace syzygy
