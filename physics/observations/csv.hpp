#pragma once

#include "physics/observations/observations.hpp"

#include <span>
#include <stop_token>
#include <string>

namespace syzygy {

/// True for any text: a file of no other format is taken for CSV.
bool recognises_csv(const SourceText& source);

/// Reads one file: '#' lines with `key: value` metadata, a line of column names (also behind a '#', or below `sep=;`), rows.
/// Cells are separated by commas, semicolons, tabs or blanks (found from the line of names) and may be quoted; a blank cell
/// or nan is a missing value. Times may be calendar dates if a line `time-scale:` or a final Z gives their scale, or Julian
/// dates. Columns of another kind are left out with a note. Three files of one body each are joined (one_body_tables.hpp).
/// Throws InputError with line and column.
Observations parse_csv(std::span<const SourceText> sources, std::stop_token stop = {});

/// The text that parse_csv reads back to the same Observations, bit for bit (except notes).
std::string to_csv(const Observations& observations);

}  // namespace syzygy
