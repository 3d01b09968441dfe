#include "physics/observations/import.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/file.hpp"
#include "physics/observations/column_guess.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/delimited_table.hpp"
#include "physics/observations/horizons_reply.hpp"
#include "physics/observations/loaders.hpp"
#include "physics/observations/one_body_tables.hpp"
#include "physics/observations/radial_velocity_guess.hpp"
#include "physics/observations/table_start.hpp"
#include "physics/observations/text_reading.hpp"
#include "physics/observations/told_table.hpp"
#include "physics/observations/unit_conversion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

namespace syzygy {

namespace {

constexpr std::string_view how_many = "give one file with three bodies, or three files of one body each";

Observations read_tables(std::span<const SourceText> sources, const ImportOptions& options, const std::stop_token& stop)
{
    if (options.columns.size() != sources.size() || (sources.size() != 1 && sources.size() != 3))
        throw InputError({sources.empty() ? "" : sources.back().file},
                         fmt::format("{} file{} given", sources.size(), sources.size() == 1 ? " was" : "s were"), "",
                         how_many);
    const ToldTable told{options.units, options.time_scale};
    if (sources.size() == 1) return read_told_table(sources[0], options.columns[0], false, told, stop);
    std::array<Observations, 3> tables;
    for (std::size_t body = 0; body < 3; ++body)
        tables[body] = read_told_table(sources[body], options.columns[body], true, told, stop);
    return joined_tables(sources, std::move(tables));
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
        for (std::size_t i = 0; i < found.series.size(); ++i)
            if (found.series[i].body == order[body]) observations.series[i].body = static_cast<int>(body);
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

/// True where times are dates and the file does not say in which scale.
bool needs_time_scale(const TableStart& start, const std::vector<int>& slots, const std::string& file)
{
    Observations stated;
    start.metadata.apply(stated);
    std::vector<TableColumn> columns;
    for (const int slot : slots) columns.push_back({slot});
    if (row_format(start, columns, stated, file).scale) return false;
    const std::vector<TableColumn> read = with_dates(columns, start, stated.units, file);
    const auto dates = std::find_if(read.begin(), read.end(), [](const auto& column) { return column.kind == CellKind::epoch; });
    if (dates == read.end()) return false;
    LineReader rows = start.rows;
    std::string_view line;
    while (rows.next(line) && (trimmed(line).empty() || trimmed(line).starts_with('#'))) {}
    const std::vector<Cell> cells = split_cells({file, rows.number(), line}, start.delimiter);
    const auto index = static_cast<std::size_t>(dates - read.begin());
    return index < cells.size() && !cells[index].content.ends_with('Z');
}

/// True where number and columns of the files are what their loader wants.
bool files_fit(std::span<const SourceText> sources)
{
    const std::string_view format = find_loader(sources.front()).id;
    if (format == "horizons") return sources.size() == 3;
    if (sources.size() != 1) return false;
    try {
        const TableStart start = read_table_start(sources[0], {});
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
    if (!trimmed(options.units).empty()) observations.units = parse_told_units(options.units, sources.front().file);
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
                TableStart start = read_table_start(beginnings[i], {});
                if (preview.stated_units.empty()) preview.stated_units = units_of(start);
                const ColumnGuess guess = guess_table(start.names, start.has_names, beginnings.size() > 1);
                std::vector<int> slots = guess.slots;
                for (std::size_t k = 0; k < slots.size() && beginnings.size() == 1; ++k)
                    if (slots[k] == ignored_slot && find_series_column(start.names[k])) slots[k] = series_slot;
                const bool dates = needs_time_scale(start, guess.slots, beginnings[i].file);
                file.rows = first_rows(beginnings[i], start);
                file.has_columns = true;
                file.columns = std::move(start.names);
                file.guess = slots;
                preview.needs_time_scale = preview.needs_time_scale || dates;
                // Dates are read with their scale told, and so with their columns told.
                if (!preview.fits || dates) {
                    preview.guess.columns.push_back(slots);
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
    if (trimmed(text.substr(0, 64)).starts_with('{')) text = beginning_of_result(text);
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
