#include "physics/observations/delimited_table.hpp"

#include "physics/observations/columns.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/sigma_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace syzygy {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

const char* skip_blanks(const char* at, const char* end, char delimiter)
{
    while (at != end && (*at == ' ' || (*at == '\t' && delimiter != '\t'))) ++at;
    return at;
}

/// The cell at `at`, which moves to the delimiter after it or to the end.
Cell take_cell(const LinePlace& place, const char*& at, char delimiter)
{
    const char* const end = place.line.data() + place.line.size();
    at = skip_blanks(at, end, delimiter);
    const char* const first = at;
    if (at != end && *at == '"') {
        const char* const close = std::find(at + 1, end, '"');
        if (close == end)
            place.fail(first, "a quote is not closed:", std::string_view(first, end),
                       "close it in the same line, or leave the quotes out");
        at = skip_blanks(close + 1, end, delimiter);
        const bool parted = at == end || *at == delimiter || (delimiter == ' ' && at != close + 1);
        if (!parted)
            place.fail(first, "text follows the closing quote:", std::string_view(first, end), "leave the quotes out");
        return {trimmed(std::string_view(first + 1, close))};
    }
    while (at != end && *at != delimiter && !(delimiter == ' ' && *at == '\t')) ++at;
    return {trimmed(std::string_view(first, at))};
}

std::string delimiter_name(char delimiter)
{
    switch (delimiter) {
    case ' ': return "blank";
    case '\t': return "tab";
    case ';': return "semicolon";
    default: return "comma";
    }
}

/// The number of a cell that is not a plain finite number: missing, or an error.
double read_unusual_cell(const LinePlace& place, std::string_view cell, int slot)
{
    constexpr std::string_view blank_remedy = "leave the cell blank where nothing was observed";
    const char* const at = cell.data();
    if (slot == ignored_slot) return missing;
    const std::string name = column_name(slot);
    if (cell.empty()) {
        if (slot == 0) place.fail(at, "the time (column t) is missing", "", "give every row a time");
        return missing;
    }
    const ReadNumber number = read_number(cell);
    if (number.error == NumberError::out_of_range)
        place.fail(at, fmt::format("column {} holds a number outside the range of a double:", name), cell,
                   "choose units that keep the numbers smaller or larger");
    if (number.error == NumberError::not_a_number) {
        const bool decimal_comma = cell.find(',') != std::string_view::npos;
        place.fail(at, fmt::format("column {} holds what is not a number:", name), cell,
                   decimal_comma ? "write decimals with a point" : blank_remedy);
    }
    if (std::isinf(number.value))
        place.fail(at, fmt::format("column {} holds an infinite value:", name), cell, blank_remedy);
    if (std::isnan(number.value) && slot == 0)
        place.fail(at, "the time (column t) is missing:", cell, "give every row a time");
    return number.value;
}

[[noreturn]] void fail_sigma(const LinePlace& place, const char* at, double value, int slot)
{
    if (value > 0)
        place.fail(at, fmt::format("column {} holds a standard error that cannot be worked with:", column_name(slot)),
                   fmt::format("{}", value), "it " + unusable_sigma_rule());
    place.fail(at, fmt::format("column {} holds a standard error that is not positive:", column_name(slot)),
               fmt::format("{}", value),
               "give a positive number; where it is unknown leave the cell blank: a fit estimates the scale of errors that "
               "are missing beside others");
}

/// Standard errors that are smaller than the rounding of their value, in the rows of a file.
class RoundedValues {
public:
    RoundedValues(const std::vector<int>& slots)
    {
        for (const int slot : slots)
            if (slot != ignored_slot && is_sigma_slot(slot)) sigmas_.push_back(slot);
    }

    void look_at(const LinePlace& place, const double* row)
    {
        for (const int slot : sigmas_) {
            const double value = row[value_slot(slot)], sigma = row[slot];
            if (!below_rounding(sigma, value)) continue;
            if (count_++ == 0)
                first_ = fmt::format("{}:{}: column {} holds a standard error of {:.3g} beside {} = {}", place.file,
                                     place.number, column_name(slot), sigma, column_name(value_slot(slot)), value);
        }
    }

    void add_note(Observations& observations) const
    {
        if (count_ == 0) return;
        observations.notes.push_back(fmt::format(
            "{}, which a double number rounds by more{}: give an error that the value can have, or positions relative to a body "
            "nearby.",
            first_, count_ > 1 ? fmt::format(" (and {} more like it)", count_ - 1) : ""));
    }

private:
    /// Of the number that a standard error belongs to: the groups of errors follow those of their values.
    static int value_slot(int slot) { return slot - slot_of(2, 0) + slot_of(0, 0); }

