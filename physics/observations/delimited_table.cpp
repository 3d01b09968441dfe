#include "physics/observations/delimited_table.hpp"

#include "core/base/not_finite.hpp"
#include "physics/observations/epoch_times.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/sigma_range.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {

namespace {

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
    row.numbers.fill(nan);
    row.series.assign(2 * observations.series.size(), nan);
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
