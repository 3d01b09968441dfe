#include "physics/observations/delimited_table.hpp"

#include "physics/observations/column_guess.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/epoch_times.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/sigma_range.hpp"
#include "physics/time/utc_day.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
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
        // A quote in quotes is doubled.
        const char* close = std::find(at + 1, end, '"');
        while (close != end && close + 1 != end && close[1] == '"') close = std::find(close + 2, end, '"');
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
    case '|': return "bar";
    default: return "comma";
    }
}

/// The number of a cell that is not a plain finite number: missing, or an error.
double read_unusual_cell(const LinePlace& place, std::string_view cell, int slot, const std::string& series = "")
{
    constexpr std::string_view blank_remedy = "leave the cell blank where nothing was observed";
    const char* const at = cell.data();
    if (slot == ignored_slot && series.empty()) return missing;
    const std::string name = series.empty() ? column_name(slot) : series;
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
                   decimal_comma ? "write decimals with a point"
                   : slot == 0   ? "give a number, or in all rows dates such as 2018-01-31T12:00:00"
                                 : blank_remedy);
    }
    if (std::isinf(number.value))
        place.fail(at, fmt::format("column {} holds an infinite value:", name), cell, blank_remedy);
    if (std::isnan(number.value) && slot == 0)
        place.fail(at, "the time (column t) is missing:", cell, "give every row a time");
    return number.value;
}

[[noreturn]] void fail_sigma(const LinePlace& place, const char* at, double value, const std::string& column)
{
    if (value > 0)
        place.fail(at, fmt::format("column {} holds a standard error that cannot be worked with:", column),
                   fmt::format("{}", value), "it " + unusable_sigma_rule());
    place.fail(at, fmt::format("column {} holds a standard error that is not positive:", column),
               fmt::format("{}", value),
               "give a positive number; where it is unknown leave the cell blank: a fit estimates the scale of errors that "
               "are missing beside others");
}

