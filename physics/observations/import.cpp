#include "physics/observations/import.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/file.hpp"
#include "physics/observations/column_guess.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/delimited_table.hpp"
#include "physics/observations/loaders.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/radial_velocity_guess.hpp"
#include "physics/observations/text_reading.hpp"
#include "physics/observations/time_order.hpp"
#include "physics/observations/unit_conversion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

namespace syzygy {

namespace {

constexpr std::string_view how_many = "give one file with three bodies, or three files of one body each";

/// A table up to its rows.
struct TableStart {
    Metadata metadata;
    LineReader rows;
    std::string_view names_line;
    std::size_t names_number;
    char delimiter;
    std::vector<std::string> names;
};

/// Reads to the line of names, or to the first row where the table has none.
TableStart read_start(const SourceText& source, std::stop_token stop)
{
    const bool is_ecsv = find_loader(source).id == "ecsv";
    LineReader lines(checked_text(source), std::move(stop));
    Metadata metadata;
    for (;;) {
        LineReader before = lines;
        std::string_view line;
        if (!lines.next(line)) break;
        const std::string_view text = trimmed(line);
        if (text.empty()) continue;
        const LinePlace place{source.file, lines.number(), line};
        if (text.starts_with('#')) {
            // The header of ECSV is YAML, and its units belong to columns that have other names.
            const std::size_t colon = is_ecsv ? text.npos : key_end(text);
            if (colon == text.npos) continue;
            const std::string_view value = trimmed(text.substr(colon + 1));
            metadata.add(trimmed(text.substr(1, colon - 1)),
                         {std::string(value), {}, {source.file, lines.number(), character_column(line, value.data())}});
            continue;
        }
        const char delimiter = detect_delimiter(line);
        const std::vector<Cell> cells = split_cells(place, delimiter);
        const bool has_names = std::any_of(cells.begin(), cells.end(), [](const Cell& cell) {
            return !cell.content.empty() && read_number(cell.content).error == NumberError::not_a_number;
        });
        std::vector<std::string> names;
        for (const Cell& cell : cells)
            names.push_back(has_names && is_utf8(cell.content) ? std::string(cell.content)
                                                               : fmt::format("column {}", names.size() + 1));
        return {std::move(metadata), has_names ? lines : before, line, place.number, delimiter, std::move(names)};
    }
    throw InputError({source.file, lines.number()}, "there is no row", "", "give a table with a row for each time");
}

/// Tables without names: times and positions, then velocities, in the usual order.
std::vector<int> guess_by_number(std::size_t columns, bool one_body)
{
    std::vector<int> slots;
    for (std::size_t column = 0; column < columns; ++column) {
        const int number = static_cast<int>(column) - 1;
        const int a_group = one_body ? 3 : 9;
        if (column == 0)
            slots.push_back(0);
        else
            slots.push_back(number < 2 * a_group ? slot_of(number / a_group, number % a_group) : ignored_slot);
    }
    return slots;
}

ColumnGuess guess_of(const std::vector<std::string>& names, bool one_body)
{
    if (!names.empty() && names.front() == "column 1") return {guess_by_number(names.size(), one_body), {}, ""};
    return guess_columns(names);
}

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
        if (!has_plane || has_z) continue;
        for (int body = 0; body < bodies; ++body) added.push_back(slot_of(group, 3 * body + 2));
    }
    return added;
}

