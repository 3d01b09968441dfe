#include "physics/observations/one_body_tables.hpp"

#include "core/base/error.hpp"
#include "physics/observations/column_guess.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/delimited_table.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/observations/table_start.hpp"
#include "physics/observations/told_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <vector>

namespace syzygy {

namespace {

/// Times of all three tables from one epoch, if each says from which epoch its own count. Throws where only some say it.
void count_from_one_epoch(std::span<const SourceText> sources, std::array<Observations, 3>& tables)
{
    for (std::size_t body = 1; body < 3; ++body) {
        const bool first = tables[0].reference.epoch.has_value(), its = tables[body].reference.epoch.has_value();
        if (first != its)
            throw InputError({sources[its ? 0 : body].file}, "the table does not say from which epoch its times count", "",
                             fmt::format("{} does: give all three dates, Julian dates or a line 'epoch:'", sources[its ? body : 0].file));
    }
    if (!tables[0].reference.epoch || tables[0].units.time_si() == 0) return;
    const Epoch first = std::min({*tables[0].reference.epoch, *tables[1].reference.epoch, *tables[2].reference.epoch});
    for (Observations& table : tables) {
        const double shift = time_between(first, *table.reference.epoch, table.units.time_si());
        if (shift != 0)
            for (double& time : table.times) time += shift;
        table.reference.epoch = first;
    }
}

/// What all tables say of their axes, centre, times and corrections must be the same.
void require_one_reference(std::span<const SourceText> sources, const std::array<Observations, 3>& tables)
{
    const auto require = [&](std::string ReferenceSystem::*part, std::string_view what) {
        for (std::size_t body = 1; body < 3; ++body) {
            const std::string &first = tables[0].reference.*part, &its = tables[body].reference.*part;
            if (first != its)
                throw InputError({sources[body].file}, fmt::format("the {} is", what), shown(its.empty() ? "not given" : its),
                                 fmt::format("{} has '{}': give three tables of one kind", sources[0].file,
                                             shown(first.empty() ? "not given" : first)));
        }
    };
    require(&ReferenceSystem::centre, "centre");
    require(&ReferenceSystem::frame, "frame");
    require(&ReferenceSystem::aberration, "aberration");
    require(&ReferenceSystem::time_scale, "time scale");
}

/// Times are one if they differ by rounding.
bool same_time(double a, double b)
{
    return std::abs(a - b) <= 8 * std::numeric_limits<double>::epsilon() * std::max(std::abs(a), std::abs(b));
}

std::vector<double> common_times(const std::array<Observations, 3>& tables)
{
    std::vector<double> common = tables[0].times;
    for (std::size_t body = 1; body < 3; ++body) {
        std::vector<double> both;
        std::size_t at = 0;
        const std::vector<double>& times = tables[body].times;
        for (const double time : common) {
            while (at < times.size() && times[at] < time && !same_time(times[at], time)) ++at;
            if (at < times.size() && same_time(times[at], time)) both.push_back(time);
        }
        common = std::move(both);
    }
    common.erase(std::unique(common.begin(), common.end()), common.end());
    return common;
}

/// The name of the body that a column such as "targetname" gives; "" where there is none.
std::string body_in_rows(const SourceText& source)
{
    const TableStart start = read_table_start(source);
    const auto column = std::find_if(start.names.begin(), start.names.end(), [](const std::string& name) {
        const std::string lower = lower_case(name);
        return lower == "targetname" || lower == "target" || lower == "body" || lower == "object";
    });
    if (!start.has_names || column == start.names.end()) return "";
    LineReader rows = start.rows;
    const auto index = static_cast<std::size_t>(column - start.names.begin());
    std::string body;
    for (std::string_view line; rows.next(line);) {
        if (trimmed(line).empty() || trimmed(line).starts_with('#') || trimmed(line) == trimmed(start.names_line)) continue;
        const LinePlace place{source.file, rows.number(), line};
        const std::vector<Cell> cells = split_cells(place, start.delimiter);
        if (index >= cells.size() || cells[index].content.empty() || !is_utf8(cells[index].content)) continue;
        if (!body.empty() && cells[index].content != body)
            place.fail(cells[index].content.data(), "the table holds several bodies:", cells[index].content,
                       fmt::format("give one file a body; the rows above are of {}", body));
        body = cells[index].content;
    }
    return body;
}

}  // namespace

Observations joined_tables(std::span<const SourceText> sources, std::array<Observations, 3> tables)
{
    Observations result;
    result.units = tables[0].units;
    for (std::size_t body = 1; body < 3; ++body)
        if (!(tables[body].units == result.units))
            throw InputError({sources[body].file}, "the units are", tables[body].units.text(),
                             fmt::format("{} has {}: give three tables in the same units", sources[0].file,
                                         result.units.text()));
    require_one_reference(sources, tables);
    count_from_one_epoch(sources, tables);
    const std::vector<double> common = common_times(tables);
    if (common.empty())
        throw InputError({sources[0].file}, "the three tables have no time in common", "",
                         "give three tables with the same times");
    result.times = common;
    result.reference = tables[0].reference;
    for (const Observations& table : tables) {
        if (result.name.empty()) result.name = table.name;
        if (!result.relative_to) result.relative_to = table.relative_to;
    }
    std::size_t dropped = 0;
    for (std::size_t body = 0; body < 3; ++body) {
        const Observations& table = tables[body];
        dropped = std::max(dropped, table.size() - common.size());
        const std::string stem = std::filesystem::path(sources[body].file).stem().string();
        const std::string named = body_in_rows(sources[body]);
        if (!named.empty())
            result.bodies[body] = named;
        else if (is_utf8(stem))
            result.bodies[body] = stem;
        // What is true of all three is said once.
        for (const std::string& note : table.notes) {
            const bool everywhere = std::all_of(tables.begin(), tables.end(), [&](const Observations& its) {
                return std::find(its.notes.begin(), its.notes.end(), note) != its.notes.end();
            });
            if (!everywhere)
                result.notes.push_back(fmt::format("{}: {}", result.bodies[body], note));
            else if (body == 0)
                result.notes.push_back(note);
        }
        for (std::size_t row = 1; row < table.size(); ++row)
            if (same_time(table.times[row - 1], table.times[row]))
                throw InputError({sources[body].file}, "two rows of one time:", with_unit(table.times[row], table.units.time_label(), 12),
                                 "one body is at one place at a time: remove one of the two");
        for (const ColumnGroup& group : column_groups) {
            const ObservedTable& from = table.*(group.table);
            ObservedTable& to = result.*(group.table);
            if (from.cols() == 0) continue;
            if (to.cols() == 0)
                to = ObservedTable::Constant(9, static_cast<Eigen::Index>(common.size()),
                                             std::numeric_limits<double>::quiet_NaN());
            Eigen::Index row = 0;
            for (std::size_t k = 0; k < common.size(); ++k) {
                while (!same_time(table.times[static_cast<std::size_t>(row)], common[k])) ++row;
                to.col(static_cast<Eigen::Index>(k)).segment<3>(3 * static_cast<Eigen::Index>(body)) =
                    from.col(row).head<3>();
            }
        }
    }
    for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = a + 1; b < 3; ++b)
            if (result.bodies[a] == result.bodies[b])
                throw InputError({sources[b].file}, "the same body twice:", shown(result.bodies[b]),
                                 fmt::format("it is also in {}: give three different bodies", sources[a].file));
    if (dropped > 0)
        result.notes.push_back(
            fmt::format("The tables have {} times in common; up to {} in one table have no partner "
                        "in the others and were left out.",
                        common.size(), dropped));
    return result;
}

