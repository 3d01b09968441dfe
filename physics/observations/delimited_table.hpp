#pragma once

#include "physics/observations/columns.hpp"
#include "physics/observations/observations.hpp"
#include "physics/observations/text_reading.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Rows of cells below a line of column names: what CSV and ECSV share.

namespace syzygy {

/// One cell as it stands in its line, without blanks around it and without its quotes.
struct Cell {
    std::string_view content;  ///< points into the line
};

/// Splits a line at `delimiter`; ' ' stands for any run of blanks and tabs. Cells may stand in double quotes. Throws
/// InputError if a quote is not closed.
std::vector<Cell> split_cells(const LinePlace& place, char delimiter);

/// The character that separates the cells of a line of column names: the most frequent of comma, semicolon and tab, else ' '.
char detect_delimiter(std::string_view names_line);

/// The columns that a line of names describes.
struct NamedColumns {
    std::vector<TableColumn> columns;
    std::vector<std::string> ignored;  ///< names of columns that hold nothing of an observation
    std::vector<ObservedSeries> series;  ///< the series that columns belong to, without values
};

/// The columns that `place.line` names. A column without a name (the row numbers of a data frame, or what a trailing comma
/// makes) is ignored, and so is one of another kind. A repeated or missing name throws InputError, and so does a name that
/// nearly matches one which the file lacks: a misspelt name must not lose data silently. Julian dates ("jd", "mjd_utc") count
/// as times if no column is t.
NamedColumns read_column_names(const LinePlace& place, char delimiter);

/// The note on columns that were left out; "" for none.
std::string ignored_note(const std::vector<std::string>& names);

/// The series column that has this name, with its series in `series`; nothing if the name belongs to no series. Throws
/// InputError if there are too many series.
std::optional<TableColumn> series_column(const LinePlace& place, std::string_view name, std::vector<ObservedSeries>& series);

/// Throws InputError if a column of errors has no column of values, or if one column is named twice.
void require_series_values(const LinePlace& place, const std::vector<TableColumn>& columns, const std::vector<ObservedSeries>& series);

/// Throws InputError if `slots` lack t, a component of the positions, or part of another group. A table with series may lack
/// all positions.
void require_complete_groups(const LinePlace& place, const std::vector<int>& slots, bool has_series = false);

/// How rows are written.
struct RowFormat {
    char delimiter = ',';
    std::string_view names_line;     ///< a row equal to it is a repeated header, and is skipped
    std::optional<TimeScale> scale;  ///< of epochs, if stated
    double seconds_per_time = 0;     ///< epochs become times in this unit; 0: the table's units have no time
};

/// Reads all rows that `lines` still holds into times, tables and series (which must exist, without values) of
/// `observations`, in file order. Times of a column of epochs count from the earliest epoch, in TDB if the scale is known;
/// `observations.reference` gets epoch and scale. Lines that start with '#' and empty lines are skipped. Throws InputError
/// for a cell that is no number or is infinite, a sigma that is not positive, a date without a known scale, and for rows of
/// the wrong length.
void read_rows(LineReader& lines, const std::string& file, const std::vector<TableColumn>& columns, const RowFormat& format,
               Observations& observations);

}  // namespace syzygy
