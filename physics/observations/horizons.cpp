#include "physics/observations/horizons.hpp"

#include "core/base/error.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/horizons_reply.hpp"
#include "physics/observations/horizons_table.hpp"
#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

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
    require_same(sources, tables, &HorizonsTable::geodetic, "centre's place on its body");
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
    double seconds_per_time;  ///< of the time unit
};

TableUnits units_of(const SourceText& source, const HorizonsTable& table)
{
    std::string units = lower_case(table.units.value);
    units = units.substr(0, units.find(','));
    if (units == "km-s") return {UnitSystem::gravitational_parameter(1000, 1, "km", "s"), 1};
    if (units == "au-d")
        return {UnitSystem::gravitational_parameter(astronomical_unit, 86400, "au", "d"), 86400};
    if (units == "km-d") return {UnitSystem::gravitational_parameter(1000, 86400, "km", "d"), 86400};
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

/// The numeric ID at the end of "Jupiter Barycenter (5)"; nothing where the target has none.
std::optional<long> body_id(std::string_view target)
{
    const std::size_t open = target.rfind('(');
    if (open == target.npos || !target.ends_with(')')) return std::nullopt;
    long id = 0;
    const char* const last = target.data() + target.size() - 1;
    const auto [end, error] = std::from_chars(target.data() + open + 1, last, id);
    if (error != std::errc{} || end != last) return std::nullopt;
    return id;
}

/// A barycentre is no body beside one that it contains: its motion already has that body's in it.
void require_separate_bodies(std::span<const SourceText> sources, const Tables& tables)
{
    for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = 0; b < 3; ++b) {
            const auto centre = body_id(tables[a].target.value), part = body_id(tables[b].target.value);
            if (a == b || !centre || !part || *centre < 0 || *centre > 9 || *part == *centre) continue;
            const bool contains = *centre == 0 || (*part > 100 && *part < 1000 && *part / 100 == *centre);
            if (!contains) continue;
            throw InputError({sources[a].file, tables[a].target.line}, "the barycentre contains another of the three bodies:",
                             shown(tables[a].target.value),
                             fmt::format("{} is {}: give one of the two, and a third body", sources[b].file,
                                         shown(tables[b].target.value)));
        }
}

/// The first day on which Horizons' UT is UTC; before, it is UT1 (1962 January 1).
constexpr std::int64_t first_utc_day = 37665;

/// Converts the rows' epochs to TDB, the time of the equations of motion.
void convert_to_tdb(HorizonsTable& table, const SourceText& source)
{
    const std::optional<TimeScale> scale = find_time_scale(table.time_scale.value);
    if (!scale) {
        if (table.time_scale.value.empty()) return;  // TDB is what vector tables are in
        throw InputError({source.file, table.time_scale.line}, "unknown time scale", shown(table.time_scale.value),
                         "ask Horizons for TDB or UT");
    }
    for (HorizonsRow& row : table.rows) {
        if (scale == TimeScale::utc && row.epoch.day < first_utc_day)
            throw InputError({source.file, table.time_scale.line}, "before 1962 UT follows the rotation of the Earth:",
                             iso_text(row.epoch), "ask Horizons for TDB");
        row.epoch = to_tdb(row.epoch, *scale);
    }
}

/// "" for geometric states; else the correction that "Output type" names.
std::string aberration_of(const HorizonsTable& table)
{
    const std::string_view type = table.output_type.value;
    if (type.empty() || lower_case(type).starts_with("geometric")) return "";
    const std::size_t states = lower_case(type).find(" cartesian");
    return std::string(trimmed(type.substr(0, states)));
}

/// The rows in the order of time, one an epoch. Throws where one epoch has two different rows.
void order_rows(HorizonsTable& table, const SourceText& source)
{
    const auto earlier = [](const HorizonsRow& a, const HorizonsRow& b) { return a.epoch < b.epoch; };
    std::stable_sort(table.rows.begin(), table.rows.end(), earlier);
    const auto repeated = std::adjacent_find(table.rows.begin(), table.rows.end(), [](const auto& a, const auto& b) {
        return a.epoch == b.epoch && !std::equal(a.group(0), a.group(1), b.group(0));
    });
    if (repeated != table.rows.end())
        throw InputError({source.file}, "two rows of one epoch differ: JD", julian_date_text(repeated->epoch),
                         "save the table again from Horizons");
    const auto end = std::unique(table.rows.begin(), table.rows.end(),
                                 [](const auto& a, const auto& b) { return a.epoch == b.epoch; });
    table.rows.erase(end, table.rows.end());
}

/// The epochs that all three tables have.
std::vector<Epoch> common_epochs(const Tables& tables)
{
    std::vector<Epoch> common;
    for (const HorizonsRow& row : tables[0].rows) common.push_back(row.epoch);
    for (std::size_t body = 1; body < 3; ++body) {
        std::vector<Epoch> epochs, both;
        for (const HorizonsRow& row : tables[body].rows) epochs.push_back(row.epoch);
        std::set_intersection(common.begin(), common.end(), epochs.begin(), epochs.end(), std::back_inserter(both));
        common = std::move(both);
    }
    return common;
}