/// Standard errors that are smaller than the rounding of their value, in the rows of a file.
class RoundedValues {
public:
    explicit RoundedValues(const std::vector<TableColumn>& columns)
    {
        for (const TableColumn& column : columns)
            if (column.kind != CellKind::mask && column.slot != ignored_slot && is_sigma_slot(column.slot))
                for (int slot = column.slot; slot < column.slot + column.width(); ++slot) sigmas_.push_back(slot);
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

/// One row of a table as it is read.
struct Row {
    std::array<double, column_slots + 1> numbers;
    std::vector<double> series;  ///< value and error of each
    Epoch epoch;
};

/// Reads the cells of one line. Numbers in their plain form take the short way; a cell that is blank,
/// quoted, wrong or no number takes the other, which also finds the words for it.
class RowReader {
public:
    RowReader(const std::vector<TableColumn>& columns, const std::vector<ObservedSeries>& series, const RowFormat& format)
        : columns_(columns),
          series_(series),
          delimiter_(format.delimiter),
          scale_(format.scale),
          has_time_unit_(format.seconds_per_time > 0)
    {
    }

    /// Of the epochs, once a row was read.
    std::optional<TimeScale> scale() const { return scale_; }

    /// False where all cells are blank.
    bool read(const LinePlace& place, bool line_was_ended, Row& row)
    {
        const char* at = place.line.data();
        const char* const end = at + place.line.size();
        const char* blank_time = nullptr;
        std::size_t column = 0, filled = 0;
        masked_.clear();
        for (;; ++column) {
            at = skip_blanks(at, end, delimiter_);
            if (delimiter_ == ' ' && at == end) break;
            if (column == columns_.size()) {
                require_blank_rest(place, at);
                break;
            }
            const TableColumn& its = columns_[column];
            const int slot = its.slot;
            const char* const first = at;
            if (its.kind != CellKind::number) {
                if (at != end && *at != delimiter_) {
                    ++filled;
                    read_special(place, at, its, row);
                } else {
                    if (slot == 0) blank_time = first;
                    fill_missing(its, row);
                }
            } else {
                double value = missing;
                if (at != end && !(*at == delimiter_)) {
                    ++filled;
                    at = read_cell(place, first, end, slot, value);
                } else if (slot == 0) {
                    blank_time = first;
                }
                store(place, first, slot, value, row);
            }
            if (at == end) {
                ++column;
                break;
            }
            if (delimiter_ != ' ') ++at;  // past the delimiter
        }
        if (filled == 0) return false;
        if (column < columns_.size()) fail_short(place, column, line_was_ended);
        if (blank_time) read_unusual_cell(place, std::string_view(blank_time, 0), 0);
        for (const int slot : masked_) row.numbers[static_cast<std::size_t>(slot)] = missing;
        if (std::isnan(row.numbers[0])) read_unusual_cell(place, place.line.substr(0, 0), 0);
        return true;
    }

private:
    static void store(const LinePlace& place, const char* at, int slot, double value, Row& row)
    {
        if (is_sigma_slot(slot) && !std::isnan(value) && !usable_sigma(value)) fail_sigma(place, at, value, column_name(slot));
        row.numbers[static_cast<std::size_t>(slot)] = value;
    }

    static void fill_missing(const TableColumn& column, Row& row)
    {
        if (column.is_series()) row.series[place_of(column)] = missing;
        if (column.kind != CellKind::vector) return;
        for (int slot = column.slot; slot < column.slot + 3; ++slot) row.numbers[static_cast<std::size_t>(slot)] = missing;
    }

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

    /// A cell that is no single number; `at` moves past it.
    void read_special(const LinePlace& place, const char*& at, const TableColumn& column, Row& row)
    {
        const Cell cell = take_cell(place, at, delimiter_);
        switch (column.kind) {
        case CellKind::vector: read_vector(place, cell.content, column, row); break;
        case CellKind::epoch: read_epoch(place, cell.content, column, row); break;
        case CellKind::mask: read_mask(place, cell.content, column); break;
        case CellKind::series: read_series(place, cell.content, column, row); break;
        case CellKind::number: break;
        }
    }

    static std::size_t place_of(const TableColumn& column) { return 2 * column.series + (column.is_series_sigma ? 1 : 0); }

    void read_series(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row) const
    {
        const ObservedSeries& series = series_[column.series];
        const std::string name = column.is_series_sigma ? series.sigma_name() : series.name();
        const double value = read_unusual_cell(place, cell, ignored_slot, name);
        if (column.is_series_sigma && !std::isnan(value) && !usable_sigma(value)) fail_sigma(place, cell.data(), value, name);
        row.series[place_of(column)] = value;
    }

    /// "True", or "[true,false,true]" of a vector.
    void read_mask(const LinePlace& place, std::string_view cell, const TableColumn& column)
    {
        const bool each = cell.starts_with('[') && cell.ends_with(']') && column.width() == 3;
        std::string_view rest = each ? cell.substr(1, cell.size() - 2) : cell;
        for (int axis = 0; axis < (each ? 3 : 1); ++axis) {
            const std::size_t size = each ? std::min(rest.find(','), rest.size()) : rest.size();
            const std::string value = lower_case(trimmed(rest.substr(0, size)));
            rest.remove_prefix(std::min(size + 1, rest.size()));
            const bool masked = value == "true" || value == "1";
            if (!masked && value != "false" && value != "0" && !value.empty())
                place.fail(cell.data(), "a mask is True or False:", cell, "save the table again");
            if (!masked) continue;
            if (each)
                masked_.push_back(column.slot + axis);
            else
                for (int slot = column.slot; slot < column.slot + column.width(); ++slot) masked_.push_back(slot);
        }
    }

    void read_vector(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row) const
    {
        if (cell.empty()) return fill_missing(column, row);
        const auto fail = [&](const char* at, std::string_view value) {
            place.fail(at, "a vector of three numbers is expected:", value, "write it as [x,y,z]");
        };
        if (!cell.starts_with('[') || !cell.ends_with(']')) fail(cell.data(), cell);
        std::string_view rest = cell.substr(1, cell.size() - 2);
        for (int axis = 0; axis < 3; ++axis) {
            const std::size_t size = std::min(rest.find(','), rest.size());
            const std::string_view item = trimmed(rest.substr(0, size));
            if (item.empty() || (axis == 2 && size < rest.size())) fail(cell.data(), cell);
            const double value = item == "null" ? missing : read_unusual_cell(place, item, column.slot + axis);
            store(place, item.data(), column.slot + axis, value, row);
            rest.remove_prefix(std::min(size + 1, rest.size()));
        }
    }

    void read_epoch(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row)
    {
        if (cell.empty()) read_unusual_cell(place, cell, 0);
        const auto epoch = parse_epoch(*column.format, cell);
        if (!epoch)
            place.fail(cell.data(), "the time is no epoch of the format", fmt::format("{}: {}", column.format->name, cell),
                       column.format->kind == EpochFormat::Kind::date ? "write dates as 2018-01-31T12:00:00.000"
                                                                      : "write it as a decimal number");
        if (column.format->scale) scale_ = column.format->scale;
        stretched_ = column.format->kind != EpochFormat::Kind::date && column.format->kind != EpochFormat::Kind::day_of_year;
        if (column.format->kind == EpochFormat::Kind::date || column.format->kind == EpochFormat::Kind::day_of_year) {
            if (cell.ends_with('Z') || cell.ends_with('z')) {
                if (scale_ && scale_ != TimeScale::utc)
                    place.fail(cell.data(), "the date is in UTC (Z), but the time scale is said to be", to_string(*scale_),
                               "correct one of the two");
                scale_ = TimeScale::utc;
            }
            if (!scale_)
                place.fail(cell.data(), "dates without a time scale:", cell,
                           "add the line '# time-scale: TDB' (or UTC, TT, TAI) above the column names");
        }
        if (!has_time_unit_)
            place.fail(cell.data(), "a date or Julian date, but the units of the file have no time:", cell,
                       "add the line '# units: length=1 au, mass=1 Msun, time=1 d' (or others) above the column names");
        row.epoch = stretched_ && scale_ == TimeScale::utc ? of_stretched_day(*epoch) : *epoch;
        row.numbers[0] = 0;
    }

    void require_blank_rest(const LinePlace& place, const char* at) const
    {
        const char* const end = place.line.data() + place.line.size();
        const std::string_view rest(at, end);
        for (const char letter : rest)
            if (letter != delimiter_ && letter != ' ' && letter != '\t')
                place.fail(at, fmt::format("the row has more cells than the {} columns named:", columns_.size()), rest,
                           "name every column, or remove the cells");
    }

    std::string name_of(const TableColumn& column) const
    {
        if (column.is_series()) return column.is_series_sigma ? series_[column.series].sigma_name() : series_[column.series].name();
        return column.slot == ignored_slot ? "one that is not used" : column_name(column.slot);
    }

    [[noreturn]] void fail_short(const LinePlace& place, std::size_t cells, bool line_was_ended) const
    {
        const std::string problem =
            fmt::format("the row has {} cell{} but {} columns are named; the first missing is {}", cells,
                        cells == 1 ? "" : "s", columns_.size(), name_of(columns_[cells]));
        place.fail(place.line.data() + place.line.size(), problem, "",
                   line_was_ended ? fmt::format("check the {}s; a missing value is {}", delimiter_name(delimiter_),
                                                delimiter_ == ' ' ? "written nan" : "a blank cell between two of them")
                                  : "the file ends in the middle of a row: fetch it again, or delete this line");
    }

    const std::vector<TableColumn>& columns_;
    const std::vector<ObservedSeries>& series_;
    char delimiter_;
    std::optional<TimeScale> scale_;
    bool has_time_unit_, stretched_ = false;
    std::vector<int> masked_;
};

/// Tables that grow by doubling; only what the columns need.
class RowStore {
public:
    RowStore(const std::vector<TableColumn>& columns, Observations& observations) : observations_(observations)
    {
        for (std::size_t group = 0; group < column_groups.size(); ++group)
            if (std::any_of(columns.begin(), columns.end(), [&](const TableColumn& column) {
                    return column.kind != CellKind::mask && column.slot > 0 && column.slot != ignored_slot &&
                           group_of(column.slot) == static_cast<int>(group);
                }))
                groups_.push_back(static_cast<int>(group));
        // Positions stand in each row, observed or not.
        if (!observations.series.empty() && (groups_.empty() || groups_.front() != 0)) groups_.insert(groups_.begin(), 0);
        for (const TableColumn& column : columns)
            if (column.is_series() && column.is_series_sigma) has_sigmas_.push_back(column.series);
    }

    void add(const double* row, const std::vector<double>& series)
    {
        const Eigen::Index count = static_cast<Eigen::Index>(observations_.times.size());
        if (count == capacity_) resize(capacity_ = std::max<Eigen::Index>(16, 2 * capacity_));
        observations_.times.push_back(row[0]);
        for (const int group : groups_) {
            const double* const from = row + slot_of(group, 0);
            std::copy(from, from + 9, table(group).col(count).data());
        }
        for (std::size_t i = 0; i < observations_.series.size(); ++i) observations_.series[i].values.push_back(series[2 * i]);
        for (const std::size_t i : has_sigmas_) observations_.series[i].sigmas.push_back(series[2 * i + 1]);
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
    std::vector<std::size_t> has_sigmas_;  ///< series with a column of errors
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
    for (const char candidate : {',', ';', '\t', '|'}) {
        const auto count = std::count(names_line.begin(), names_line.end(), candidate);
        if (count > most) {
            most = count;
            delimiter = candidate;
        }
    }
    return delimiter;
}

namespace {

/// True if names that are none of series look like those of positions under other names.
bool names_bodies(const std::vector<Cell>& cells)
{
    std::vector<std::string> names;
    for (const Cell& cell : cells)
        if (!find_series_column(cell.content)) names.emplace_back(cell.content);
    return !guess_columns(names).found.empty();
}

}  // namespace

NamedColumns read_column_names(const LinePlace& place, char delimiter)
{
    const std::vector<Cell> cells = split_cells(place, delimiter);
    const auto known_remedy = [](const std::optional<std::string>& meant) {
        std::string known = "t, x1..z3, vx1..vz3, sx1..sz3, svx1..svz3";
        for (const Observable* observable : observables())
            known += fmt::format(", {0}1..{0}3, s{0}1..s{0}3", observable->info().column);
        return fmt::format("{}known are {}", meant ? fmt::format("did you mean {}? ", *meant) : "", known);
    };
    NamedColumns named;
    std::vector<int> slots;
    std::vector<std::size_t> unknown;
    for (const Cell& cell : cells) {
        TableColumn column;
        if (const auto slot = find_column(cell.content)) {
            if (std::find(slots.begin(), slots.end(), *slot) != slots.end())
                place.fail(cell.content.data(), "a column is named twice:", cell.content, "remove one of the two");
            column.slot = *slot;
            slots.push_back(*slot);
        } else if (const auto of_series = series_column(place, cell.content, named.series)) {
            column = *of_series;
        } else if (!cell.content.empty()) {
            if (read_number(cell.content).error == NumberError::none)
                place.fail(cell.content.data(), "a number stands where a column name is needed:", cell.content,
                           "put a line of column names above the rows: t,x1,y1,z1,...,z3");
            unknown.push_back(named.columns.size());
        }
        named.columns.push_back(column);
    }
    const auto has = [&](int slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); };
    const auto names_axis = [&](std::string_view axis) {
        return std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) { return lower_case(cell.content) == axis; });
    };
    if (!has(slot_of(0, 0)) && names_axis("x") && names_axis("y") && names_axis("z"))
        place.fail(place.line.data(), "the columns are of one body:", "x, y, z", "give three files, one for each body");
    for (const std::size_t index : unknown) {
        const std::string_view name = cells[index].content;
        if (const auto epochs = epochs_named(name); epochs && !has(0)) {
            named.columns[index] = {0, CellKind::epoch, epochs->format};
            slots.push_back(0);
            continue;
        }
        const auto meant = nearest_word(name, column_names());
        if (meant && !has(*find_column(*meant))) place.fail(name.data(), "unknown column", name, known_remedy(meant));
        named.ignored.emplace_back(shown(name));
    }
    while (!named.columns.empty() && cells[named.columns.size() - 1].content.empty()) named.columns.pop_back();
    // Where nothing is an observation, the first name is what the person must hear of.
    if (slots.empty() && named.series.empty() && !unknown.empty())
        place.fail(cells[unknown.front()].content.data(), "unknown column", cells[unknown.front()].content, known_remedy({}));
    require_complete_groups(place, slots, !named.series.empty() && !names_bodies(cells));
    require_series_values(place, named.columns, named.series);
    return named;
}