void fill_planar(Observations& observations, const std::vector<int>& added)
{
    for (const int slot : added) {
        const ColumnGroup& group = column_groups[static_cast<std::size_t>(group_of(slot))];
        ObservedTable& table = observations.*(group.table);
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
        if (slot != ignored_slot && !seen.insert(slot).second)
            place.fail(place.line.data(), "two columns are given as", column_name(slot), "choose one of the two");
    const bool has_time = seen.contains(0);
    if (!has_time) place.fail(place.line.data(), "no column is the time", "", "choose t for the column of times");
    const auto has_body = [&](int body) {
        return std::any_of(seen.begin(), seen.end(),
                           [body](int slot) { return slot > 0 && (slot - 1) % 9 / 3 == body; });
    };
    if (one_body && (has_body(1) || has_body(2)))
        place.fail(place.line.data(), "the columns are of more than one body", "",
                   "one of three files holds one body: give it x, y, z; or open this file alone");
    if (!one_body && has_body(0) && !has_body(1) && !has_body(2))
        place.fail(place.line.data(), "the columns are of one body only", "",
                   "add the files of the other two bodies, or choose which columns are theirs");
    if (!has_body(0)) place.fail(place.line.data(), "no column is a position", "", "choose x1 .. z3 for nine of them");
    std::vector<int> complete = slots;
    const int bodies = one_body ? 1 : 3;
    const std::vector<int> planar = planar_slots(slots, bodies);
    complete.insert(complete.end(), planar.begin(), planar.end());
    if (one_body)
        for (std::size_t i = 0, size = complete.size(); i < size; ++i)
            if (complete[i] > 0 && complete[i] != ignored_slot)
                complete.insert(complete.end(), {complete[i] + 3, complete[i] + 6});
    require_complete_groups(place, complete);
}

Observations read_table(const SourceText& source, const std::vector<int>& slots, bool one_body,
                        const std::stop_token& stop)
{
    TableStart start = read_start(source, stop);
    check_slots({source.file, start.names_number, start.names_line}, slots, start.names.size(), one_body);
    Observations observations;
    start.metadata.apply(observations);
    read_rows(start.rows, source.file, slots, start.delimiter, observations);
    fill_planar(observations, planar_slots(slots, one_body ? 1 : 3));
    order_by_time(observations, source.file, stop);
    return observations;
}

/// Body 1 of three tables at the times that all three have.
Observations joined(std::span<const SourceText> sources, const std::array<Observations, 3>& tables)
{
    std::vector<double> common = tables[0].times;
    for (const Observations& table : tables) {
        std::vector<double> both;
        std::set_intersection(common.begin(), common.end(), table.times.begin(), table.times.end(),
                              std::back_inserter(both));
        common = std::move(both);
    }
    common.erase(std::unique(common.begin(), common.end()), common.end());
    if (common.empty())
        throw InputError({sources[0].file}, "the three tables have no time in common", "",
                         "give three tables with the same times");
    Observations result;
    result.units = tables[0].units;
    result.times = common;
    std::size_t dropped = 0;
    for (std::size_t body = 0; body < 3; ++body) {
        const Observations& table = tables[body];
        if (!(table.units == result.units))
            throw InputError(
                {sources[body].file}, "the units are", table.units.text(),
                fmt::format("{} has {}: give three tables in the same units", sources[0].file, result.units.text()));
        dropped = std::max(dropped, table.size() - common.size());
        const std::string stem = std::filesystem::path(sources[body].file).stem().string();
        if (is_utf8(stem)) result.bodies[body] = stem;
        for (const std::string& note : table.notes)
            result.notes.push_back(fmt::format("{}: {}", result.bodies[body], note));
        for (const ColumnGroup& group : column_groups) {
            const ObservedTable& from = table.*(group.table);
            ObservedTable& to = result.*(group.table);
            if (from.cols() == 0) continue;
            if (to.cols() == 0)
                to = ObservedTable::Constant(9, static_cast<Eigen::Index>(common.size()),
                                             std::numeric_limits<double>::quiet_NaN());
            Eigen::Index row = 0;
            for (std::size_t k = 0; k < common.size(); ++k) {
                while (table.times[static_cast<std::size_t>(row)] != common[k]) ++row;
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

Observations read_tables(std::span<const SourceText> sources, const ImportOptions& options, const std::stop_token& stop)
{
    if (options.columns.size() != sources.size() || (sources.size() != 1 && sources.size() != 3))
        throw InputError({sources.empty() ? "" : sources.back().file},
                         fmt::format("{} file{} given", sources.size(), sources.size() == 1 ? " was" : "s were"), "",
                         how_many);
    if (sources.size() == 1) return read_table(sources[0], options.columns[0], false, stop);
    std::array<Observations, 3> tables;
    for (std::size_t body = 0; body < 3; ++body)
        tables[body] = read_table(sources[body], options.columns[body], true, stop);
    return joined(sources, tables);
}

void reorder(Observations& observations, const std::array<int, 3>& order)
{
    if (order == std::array{0, 1, 2}) return;
    const Observations found = observations;
    for (std::size_t body = 0; body < 3; ++body) {
        const auto from = static_cast<std::size_t>(order[body]);
        observations.bodies[body] = found.bodies[from];
        if (found.true_masses)
            (*observations.true_masses)[static_cast<Eigen::Index>(body)] =
                (*found.true_masses)[static_cast<Eigen::Index>(from)];
        if (found.relative_to == order[body]) observations.relative_to = static_cast<int>(body);
        for (const ColumnGroup& group : column_groups)
            if ((found.*(group.table)).cols() > 0)
                (observations.*(group.table)).middleRows<3>(3 * static_cast<Eigen::Index>(body)) =
                    (found.*(group.table)).middleRows<3>(3 * static_cast<Eigen::Index>(from));
    }
}

void check_order(std::span<const SourceText> sources, const ImportOptions& options)
{
    std::array<int, 3> sorted = options.order;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != std::array{0, 1, 2})
        throw InputError({sources.front().file}, "one body is chosen twice", "", "choose each of the three once");
}

/// The cells of the first rows, as many as there are columns.
std::vector<std::vector<std::string>> first_rows(const SourceText& source, TableStart& start)
{
    std::vector<std::vector<std::string>> rows;
    for (std::string_view line; rows.size() < preview_rows && start.rows.next(line);) {
        if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
        std::vector<std::string> row;
        for (const Cell& cell : split_cells({source.file, start.rows.number(), line}, start.delimiter))
            row.push_back(shown(cell.content));
        row.resize(start.names.size());
        rows.push_back(std::move(row));
    }
    return rows;
}

/// True where number and columns of the files are what their loader wants.
bool files_fit(std::span<const SourceText> sources)
{
    const std::string_view format = find_loader(sources.front()).id;
    if (format == "horizons") return sources.size() == 3;
    if (sources.size() != 1) return false;
    try {
        const TableStart start = read_start(sources[0], {});
        read_column_names({sources[0].file, start.names_number, start.names_line}, start.delimiter);
        return true;
    } catch (const InputError&) {
        return false;
    }
}

}  // namespace

bool as_found(const ImportOptions& options)
{
    return options == ImportOptions{};
}

Observations import_observations(std::span<const SourceText> sources, const ImportOptions& options,
                                 std::stop_token stop)
{
    Observations observations =
        options.columns.empty() ? parse_observations(sources, stop) : read_tables(sources, options, stop);
    if (observations.source.empty()) observations.source = files_text(sources);
    check_order(sources, options);
    throw_if_stopped(stop);
    reorder(observations, options.order);
    for (std::size_t body = 0; body < 3; ++body)
        if (!options.names[body].empty()) observations.bodies[body] = options.names[body];
    if (options.relative_to) {
        if (*options.relative_to < 0)
            observations.relative_to.reset();
        else
            observations.relative_to = *options.relative_to;
    }
    if (!trimmed(options.units).empty()) {
        try {
            observations.units = UnitSystem::parse(options.units);
        } catch (const ArgumentError& error) {
            throw InputError({sources.front().file},
                             "wrong units:", error.value().empty() ? options.units : error.value(), error.rule());
        }
    }
    if (!trimmed(options.convert_to).empty()) {
        try {
            convert_units(observations, UnitSystem::parse(options.convert_to));
        } catch (const ArgumentError& error) {
            throw InputError({sources.front().file}, "the numbers cannot be converted:",
                             error.value().empty() ? options.convert_to : error.value(), error.rule());
        }
    }
    return observations;
}

namespace {

/// The units that files state, as after `units:`; "" if they state none. `start`: of a delimited table.
std::string units_of(const TableStart& start)
{
    if (!start.metadata.has("units")) return "";
    Observations stated;
    try {
        start.metadata.apply(stated);
    } catch (const InputError&) {
        return "";  // reading the file says what is wrong
    }
    return stated.units.text();
}

}  // namespace

ImportPreview preview_import(std::span<const SourceText> beginnings, const std::optional<ImportOptions>& options)
{
    ImportPreview preview;
    if (beginnings.empty()) {
        preview.error.emplace(SourcePlace{}, "no file was given", "", how_many);
        return preview;
    }
    std::optional<Observations> plain;
    try {
        plain = parse_observations(beginnings);
        preview.readable = true;
        preview.found = plain->bodies;
    } catch (const InputError& error) {
        preview.error = error;
        preview.found = {"body 1", "body 2", "body 3"};
    }
    preview.fits = preview.readable || files_fit(beginnings);

    bool all_tables = true;
    for (std::size_t i = 0; i < beginnings.size(); ++i) {
        const ObservationLoader& loader = find_loader(beginnings[i]);
        ImportFile file{beginnings[i].file, loader.label, false, {}, {}, {}};
        if (loader.id == "csv" || (loader.id == "ecsv" && !preview.readable)) {
            try {
                TableStart start = read_start(beginnings[i], {});
                if (preview.stated_units.empty()) preview.stated_units = units_of(start);
                file.rows = first_rows(beginnings[i], start);
                const ColumnGuess guess = guess_of(start.names, beginnings.size() > 1);
                file.has_columns = true;
                file.columns = std::move(start.names);
                file.guess = guess.slots;
                if (!preview.fits) {
                    preview.guess.columns.push_back(guess.slots);
                    if (beginnings.size() == 1 && guess.bodies.size() == 3 && !start.metadata.has("bodies"))
                        std::copy(guess.bodies.begin(), guess.bodies.end(), preview.guess.names.begin());
                    if (!start.metadata.has("units")) preview.guess.units = guess.units;
                }
            } catch (const InputError& error) {
                if (!preview.error) preview.error = error;
            }
        }
        all_tables = all_tables && file.has_columns;
        preview.files.push_back(std::move(file));
    }
    if (!all_tables) preview.guess.columns.clear();
    // Formats whose headers or columns have units.
    if (plain && find_loader(beginnings.front()).id != "csv" && plain->units.length_si() > 0)
        preview.stated_units = plain->units.text();

    const ImportOptions used = options.value_or(preview.guess);
    try {
        preview.observations = as_found(used) && plain ? plain : import_observations(beginnings, used);
        preview.error.reset();
        if (!preview.readable) {
            // As found: before the order was changed.
            for (std::size_t body = 0; body < 3; ++body)
                preview.found[static_cast<std::size_t>(used.order[body])] = preview.observations->bodies[body];
        }
    } catch (const InputError& error) {
        preview.error = error;
    }
    if (preview.error)
        if (const auto velocities = radial_velocity_guess(beginnings)) preview.error = velocities;
    return preview;
}

SourceText shortened(SourceText beginning, bool is_whole)
{
    if (is_whole) return beginning;
    std::string& text = beginning.text;
    if (find_loader(beginning).id != "horizons") {
        text.resize(text.rfind('\n') == text.npos ? text.size() : text.rfind('\n') + 1);
        return beginning;
    }
    if (text.find("\n$$EOE") != text.npos || text.find("\n$$SOE") == text.npos) return beginning;
    // Up to the last line that starts an epoch: it begins with a digit, lines that belong to it with a blank.
    for (std::size_t end = text.rfind('\n'); end != text.npos && end > 0; end = text.rfind('\n', end - 1)) {
        if (end + 1 >= text.size() || text[end + 1] < '0' || text[end + 1] > '9') continue;
        text.resize(end + 1);
        break;
    }
    text += "$$EOE\n";
    return beginning;
}

SourceText read_beginning(const std::filesystem::path& file)
{
    constexpr std::size_t most = std::size_t{1} << 20;
    std::string text = read_file_start(file, most + 1);
    const bool is_whole = text.size() <= most;
    return shortened({file.string(), std::move(text)}, is_whole);
}

}  // namespace syzygy