    std::vector<int> sigmas_;
    std::string first_;
    long count_ = 0;
};

/// Reads the cells of one line. Numbers in their plain form take the short way; a cell that is blank,
/// quoted or wrong takes the other, which also finds the words for it.
class RowReader {
public:
    RowReader(const std::vector<int>& slots, char delimiter) : slots_(slots), delimiter_(delimiter) {}

    /// False where all cells are blank.
    bool read(const LinePlace& place, bool line_was_ended, double* row) const
    {
        const char* at = place.line.data();
        const char* const end = at + place.line.size();
        const char* blank_time = nullptr;
        std::size_t column = 0, filled = 0;
        for (;; ++column) {
            at = skip_blanks(at, end, delimiter_);
            if (delimiter_ == ' ' && at == end) break;
            if (column == slots_.size()) {
                require_blank_rest(place, at);
                break;
            }
            const int slot = slots_[column];
            const char* const first = at;
            double value = missing;
            if (at != end && !(*at == delimiter_)) {
                ++filled;
                at = read_cell(place, first, end, slot, value);
            } else if (slot == 0) {
                blank_time = first;
            }
            if (is_sigma_slot(slot) && !std::isnan(value) && !usable_sigma(value)) fail_sigma(place, first, value, slot);
            row[slot] = value;
            if (at == end) {
                ++column;
                break;
            }
            if (delimiter_ != ' ') ++at;  // past the delimiter
        }
        if (filled == 0) return false;
        if (column < slots_.size()) fail_short(place, column, line_was_ended);
        if (blank_time) read_unusual_cell(place, std::string_view(blank_time, 0), 0);
        return true;
    }

private:
    const char* read_cell(const LinePlace& place, const char* at, const char* end, int slot, double& value) const
    {
        const char* const first = at;
        const auto [stop, error] = std::from_chars(at, end, value);
        at = skip_blanks(stop, end, delimiter_);
        const bool parted = at == end || *at == delimiter_ || (delimiter_ == ' ' && at != stop);
        if (error == std::errc{} && parted && std::isfinite(value)) return at;
        at = first;
        const Cell cell = take_cell(place, at, delimiter_);
        value = read_unusual_cell(place, cell.content, slot);
        return at;
    }

    void require_blank_rest(const LinePlace& place, const char* at) const
    {
        const char* const end = place.line.data() + place.line.size();
        const std::string_view rest(at, end);
        for (const char letter : rest)
            if (letter != delimiter_ && letter != ' ' && letter != '\t')
                place.fail(at, fmt::format("the row has more cells than the {} columns named:", slots_.size()), rest,
                           "name every column, or remove the cells");
    }

    [[noreturn]] void fail_short(const LinePlace& place, std::size_t cells, bool line_was_ended) const
    {
        const int slot = slots_[cells];
        const std::string problem =
            fmt::format("the row has {} cell{} but {} columns are named; the first missing is {}", cells,
                        cells == 1 ? "" : "s", slots_.size(), slot == ignored_slot ? "nameless" : column_name(slot));
        place.fail(place.line.data() + place.line.size(), problem, "",
                   line_was_ended ? fmt::format("check the {}s; a missing value is {}", delimiter_name(delimiter_),
                                                delimiter_ == ' ' ? "written nan" : "a blank cell between two of them")
                                  : "the file ends in the middle of a row: fetch it again, or delete this line");
    }

    const std::vector<int>& slots_;
    char delimiter_;
};

/// Tables that grow by doubling; only what the columns need.
class RowStore {
public:
    RowStore(const std::vector<int>& slots, Observations& observations) : observations_(observations)
    {
        for (std::size_t group = 0; group < column_groups.size(); ++group)
            if (std::any_of(slots.begin(), slots.end(), [&](int slot) {
                    return slot > 0 && slot != ignored_slot && group_of(slot) == static_cast<int>(group);
                }))
                groups_.push_back(static_cast<int>(group));
    }

    void add(const double* row)
    {
        const Eigen::Index count = static_cast<Eigen::Index>(observations_.times.size());
        if (count == capacity_) resize(capacity_ = std::max<Eigen::Index>(16, 2 * capacity_));
        observations_.times.push_back(row[0]);
        for (const int group : groups_) {
            const double* const from = row + slot_of(group, 0);
            std::copy(from, from + 9, table(group).col(count).data());
        }
    }

    void finish() { resize(static_cast<Eigen::Index>(observations_.times.size())); }

private:
    ObservedTable& table(int group) { return observations_.*(column_groups[static_cast<std::size_t>(group)].table); }
    void resize(Eigen::Index columns)
    {
        for (const int group : groups_) table(group).conservativeResize(9, columns);
    }

