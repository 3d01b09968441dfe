#pragma once

#include "physics/observations/cells.hpp"
#include "physics/observations/row_reader.hpp"
#include "physics/observations/table_columns.hpp"

#include <string>
#include <vector>

// Rows of cells below a line of column names: what CSV and ECSV share.

namespace syzygy {

/// Reads all rows that `lines` still holds into times, tables and series (which must exist, without values) of
/// `observations`, in file order. Times of a column of epochs count from the earliest epoch, in TDB if the scale is known;
/// `observations.reference` gets epoch and scale. Lines that start with '#' and empty lines are skipped. Throws InputError
/// for a cell that is no number or is infinite, a sigma that is not positive, a date without a known scale, and for rows of
/// the wrong length.
void read_rows(LineReader& lines, const std::string& file, const std::vector<TableColumn>& columns, const RowFormat& format,
               Observations& observations);

}  // namespace syzygy