/// Copies the rows of one body at the epochs; groups of numbers in the order of column_groups.
void copy_rows(const HorizonsTable& table, const std::vector<Epoch>& epochs, int body, Observations& observations)
{
    std::size_t row = 0;
    for (std::size_t k = 0; k < epochs.size(); ++k) {
        while (table.rows[row].epoch != epochs[k]) ++row;
        for (std::size_t group = 0; group < column_groups.size(); ++group) {
            ObservedTable& to = observations.*(column_groups[group].table);
            if (to.cols() > 0)
                to.col(static_cast<Eigen::Index>(k)).segment<3>(3 * body) =
                    Eigen::Map<const Eigen::Vector3d>(table.rows[row].group(group));
        }
    }
}

/// What a user of the tables must know about them.
void add_notes(const Tables& tables, const Observations& observations, Epoch first_as_given, std::size_t dropped,
               std::vector<std::string>& notes)
{
    const HorizonsTable& table = tables[0];
    if (const auto scale = find_time_scale(table.time_scale.value); scale && *scale != TimeScale::tdb) {
        const Epoch tdb = to_tdb(first_as_given, *scale);
        const double shift = seconds_between(first_as_given, tdb);
        notes.push_back(fmt::format("Times are in {} in the tables and were converted to TDB, leap seconds included ({:+.3f} s at "
                                    "the first epoch).",
                                    table.time_scale.value, shift));
    }
    if (!observations.reference.aberration.empty())
        notes.push_back(fmt::format("The states are {}: they show each body where it is seen, at another moment than the others, "
                                    "and not where it is.",
                                    observations.reference.aberration));
    std::vector<std::string> others;
    std::size_t unusable = 0;
    for (const HorizonsTable& its : tables) {
        unusable += its.unusable_errors;
        for (const std::string& name : its.other_errors)
            if (std::find(others.begin(), others.end(), name) == others.end()) others.push_back(name);
    }
    if (!others.empty())
        notes.push_back(fmt::format("Errors along other axes than X, Y, Z are not used ({}); ask Horizons for XYZ uncertainties "
                                    "(output type 2x) to weigh the rows by them.",
                                    fmt::join(others, ", ")));
    if (unusable > 0)
        notes.push_back(fmt::format("{} errors are zero or not available in the tables, and count as unknown.", unusable));
    if (dropped > 0)
        notes.push_back(
            fmt::format("The tables have {} epochs in common; up to {} in one table have no partner in the others and "
                        "were left out.",
                        observations.size(), dropped));
}

}  // namespace

bool recognises_horizons(const SourceText& source)
{
    return is_horizons_reply(source.text);
}

Observations parse_horizons(std::span<const SourceText> sources, std::stop_token stop)
{
    std::vector<SourceText> unwrapped;
    for (const SourceText& source : sources) {
        unwrapped.push_back(unwrapped_reply(source));
        require_vector_table(unwrapped.back());
    }
    if (sources.size() != 3)
        throw InputError({sources.empty() ? std::string() : sources.back().file},
                         fmt::format("{} Horizons file{} given, but a three-body system needs three", sources.size(),
                                     sources.size() == 1 ? " was" : "s were"),
                         "", "give one file a body, in the order of the bodies");
    Tables tables;
    Epoch first_as_given;
    for (std::size_t body = 0; body < 3; ++body) {
        tables[body] = parse_horizons_table(unwrapped[body], stop);
        if (body == 0) first_as_given = tables[0].rows.front().epoch;
    }
    require_agreement(sources, tables);
    require_separate_bodies(sources, tables);
    for (std::size_t body = 0; body < 3; ++body) {
        convert_to_tdb(tables[body], sources[body]);
        order_rows(tables[body], sources[body]);
    }

    const auto [units, seconds_per_time] = units_of(sources[0], tables[0]);
    const std::vector<Epoch> epochs = common_epochs(tables);
    if (epochs.empty())
        throw InputError({sources[0].file}, "the three tables have no epoch in common", "",
                         "ask Horizons for all three with the same start, stop and step");
    Observations observations;
    observations.units = units;
    const auto count = static_cast<Eigen::Index>(epochs.size());
    for (std::size_t group = 0; group < column_groups.size(); ++group)
        if (group == 0 || std::any_of(tables.begin(), tables.end(), [&](const auto& table) { return table.has[group]; }))
            observations.*(column_groups[group].table) =
                ObservedTable::Constant(9, count, std::numeric_limits<double>::quiet_NaN());
    for (const Epoch& epoch : epochs)
        observations.times.push_back(time_between(epochs.front(), epoch, seconds_per_time));
    std::size_t dropped = 0;
    for (std::size_t body = 0; body < 3; ++body) {
        copy_rows(tables[body], epochs, static_cast<int>(body), observations);
        observations.bodies[body] = body_name(tables[body].target.value);
        dropped = std::max(dropped, tables[body].rows.size() - epochs.size());
    }
    observations.name =
        fmt::format("{}, {}, {}", observations.bodies[0], observations.bodies[1], observations.bodies[2]);
    const HorizonsTable& table = tables[0];
    std::string frame = table.frame.value;
    if (!table.coordinates.value.empty()) frame += (frame.empty() ? "" : ", ") + table.coordinates.value;
    observations.reference = {epochs.front(), "TDB", table.center.value, std::move(frame), aberration_of(table)};
    add_notes(tables, observations, first_as_given, dropped, observations.notes);
    return observations;
}

}  // namespace syzygy
