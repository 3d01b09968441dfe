#include "physics/observations/one_body_tables.hpp"

#include "core/base/error.hpp"
#include "physics/observations/column_guess.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/delimited_table.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/observations/table_start.hpp"
#include "physics/observations/told_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <vector>

namespace syzygy {

namespace {

/// Times of all three tables from one epoch, if each says from which epoch its own count.
void count_from_one_epoch(std::array<Observations, 3>& tables)
{
    for (const Observations& table : tables)
        if (!table.reference.epoch || table.units.time_si() == 0) return;
    const Epoch first = std::min({*tables[0].reference.epoch, *tables[1].reference.epoch, *tables[2].reference.epoch});
    for (Observations& table : tables) {
        const double shift = time_between(first, *table.reference.epoch, table.units.time_si());
        if (shift != 0)
            for (double& time : table.times) time += shift;
        table.reference.epoch = first;
    }
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
    for (std::string_view line; rows.next(line);) {
        if (trimmed(line).empty()) continue;
        const std::vector<Cell> cells = split_cells({source.file, rows.number(), line}, start.delimiter);
        const auto index = static_cast<std::size_t>(column - start.names.begin());
        if (index >= cells.size() || !is_utf8(cells[index].content)) return "";
        return std::string(cells[index].content);
    }
    return "";
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
    count_from_one_epoch(tables);
    const std::vector<double> common = common_times(tables);
    if (common.empty())
        throw InputError({sources[0].file}, "the three tables have no time in common", "",
                         "give three tables with the same times");
    result.times = common;
    result.reference = tables[0].reference;
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
        const ColumnGuess guess = guess_table(start.names, start.has_names, true);
        tables[body] = read_told_table(source, guess.slots, true, {start.metadata.has("units") ? "" : guess.units, ""}, stop);
        std::vector<std::string> ignored;
        for (std::size_t i = 0; i < guess.slots.size(); ++i)
            if (guess.slots[i] == ignored_slot) ignored.push_back(shown(start.names[i]));
        if (const std::string note = ignored_note(ignored); !note.empty()) tables[body].notes.push_back(note);
    }
    return joined_tables(sources, std::move(tables));
}

}  // namespace syzygy