std::string ignored_note(const std::vector<std::string>& names)
{
    if (names.empty()) return "";
    constexpr std::size_t most = 12;
    std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size())), ", "));
    if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
    return fmt::format("{} {} left out: {}.", names.size() == 1 ? "A column that holds no observation" : "Columns that hold no observation",
                       names.size() == 1 ? "was" : "were", text);
}

std::optional<TableColumn> series_column(const LinePlace& place, std::string_view name, std::vector<ObservedSeries>& series)
{
    const auto found = find_series_column(name);
    if (!found) return std::nullopt;
    TableColumn column;
    column.kind = CellKind::series;
    column.series = series_of(*found, series);
    column.is_series_sigma = found->is_sigma;
    if (series.size() > most_series)
        place.fail(name.data(), fmt::format("more than {} series stand in one table:", most_series), name, "take the columns of fewer instruments");
    return column;
}

void require_series_values(const LinePlace& place, const std::vector<TableColumn>& columns, const std::vector<ObservedSeries>& series)
{
    for (std::size_t i = 0; i < series.size(); ++i)
        for (const bool sigma : {false, true}) {
            const auto count = std::ranges::count_if(columns, [&](const TableColumn& column) {
                return column.is_series() && column.series == i && column.is_series_sigma == sigma;
            });
            const std::string name = sigma ? series[i].sigma_name() : series[i].name();
            if (count > 1) place.fail(place.line.data(), "a column is named twice:", name, "remove one of the two");
            if (count == 0 && !sigma)
                place.fail(place.line.data(), "a column of errors stands without its values:", series[i].sigma_name(),
                           fmt::format("add the column {}, or remove this one", name));
        }
}

