#pragma once

#include "physics/observations/delimited_table.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/observations.hpp"
#include "physics/observations/text_reading.hpp"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// A delimited table up to its rows.
struct TableStart {
    Metadata metadata;
    LineReader rows;              ///< reads the first row next
    std::string_view names_line;  ///< of the column names; the first row if there are none
    std::size_t names_number = 0;
    char delimiter = ',';
    std::vector<std::string> names;  ///< of the columns; "column 1" and so on if the table has none
    bool has_names = false;
};

/// Reads '#' lines with metadata, a line `sep=;` as spreadsheets write it, and the line of column names, which may be behind
/// a '#', right above the rows. Throws InputError if no row follows.
TableStart read_table_start(const SourceText& source, std::stop_token stop = {});

/// The columns, with the column of times read as calendar dates if the first row has a date in it; Julian dates are read as
/// plain numbers if `units` have no time unit.
std::vector<TableColumn> with_dates(std::vector<TableColumn> columns, const TableStart& start, const UnitSystem& units,
                                    const std::string& file);

/// How the rows are written. The time scale is the scale of `observations.reference`, or the one that the name of the column
/// of times says. Throws InputError if the two differ.
RowFormat row_format(const TableStart& start, const std::vector<TableColumn>& columns, const Observations& observations,
                     const std::string& file);

}  // namespace syzygy