    Observations& observations_;
    std::vector<int> groups_;
    Eigen::Index capacity_ = 0;
};

}  // namespace

std::vector<Cell> split_cells(const LinePlace& place, char delimiter)
{
    std::vector<Cell> cells;
    const char* at = place.line.data();
    const char* const end = at + place.line.size();
    for (;;) {
        at = skip_blanks(at, end, delimiter);
        if (delimiter == ' ' && at == end) return cells;
        cells.push_back(take_cell(place, at, delimiter));
        if (at == end) return cells;
        if (delimiter != ' ') ++at;
    }
}

char detect_delimiter(std::string_view names_line)
{
    char delimiter = ' ';
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', ';', '\t'}) {
        const auto count = std::count(names_line.begin(), names_line.end(), candidate);
        if (count > most) {
            most = count;
            delimiter = candidate;
        }
    }
    return delimiter;
}

std::vector<int> read_column_names(const LinePlace& place, char delimiter)
{
    const std::vector<Cell> cells = split_cells(place, delimiter);
    std::vector<int> slots;
    for (const Cell& cell : cells) {
        if (cell.content.empty()) {
            slots.push_back(ignored_slot);
            continue;
        }
        const std::optional<int> slot = find_column(cell.content);
        if (!slot) {
            if (read_number(cell.content).error == NumberError::none)
                place.fail(cell.content.data(), "a number stands where a column name is needed:", cell.content,
                           "put a line of column names above the rows: t,x1,y1,z1,...,z3");
            const auto meant = lower_case(cell.content) == "time" ? std::optional<std::string>("t")
                                                                  : nearest_word(cell.content, column_names());
            place.fail(cell.content.data(), "unknown column", cell.content,
                       fmt::format("{}known are t, x1..z3, vx1..vz3, sx1..sz3, svx1..svz3; remove other columns",
                                   meant ? fmt::format("did you mean {}? ", *meant) : ""));
        }
        if (std::find(slots.begin(), slots.end(), *slot) != slots.end())
            place.fail(cell.content.data(), "a column is named twice:", cell.content, "remove one of the two");
        slots.push_back(*slot);
    }
    while (!slots.empty() && slots.back() == ignored_slot) slots.pop_back();
    require_complete_groups(place, slots);
    return slots;
}

void require_complete_groups(const LinePlace& place, const std::vector<int>& slots)
{
    const auto has = [&](int slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); };
    const auto fail = [&](const std::string& name, std::string_view remedy) {
        place.fail(place.line.data(), "the columns lack", name, remedy);
    };
    if (!has(0)) fail("t", "name the column of times t; the file needs a line of column names above its rows");
    for (int group = 0; group < static_cast<int>(column_groups.size()); ++group) {
        int present = 0, absent = -1;
        for (int component = 8; component >= 0; --component)
            has(slot_of(group, component)) ? ++present : absent = slot_of(group, component);
        if (absent < 0 || (present == 0 && group > 0)) continue;
        const bool planar = column_name(absent).find('z') != std::string::npos;
        fail(column_name(absent),
             fmt::format("give all nine columns of {}{}", column_groups[static_cast<std::size_t>(group)].what,
                         planar && group == 0 ? "; for motion in a plane add z1, z2, z3 of zeros"
                                              : ", with blank cells where nothing is known"));
    }
}

void read_rows(LineReader& lines, const std::string& file, const std::vector<int>& slots, char delimiter,
               Observations& observations)
{
    const RowReader reader(slots, delimiter);
    RoundedValues rounded(slots);
    RowStore store(slots, observations);
    double row[column_slots + 1];
    std::fill(std::begin(row), std::end(row), missing);
    std::size_t blank_rows = 0;
    for (std::string_view line; lines.next(line);) {
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos && delimiter != '\t') continue;
        const LinePlace place{file, lines.number(), line};
        if (first != std::string_view::npos && line[first] == '#') {
            const std::string_view comment = trimmed(line.substr(first + 1));
            const std::size_t colon = key_end(comment);
            if (colon != comment.npos && !Metadata::known_key(trimmed(comment.substr(0, colon))).empty())
                place.fail(comment.data(), "metadata below the column names:", comment,
                           "move the line above the column names");
            continue;
        }
        if (line.empty()) continue;
        if (reader.read(place, lines.line_was_ended(), row)) {
            rounded.look_at(place, row);
            store.add(row);
        } else {
            ++blank_rows;
        }
    }
    store.finish();
    rounded.add_note(observations);
    if (blank_rows > 0)
        observations.notes.push_back(fmt::format("{} row{} of blank cells {} left out.", blank_rows,
                                                 blank_rows == 1 ? "" : "s", blank_rows == 1 ? "was" : "were"));
}

}  // namespace syzygy
