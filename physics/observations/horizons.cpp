#include "physics/observations/horizons.hpp"

#include "core/base/error.hpp"
#include "physics/observations/horizons_table.hpp"
#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace syzygy {

namespace {

using Tables = std::array<HorizonsTable, 3>;

/// A header line that must be the same in all three files.
void require_same(std::span<const SourceText> sources, const Tables& tables, HorizonsHeader HorizonsTable::*header,
                  std::string_view what)
{
    for (std::size_t body = 1; body < 3; ++body) {
        const HorizonsHeader& first = tables[0].*header;
        const HorizonsHeader& other = tables[body].*header;
        if (first.value == other.value) continue;
        throw InputError({sources[body].file, other.line}, fmt::format("the {} is", what),
                         shown(other.value.empty() ? "not given" : other.value),
                         fmt::format("{} has '{}': ask Horizons for all three with the same settings", sources[0].file,
                                     shown(first.value)));
    }
}

void require_agreement(std::span<const SourceText> sources, const Tables& tables)
{
    require_same(sources, tables, &HorizonsTable::units, "output unit");
    require_same(sources, tables, &HorizonsTable::center, "centre");
    require_same(sources, tables, &HorizonsTable::site, "centre's site");
    require_same(sources, tables, &HorizonsTable::frame, "reference frame");
    require_same(sources, tables, &HorizonsTable::coordinates, "coordinate system");
    require_same(sources, tables, &HorizonsTable::time_scale, "time scale");
    require_same(sources, tables, &HorizonsTable::output_type, "output type (aberration)");
    for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = a + 1; b < 3; ++b)
            if (tables[a].target.value == tables[b].target.value)
                throw InputError({sources[b].file, tables[b].target.line},
                                 "the same body twice:", shown(tables[b].target.value),
                                 fmt::format("it is also in {}: give three different bodies", sources[a].file));
}

struct TableUnits {
    UnitSystem units;
    HorizonsEpoch ticks_per_time;  ///< of the time unit
};

TableUnits units_of(const SourceText& source, const HorizonsTable& table)
{
    std::string units = lower_case(table.units.value);
    units = units.substr(0, units.find(','));
    if (units == "km-s") return {UnitSystem::gravitational_parameter(1000, 1, "km", "s"), horizons_ticks_per_second};
    if (units == "au-d")
        return {UnitSystem::gravitational_parameter(astronomical_unit, 86400, "au", "d"), horizons_ticks_per_day};
    if (units == "km-d") return {UnitSystem::gravitational_parameter(1000, 86400, "km", "d"), horizons_ticks_per_day};
    throw InputError({source.file, table.units.line}, "unknown output units", shown(table.units.value),
                     "ask Horizons for KM-S, AU-D or KM-D");
}

/// "Sun (10)" -> "Sun"; other parentheses belong to the name.
std::string body_name(std::string_view target)
{
    const std::size_t open = target.rfind('(');
    if (open == target.npos || open == 0 || !target.ends_with(')')) return std::string(target);
    const std::string_view id = target.substr(open + 1, target.size() - open - 2);
    if (id.empty() || id.find_first_not_of("-0123456789") != id.npos) return std::string(target);
    return std::string(trimmed(target.substr(0, open)));
}

/// The rows in the order of time, one an epoch. Throws where one epoch has two different rows.
void order_rows(HorizonsTable& table, const SourceText& source)
{
    const auto earlier = [](const HorizonsRow& a, const HorizonsRow& b) { return a.epoch < b.epoch; };
    std::stable_sort(table.rows.begin(), table.rows.end(), earlier);
    const auto repeated = std::adjacent_find(table.rows.begin(), table.rows.end(), [](const auto& a, const auto& b) {
        return a.epoch == b.epoch && a.position != b.position;
    });
    if (repeated != table.rows.end())
        throw InputError({source.file}, "two rows of one epoch differ: JD",
                         fmt::format("{:.9f}", static_cast<double>(repeated->epoch) / horizons_ticks_per_day),
                         "save the table again from Horizons");
    const auto end = std::unique(table.rows.begin(), table.rows.end(),
                                 [](const auto& a, const auto& b) { return a.epoch == b.epoch; });
    table.rows.erase(end, table.rows.end());
}

