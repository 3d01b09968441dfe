#include "physics/observations/radial_velocity_guess.hpp"

#include "core/base/median.hpp"
#include "physics/observations/delimited_table.hpp"
#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace syzygy {

namespace {

/// Rows that are looked at, and as few as tell anything.
constexpr std::size_t most_rows = 200, fewest_rows = 4;

/// "RV", "RVobs", "RV_Aa", "vrad1", "radial velocity"; not "vx1".
bool names_radial_velocity(std::string_view name)
{
    const std::string word = lower_case(trimmed(name));
    const auto begins = [&](std::string_view start) { return word.starts_with(start); };
    // "rv" alone or with what is no letter of another word behind it.
    const bool rv = begins("rv") && (word.size() == 2 || !std::islower(static_cast<unsigned char>(word[2])) ||
                                     word.substr(2).starts_with("obs"));
    return rv || begins("vrad") || begins("radvel") || begins("radial");
}

/// What the comments and names of a table say, and its first rows.
struct Table {
    std::string says;  ///< "header value_units = M/S"
    std::size_t columns = 0;
    std::vector<std::vector<double>> rows;
};

/// "value_units = M/S", or "" for a comment that says nothing of the kind.
std::string units_in(std::string_view comment)
{
    const std::size_t end = comment.find_first_of(":=");
    if (end == comment.npos) return "";
    const std::string key = lower_case(trimmed(comment.substr(0, end)));
    const std::string_view value = trimmed(comment.substr(end + 1));
    const std::string unit = lower_case(value);
    static constexpr std::array<std::string_view, 6> speeds{"m/s", "km/s", "m s-1", "km s-1", "m s^-1", "km s^-1"};
    if (key != "value_units" || std::ranges::find(speeds, unit) == speeds.end()) return "";
    return fmt::format("header value_units = {}", shown(value));
}

Table read_table(const SourceText& source)
{
    Table table;
    LineReader lines(checked_text(source));
    char delimiter = 0;
    for (std::string_view line; table.rows.size() < most_rows && lines.next(line);) {
        const std::string_view text = trimmed(line);
        if (text.empty()) continue;
        const bool comment = text.starts_with('#') || text.starts_with('\\') || text.starts_with('|');
        const std::string_view content = comment ? trimmed(text.substr(1)) : text;
        if (comment && table.says.empty()) table.says = units_in(content);
        const char own = detect_delimiter(content);
        const std::vector<Cell> cells = split_cells({source.file, lines.number(), content}, own);
        std::vector<double> row;
        for (const Cell& cell : cells) {
            const ReadNumber number = read_number(cell.content);
            row.push_back(number.error == NumberError::none ? number.value : std::nan(""));
        }
        const bool numbers = !comment && cells.size() >= 2 && std::isfinite(row[0]) && std::isfinite(row[1]);
        if (!numbers) {
            // Named as our own columns are: what is wrong is something else.
            if (std::ranges::any_of(cells, [](const Cell& cell) { return find_series_column(cell.content).has_value(); })) return {};
            // A line of names, in a comment or below it.
            if (table.says.empty() && table.rows.empty() && cells.size() >= 2)
                for (const Cell& cell : cells)
                    if (names_radial_velocity(cell.content)) {
                        table.says = fmt::format("column {}", shown(cell.content));
                        break;
                    }
            continue;
        }
        if (delimiter == 0) {
            delimiter = own;
            table.columns = row.size();
        }
        if (row.size() != table.columns) return {};
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// As the numbers alone tell: dates, values that go up and down, errors.
bool has_shape(const Table& table)
{
    if (table.columns < 3 || table.columns > 4 || table.rows.size() < fewest_rows) return false;
    std::vector<double> values, errors;
    std::size_t later = 0;
    for (std::size_t k = 0; k < table.rows.size(); ++k) {
        const std::vector<double>& row = table.rows[k];
        if (!(row[2] > 0)) return false;
        values.push_back(row[1]);
        errors.push_back(row[2]);
        later += k > 0 && row[0] >= table.rows[k - 1][0];
    }
    // Sets of several instruments begin anew.
    if (later < (table.rows.size() - 1) * 9 / 10) return false;
    const auto [least, most] = std::ranges::minmax(values);
    const auto [least_error, most_error] = std::ranges::minmax(errors);
    std::size_t turns = 0;
    for (std::size_t k = 2; k < values.size(); ++k)
        turns += (values[k] - values[k - 1]) * (values[k - 1] - values[k - 2]) < 0;
    return median(errors) < 0.5 * (most - least) && most_error < 100 * least_error && turns > 0;
}

}  // namespace

std::optional<InputError> radial_velocity_guess(std::span<const SourceText> sources)
{
    if (sources.empty()) return std::nullopt;
    try {
        const Table table = read_table(sources.front());
        if (table.rows.size() < 2) return std::nullopt;
        if (table.says.empty() && !has_shape(table)) return std::nullopt;
        return InputError(
            {sources.front().file},
            fmt::format("this looks like radial velocities ({} columns{}{})", table.columns,
                        table.says.empty() ? ": times, values that go up and down, errors" : ", ", table.says),
            "",
            "name its columns t, rv1 and srv1 (errors), with the number of the body observed, below lines '# units:' and '# bodies:'");
    } catch (const InputError&) {
        return std::nullopt;
    }
}

}  // namespace syzygy
