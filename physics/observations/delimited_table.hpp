#pragma once

#include "physics/observations/observations.hpp"
#include "physics/observations/text_reading.hpp"

#include <string_view>
#include <vector>

// Rows of cells below a line of column names: what CSV and ECSV share.

namespace syzygy {

/// One cell as it stands in its line, without blanks around it and without its quotes.
struct Cell {
    std::string_view content;  ///< points into the line
};

/// Splits a line at `delimiter`; ' ' stands for any run of blanks and tabs. Cells may stand in double
/// quotes. Throws InputError where a quote is not closed.
std::vector<Cell> split_cells(const LinePlace& place, char delimiter);

/// The character that parts the cells of a line of column names: the most frequent of comma,
/// semicolon and tab, else ' '.
char detect_delimiter(std::string_view names_line);

/// The slots (columns.hpp) of the columns that `place.line` names. A column without a name (the row
/// numbers of a data frame, or what a trailing comma makes) is ignored; an unknown, a doubled or a
/// missing one throws InputError, as a misspelt name must not lose data silently.
std::vector<int> read_column_names(const LinePlace& place, char delimiter);

/// Throws InputError where `slots` lack t, a component of the positions, or some of another group.
void require_complete_groups(const LinePlace& place, const std::vector<int>& slots);

/// Reads all rows that `lines` still holds into times and tables of `observations`, as they come.
/// Lines that start with '#' and empty lines are skipped. Throws InputError for a cell that is no
/// number, infinite, a sigma that is not positive, and for rows of the wrong length.
void read_rows(LineReader& lines, const std::string& file, const std::vector<int>& slots, char delimiter,
               Observations& observations);

}  // namespace syzygy
