#pragma once

#include "physics/observations/text_reading.hpp"

#include <string>
#include <string_view>
#include <vector>

// The cells of a line: what CSV, ECSV and tables of one body share.

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

/// "comma", "blank"...
std::string delimiter_name(char delimiter);

/// The cell at `at`, which moves to the delimiter after it or to the end.
Cell take_cell(const LinePlace& place, const char*& at, char delimiter);

inline const char* skip_blanks(const char* at, const char* end, char delimiter)
{
    while (at != end && (*at == ' ' || (*at == '\t' && delimiter != '\t'))) ++at;
    return at;
}

}  // namespace syzygy