Observations parse_one_body_tables(std::span<const SourceText> sources, std::stop_token stop)
{
    std::array<Observations, 3> tables;
    for (std::size_t body = 0; body < 3; ++body) {
        const SourceText& source = sources[body];
        if (recognises_ecsv(source)) {
            tables[body] = parse_ecsv_of_one_body(source, stop);
            continue;
        }
        const TableStart start = read_table_start(source, stop);
        if (!start.has_names)
            throw InputError({source.file, start.names_number}, "there is no line of column names", "", "put t,x,y,z above the rows");
        const ColumnGuess guess = guess_columns(start.names);
        const SourcePlace names{source.file, start.names_number};
        if (guess.found.size() > 1)
            throw InputError(names, "several bodies have x, y and z:", fmt::format("{}", fmt::join(guess.found, ", ")),
                             "give one body a file");
        if (!guess.conflict.empty())
            throw InputError(names, "units in the names do not agree:", guess.conflict, "give all columns of a kind in one unit");
        if (start.metadata.has("units")) {
            Observations stated;
            start.metadata.apply(stated);
            const UnitSystem named = guess.units.empty() ? stated.units : UnitSystem::parse(guess.units);
            const bool other_time = guess.time_si > 0 && guess.time_si != stated.units.time_si();
            if (other_time || named.length_si() != stated.units.length_si() || named.velocity_si() != stated.units.velocity_si())
                throw InputError(names, "units in the names are not those of the metadata:", guess.units.empty() ? trimmed(start.names_line) : guess.units,
                                 fmt::format("the metadata say {}: remove one of the two", stated.units.text()));
        }
        tables[body] = read_told_table(source, guess.slots, true, {start.metadata.has("units") ? "" : guess.units, ""}, stop);
        std::vector<std::string> ignored;
        for (std::size_t i = 0; i < guess.slots.size(); ++i)
            if (guess.slots[i] == ignored_slot) ignored.push_back(shown(start.names[i]));
        if (const std::string note = ignored_note(ignored); !note.empty()) tables[body].notes.push_back(note);
    }
    return joined_tables(sources, std::move(tables));
}

}  // namespace syzygy
