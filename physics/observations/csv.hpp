#pragma once

#include "physics/observations/observations.hpp"

#include <span>
#include <stop_token>
#include <string>

namespace syzygy {

/// True for any text: CSV is what a file is taken for that is nothing else.
bool recognises_csv(const SourceText& source);

/// Reads one file: '#' lines with `key: value` metadata, a line of column names, rows. Cells are
/// parted by commas, semicolons, tabs or blanks (found from the line of names) and may be quoted; a
/// blank cell or nan is a missing value. Throws InputError with line and column.
Observations parse_csv(std::span<const SourceText> sources, std::stop_token stop = {});

/// The text parse_csv reads back to the same Observations, bit for bit (notes apart).
std::string to_csv(const Observations& observations);

}  // namespace syzygy
