#include "physics/observations/told_table.hpp"

#include "physics/observations/columns.hpp"
#include "physics/observations/delimited_table.hpp"
#include "physics/observations/epoch_times.hpp"
#include "physics/observations/table_start.hpp"
#include "physics/observations/time_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace syzygy {

namespace {

/// Fills z with 0 where no body has any, so that motion in a plane can be told by x and y alone. The slots that were
/// added this way.
std::vector<int> planar_slots(const std::vector<int>& slots, int bodies)
{
    const auto has = [&](int slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); };
    std::vector<int> added;
    for (int group = 0; group < static_cast<int>(column_groups.size()); ++group) {
        bool has_plane = true, has_z = false;
        for (int body = 0; body < bodies; ++body) {
            has_plane = has_plane && has(slot_of(group, 3 * body)) && has(slot_of(group, 3 * body + 1));
            has_z = has_z || has(slot_of(group, 3 * body + 2));
        }
        // Of what belongs to positions with a z, a missing z is a missing column.
        if (!has_plane || has_z || (group > 0 && added.empty())) continue;
        for (int body = 0; body < bodies; ++body) added.push_back(slot_of(group, 3 * body + 2));
    }
    return added;
}

void fill_planar(Observations& observations, const std::vector<int>& added)
{
    for (const int slot : added) {
        const ColumnGroup& group = column_groups[static_cast<std::size_t>(group_of(slot))];
        ObservedTable& table = observations.*(group.table);
        if (table.cols() == 0) continue;  // no row
        const int z = (slot - 1) % 9;
        if (group.is_sigma)
            table.row(z) = table.row(z - 2);
        else
            table.row(z).setZero();
    }
    if (!added.empty()) observations.notes.push_back("No z was given: the motion was taken to be in the plane z = 0.");
}

void check_slots(const LinePlace& place, const std::vector<int>& slots, std::size_t columns, bool one_body)
{
    if (slots.size() != columns)
        place.fail(place.line.data(),
                   fmt::format("the table has {} columns, but {} were told apart", columns, slots.size()), "",
                   "look at the columns again");
    std::set<int> seen;
    for (const int slot : slots)
        if (slot != ignored_slot && slot != series_slot && !seen.insert(slot).second)
            place.fail(place.line.data(), "two columns are given as", column_name(slot), "choose one of the two");
    const bool has_time = seen.contains(0);
    if (!has_time) place.fail(place.line.data(), "no column is the time", "", "choose t for the column of times");
    const auto has_body = [&](int body) {
        return std::any_of(seen.begin(), seen.end(),
                           [body](int slot) { return slot > 0 && slot < column_slots && (slot - 1) % 9 / 3 == body; });
    };
    if (one_body && (has_body(1) || has_body(2)))
        place.fail(place.line.data(), "the columns are of more than one body", "",
                   "one of three files holds one body: give it x, y, z; or open this file alone");
    if (!one_body && has_body(0) && !has_body(1) && !has_body(2))
        place.fail(place.line.data(), "the columns are of one body only", "",
                   "add the files of the other two bodies, or choose which columns are theirs");
    const bool has_series = std::find(slots.begin(), slots.end(), series_slot) != slots.end();
    if (!has_body(0) && !has_series) place.fail(place.line.data(), "no column is a position", "", "choose x1 .. z3 for nine of them");
    std::vector<int> complete = slots;
    const int bodies = one_body ? 1 : 3;
    const std::vector<int> planar = planar_slots(slots, bodies);
    complete.insert(complete.end(), planar.begin(), planar.end());
    if (one_body)
        for (std::size_t i = 0, size = complete.size(); i < size; ++i)
            if (complete[i] > 0 && complete[i] < column_slots)
                complete.insert(complete.end(), {complete[i] + 3, complete[i] + 6});
    require_complete_groups(place, complete, has_series);
}

}  // namespace

Observations read_told_table(const SourceText& source, const std::vector<int>& slots, bool one_body, const ToldTable& told,
                             std::stop_token stop)
{
    TableStart start = read_table_start(source, stop);
    check_slots({source.file, start.names_number, start.names_line}, slots, start.names.size(), one_body);
    Observations observations;
    start.metadata.apply(observations);
    if (!trimmed(told.units).empty()) observations.units = parse_told_units(told.units, source.file);
    if (const auto scale = find_time_scale(told.time_scale); scale && observations.reference.time_scale.empty())
        observations.reference.time_scale = to_string(*scale);
    std::vector<TableColumn> columns;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        columns.push_back({slots[i]});
        if (const auto epochs = epochs_named(start.names[i]); epochs && slots[i] == 0)
            columns.back() = {0, CellKind::epoch, epochs->format};
        if (slots[i] != series_slot) continue;
        columns.back() = {};
        const LinePlace place{source.file, start.names_number, start.names_line};
        if (const auto of_series = series_column(place, start.names[i], observations.series)) columns.back() = *of_series;
    }
    require_series_values({source.file, start.names_number, start.names_line}, columns, observations.series);
    columns = with_dates(std::move(columns), start, observations.units, source.file);
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].slot == 0 && columns[i].kind == CellKind::number && lower_case(start.names[i]).find("date") != std::string::npos)
            throw InputError({source.file, start.names_number}, "a column of dates holds numbers:", shown(start.names[i]),
                             "write dates as 2018-01-31T12:00:00");
    read_rows(start.rows, source.file, columns, row_format(start, columns, observations, source.file), observations);
    count_in_tdb(observations, columns);
    fill_planar(observations, planar_slots(slots, one_body ? 1 : 3));
    order_by_time(observations, source.file, stop);
    return observations;
}

UnitSystem parse_told_units(const std::string& units, const std::string& file)
{
    try {
        return UnitSystem::parse(units);
    } catch (const ArgumentError& error) {
        throw InputError({file}, "wrong units:", error.value().empty() ? units : error.value(), error.rule());
    }
}

}  // namespace syzygy
