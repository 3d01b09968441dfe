#include "physics/observations/row_reader.hpp"

#include "core/base/not_finite.hpp"
#include "physics/observations/cells.hpp"
#include "physics/observations/epoch_times.hpp"
#include "physics/observations/sigma_range.hpp"
#include "physics/time/utc_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace syzygy {

namespace {

/// The number of a cell that is not a plain finite number: nan if it is missing, else an error.
double read_unusual_cell(const LinePlace& place, std::string_view cell, int slot, const std::string& series = "")
{
    constexpr std::string_view blank_remedy = "leave the cell blank where nothing was observed";
    const char* const at = cell.data();
    if (slot == ignored_slot && series.empty()) return nan;
    const std::string name = series.empty() ? column_name(slot) : series;
    if (cell.empty()) {
        if (slot == 0) place.fail(at, "the time (column t) is missing", "", "give every row a time");
        return nan;
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

std::size_t place_of(const TableColumn& column) { return 2 * column.series + (column.is_series_sigma ? 1 : 0); }

void store(const LinePlace& place, const char* at, int slot, double value, Row& row)
{
    if (is_sigma_slot(slot) && !std::isnan(value) && !usable_sigma(value)) fail_sigma(place, at, value, column_name(slot));
    row.numbers[static_cast<std::size_t>(slot)] = value;
}

void fill_missing(const TableColumn& column, Row& row)
{
    if (column.is_series()) row.series[place_of(column)] = nan;
    if (column.kind != CellKind::vector) return;
    for (int slot = column.slot; slot < column.slot + 3; ++slot) row.numbers[static_cast<std::size_t>(slot)] = nan;
}

}  // namespace

bool RowReader::read(const LinePlace& place, bool line_was_ended, Row& row)
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
            double value = nan;
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
    for (const int slot : masked_) row.numbers[static_cast<std::size_t>(slot)] = nan;
    if (std::isnan(row.numbers[0])) read_unusual_cell(place, place.line.substr(0, 0), 0);
    return true;
}

const char* RowReader::read_cell(const LinePlace& place, const char* at, const char* end, int slot, double& value) const
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
void RowReader::read_special(const LinePlace& place, const char*& at, const TableColumn& column, Row& row)
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

void RowReader::read_series(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row) const
{
    const ObservedSeries& series = series_[column.series];
    const std::string name = column.is_series_sigma ? series.sigma_name() : series.name();
    const double value = read_unusual_cell(place, cell, ignored_slot, name);
    if (column.is_series_sigma && !std::isnan(value) && !usable_sigma(value)) fail_sigma(place, cell.data(), value, name);
    row.series[place_of(column)] = value;
}

/// "True", or "[true,false,true]" of a vector.
void RowReader::read_mask(const LinePlace& place, std::string_view cell, const TableColumn& column)
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

void RowReader::read_vector(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row) const
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
        const double value = item == "null" ? nan : read_unusual_cell(place, item, column.slot + axis);
        store(place, item.data(), column.slot + axis, value, row);
        rest.remove_prefix(std::min(size + 1, rest.size()));
    }
}

void RowReader::read_epoch(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row)
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

void RowReader::require_blank_rest(const LinePlace& place, const char* at) const
{
    const char* const end = place.line.data() + place.line.size();
    const std::string_view rest(at, end);
    for (const char letter : rest)
        if (letter != delimiter_ && letter != ' ' && letter != '\t')
            place.fail(at, fmt::format("the row has more cells than the {} columns named:", columns_.size()), rest,
                       "name every column, or remove the cells");
}

std::string RowReader::name_of(const TableColumn& column) const
{
    if (column.is_series()) return column.is_series_sigma ? series_[column.series].sigma_name() : series_[column.series].name();
    return column.slot == ignored_slot ? "one that is not used" : column_name(column.slot);
}

void RowReader::fail_short(const LinePlace& place, std::size_t cells, bool line_was_ended) const
{
    const std::string problem =
        fmt::format("the row has {} cell{} but {} columns are named; the first missing is {}", cells,
                    cells == 1 ? "" : "s", columns_.size(), name_of(columns_[cells]));
    place.fail(place.line.data() + place.line.size(), problem, "",
               line_was_ended ? fmt::format("check the {}s; a missing value is {}", delimiter_name(delimiter_),
                                            delimiter_ == ' ' ? "written nan" : "a blank cell between two of them")
                              : "the file ends in the middle of a row: fetch it again, or delete this line");
}

}  // namespace syzygy