/// The epochs that all three tables have.
std::vector<HorizonsEpoch> common_epochs(const Tables& tables)
{
    std::vector<HorizonsEpoch> common;
    for (const HorizonsRow& row : tables[0].rows) common.push_back(row.epoch);
    for (std::size_t body = 1; body < 3; ++body) {
        std::vector<HorizonsEpoch> epochs, both;
        for (const HorizonsRow& row : tables[body].rows) epochs.push_back(row.epoch);
        std::set_intersection(common.begin(), common.end(), epochs.begin(), epochs.end(), std::back_inserter(both));
        common = std::move(both);
    }
    return common;
}

void copy_rows(const HorizonsTable& table, const std::vector<HorizonsEpoch>& epochs, int body,
               Observations& observations)
{
    std::size_t row = 0;
    for (std::size_t k = 0; k < epochs.size(); ++k) {
        while (table.rows[row].epoch != epochs[k]) ++row;
        const auto column = static_cast<Eigen::Index>(k);
        observations.positions.col(column).segment<3>(3 * body) = Eigen::Vector3d(table.rows[row].position.data());
        if (observations.has_velocities())
            observations.velocities.col(column).segment<3>(3 * body) = Eigen::Vector3d(table.rows[row].velocity.data());
    }
}

}  // namespace

bool recognises_horizons(const SourceText& source)
{
    // An object page before the header is at most some ten kB; searching hundreds of MB would cost.
    const std::string_view start = std::string_view(source.text).substr(0, 1 << 18);
    return start.find("$$SOE") != start.npos || start.find("\nTarget body name:") != start.npos ||
           (start.find("Ephemeris / ") != start.npos && start.find("Horizons") != start.npos);
}

Observations parse_horizons(std::span<const SourceText> sources, std::stop_token stop)
{
    if (sources.size() != 3)
        throw InputError({sources.empty() ? std::string() : sources.back().file},
                         fmt::format("{} Horizons file{} given, but a three-body system needs three", sources.size(),
                                     sources.size() == 1 ? " was" : "s were"),
                         "", "give one file a body, in the order of the bodies");
    Tables tables;
    for (std::size_t body = 0; body < 3; ++body) {
        tables[body] = parse_horizons_table(sources[body], stop);
        order_rows(tables[body], sources[body]);
    }
    require_agreement(sources, tables);

    const auto [units, ticks_per_time] = units_of(sources[0], tables[0]);
    const std::vector<HorizonsEpoch> epochs = common_epochs(tables);
    if (epochs.empty())
        throw InputError({sources[0].file}, "the three tables have no epoch in common", "",
                         "ask Horizons for all three with the same start, stop and step");
    Observations observations;
    observations.units = units;
    const auto count = static_cast<Eigen::Index>(epochs.size());
    constexpr double missing = std::numeric_limits<double>::quiet_NaN();
    observations.positions.resize(9, count);
    if (std::any_of(tables.begin(), tables.end(), [](const auto& table) { return table.has_velocities; }))
        observations.velocities = ObservedTable::Constant(9, count, missing);
    for (const HorizonsEpoch epoch : epochs) {
        // Whole units and the rest apart, so that daily epochs over any span are exact multiples.
        const HorizonsEpoch ticks = epoch - epochs.front();
        observations.times.push_back(static_cast<double>(ticks / ticks_per_time) +
                                     static_cast<double>(ticks % ticks_per_time) / static_cast<double>(ticks_per_time));
    }
    std::size_t dropped = 0;
    for (std::size_t body = 0; body < 3; ++body) {
        copy_rows(tables[body], epochs, static_cast<int>(body), observations);
        observations.bodies[body] = body_name(tables[body].target.value);
        dropped = std::max(dropped, tables[body].rows.size() - epochs.size());
    }
    observations.name =
        fmt::format("{}, {}, {}", observations.bodies[0], observations.bodies[1], observations.bodies[2]);
    if (dropped > 0)
        observations.notes.push_back(
            fmt::format("The tables have {} epochs in common; up to {} in one table have no partner in the others and "
                        "were left out.",
                        epochs.size(), dropped));
    return observations;
}

}  // namespace syzygy