void require_complete_groups(const LinePlace& place, const std::vector<int>& slots, bool has_series)
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
        if (absent < 0 || (present == 0 && (group > 0 || has_series))) continue;
        const bool planar = column_name(absent).find('z') != std::string::npos;
        fail(column_name(absent),
             fmt::format("give all nine columns of {}{}", column_groups[static_cast<std::size_t>(group)].what,
                         planar && group == 0 ? "; for motion in a plane add z1, z2, z3 of zeros"
                                              : ", with blank cells where nothing is known"));
    }
}

namespace {

/// True for a comment with as many words as there are columns, most of which name columns.
bool names_columns_again(std::string_view comment, char delimiter, std::size_t columns)
{
    std::size_t words = 0, known = 0;
    for (std::string_view rest = comment; !rest.empty();) {
        const std::size_t size = std::min(rest.find(delimiter), rest.size());
        const std::string_view word = trimmed(rest.substr(0, size));
        rest.remove_prefix(std::min(size + 1, rest.size()));
        if (word.empty() && delimiter == ' ') continue;
        ++words;
        known += find_column(word).has_value() || find_series_column(word).has_value();
    }
    return words == columns && known >= 4;
}

}  // namespace

namespace {

/// Says which numbers of series have no error beside others that have one.
void add_missing_error_notes(Observations& observations)
{
    for (const ObservedSeries& series : observations.series) {
        long missing_errors = 0, given = 0;
        for (std::size_t row = 0; row < series.sigmas.size(); ++row)
            if (series.has_value(row)) ++(series.sigmas[row] == series.sigmas[row] ? given : missing_errors);
        if (missing_errors > 0 && given > 0)
            observations.notes.push_back(fmt::format("{} of {} values of {} have no error: they count with the median of the others.",
                                                     missing_errors, missing_errors + given, series.name()));
    }
}

}  // namespace

