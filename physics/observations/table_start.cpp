#include "physics/observations/table_start.hpp"

#include "core/base/error.hpp"
#include "physics/observations/column_guess.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace syzygy {

namespace {

bool is_number(const Cell& cell)
{
    return read_number(cell.content).error != NumberError::not_a_number;
}

/// The delimiter that a line "sep=;" states.
std::optional<char> stated_delimiter(std::string_view line)
{
    const std::string text = lower_case(trimmed(line));
    if (!text.starts_with("sep=") || text.size() > 5) return std::nullopt;
    if (text.size() == 4) return line.find('\t') == line.npos ? ' ' : '\t';
    const char delimiter = text[4];
    if (std::string_view(",;|\t").find(delimiter) == std::string_view::npos) return std::nullopt;
    return delimiter;
}

/// A comment that names the columns of the row below it: as many words as the row has cells, a time and a position of a body among
/// them.
bool names_columns(const std::vector<Cell>& words, std::size_t cells)
{
    if (words.size() != cells || words.size() < 4) return false;
    std::vector<std::string> names;
    for (const Cell& word : words) names.emplace_back(word.content);
    const std::vector<int> slots = guess_columns(names).slots;
    const auto has = [&](int slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); };
    return has(0) && has(slot_of(0, 0)) && has(slot_of(0, 1)) && has(slot_of(0, 2));
}

}  // namespace

TableStart read_table_start(const SourceText& source, std::stop_token stop)
{
    LineReader lines(checked_text(source), std::move(stop));
    const bool is_ecsv = source.text.find("# %ECSV") <= 3;  // below a byte order mark
    Metadata metadata;
    std::optional<char> stated;
    struct Comment {
        std::string_view line;
        std::size_t number = 0;
    } last_comment;
    for (;;) {
        const LineReader before = lines;
        std::string_view line;
        if (!lines.next(line)) break;
        const std::string_view text = trimmed(line);
        if (text.empty()) continue;
        const LinePlace place{source.file, lines.number(), line};
        if (text.starts_with('#')) {
            last_comment = {line, lines.number()};
            // The header of ECSV is YAML, and its units belong to columns that have other names.
            const std::size_t colon = is_ecsv ? text.npos : key_end(text);
            if (colon == text.npos) continue;
            const std::string_view value = trimmed(text.substr(colon + 1));
            metadata.add(trimmed(text.substr(1, colon - 1)),
                         {std::string(value), {}, {source.file, lines.number(), character_column(line, value.data())}});
            continue;
        }
        if (!stated && (stated = stated_delimiter(line))) continue;
        const char delimiter = stated.value_or(detect_delimiter(line));
        const std::vector<Cell> cells = split_cells(place, delimiter);
        const bool has_names = std::any_of(cells.begin(), cells.end(), [](const Cell& cell) {
            return !cell.content.empty() && !is_number(cell) && !looks_like_date(cell.content);
        });
        TableStart start{std::move(metadata), has_names ? lines : before, line, place.number, delimiter, {}, has_names};
        std::vector<Cell> names = cells;
        if (!has_names && !last_comment.line.empty()) {
            // numpy.savetxt and Astropy's commented_header put the names behind a '#'.
            const std::string_view comment = last_comment.line.substr(last_comment.line.find('#') + 1);
            std::vector<Cell> words;
            try {
                words = split_cells({source.file, last_comment.number, comment}, delimiter);
            } catch (const InputError&) {
                words.clear();  // a comment with a quotation mark
            }
            if (names_columns(words, cells.size())) {
                start.has_names = true;
                start.names_line = comment;
                start.names_number = last_comment.number;
                names = words;
            }
        }
        for (const Cell& cell : names)
            start.names.push_back(start.has_names && is_utf8(cell.content) ? std::string(cell.content)
                                                                           : fmt::format("column {}", start.names.size() + 1));
        return start;
    }
    throw InputError({source.file, lines.number()}, "there is no line of column names, and no row", "",
                     "give a table with a row for each time below a line of column names: t,x1,y1,z1,...,z3");
}

std::vector<TableColumn> with_dates(std::vector<TableColumn> columns, const TableStart& start, const UnitSystem& units, const std::string& file)
{
    for (TableColumn& column : columns)
        if (column.kind == CellKind::epoch && units.time_si() == 0) column = {column.slot};
    LineReader rows = start.rows;
    for (std::string_view line; rows.next(line);) {
        if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
        const std::vector<Cell> cells = split_cells({file, rows.number(), line}, start.delimiter);
        if (std::all_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.content.empty(); })) continue;
        for (std::size_t i = 0; i < std::min(cells.size(), columns.size()); ++i)
            if (columns[i].slot == 0 && looks_like_date(cells[i].content))
                columns[i] = {0, CellKind::epoch, find_epoch_format("isot")};
        break;
    }
    return columns;
}

RowFormat row_format(const TableStart& start, const std::vector<TableColumn>& columns, const Observations& observations,
                     const std::string& file)
{
    RowFormat format{start.delimiter, start.has_names ? trimmed(start.names_line) : std::string_view(),
                     find_time_scale(observations.reference.time_scale), observations.units.time_si()};
    for (std::size_t i = 0; i < std::min(columns.size(), start.names.size()); ++i) {
        const auto epochs = columns[i].slot == 0 ? epochs_named(start.names[i]) : std::nullopt;
        if (!epochs || !epochs->scale) continue;
        if (format.scale && format.scale != epochs->scale)
            throw InputError({file, start.names_number}, "the column of times names another time scale than the metadata:",
                             start.names[i], fmt::format("the metadata say {}: correct one of the two", to_string(*format.scale)));
        format.scale = epochs->scale;
    }
    return format;
}

}  // namespace syzygy