void read_rows(LineReader& lines, const std::string& file, const std::vector<TableColumn>& columns, const RowFormat& format,
               Observations& observations)
{
    RowReader reader(columns, observations.series, format);
    RoundedValues rounded(columns);
    RowStore store(columns, observations);
    const bool has_epochs =
        std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.kind == CellKind::epoch; });
    std::vector<Epoch> epochs;
    Row row;
    row.numbers.fill(missing);
    row.series.assign(2 * observations.series.size(), missing);
    std::size_t blank_rows = 0, headers = 0;
    for (std::string_view line; lines.next(line);) {
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos && format.delimiter != '\t') continue;
        const LinePlace place{file, lines.number(), line};
        if (first != std::string_view::npos && line[first] == '#') {
            const std::string_view comment = trimmed(line.substr(first + 1));
            const std::size_t colon = key_end(comment);
            if (colon != comment.npos && !Metadata::known_key(trimmed(comment.substr(0, colon))).empty())
                place.fail(comment.data(), "metadata below the column names:", comment,
                           "move the line above the column names");
            if (comment != format.names_line && names_columns_again(comment, format.delimiter, columns.size()))
                place.fail(comment.data(), "another line of column names among the rows:", comment,
                           "give one table a file, with one order of columns");
            continue;
        }
        if (line.empty()) continue;
        if (!format.names_line.empty() && trimmed(line) == format.names_line) {
            ++headers;
            continue;
        }
        if (reader.read(place, lines.line_was_ended(), row)) {
            rounded.look_at(place, row.numbers.data());
            store.add(row.numbers.data(), row.series);
            if (has_epochs) epochs.push_back(row.epoch);
        } else {
            ++blank_rows;
        }
    }
    store.finish();
    add_missing_error_notes(observations);
    if (!epochs.empty()) set_times(epochs, reader.scale(), format.seconds_per_time, file, observations);
    rounded.add_note(observations);
    if (headers > 0)
        observations.notes.push_back(fmt::format("The line of column names stands {} more time{} among the rows, and was skipped.",
                                                 headers, headers == 1 ? "" : "s"));
    if (blank_rows > 0)
        observations.notes.push_back(fmt::format("{} row{} of blank cells {} left out.", blank_rows,
                                                 blank_rows == 1 ? "" : "s", blank_rows == 1 ? "was" : "were"));
}

}  // namespace syzygy
