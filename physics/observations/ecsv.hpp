#pragma once

#include "physics/observations/observations.hpp"

#include <span>
#include <stop_token>
#include <string>

namespace syzygy {

/// True if the first line is "# %ECSV".
bool recognises_ecsv(const SourceText& source);

/// Reads one Astropy ECSV 1.0 file: the columns of CSV, metadata (name, units, bodies, masses, relative-to) under `meta:`,
/// and Astropy's own columns: Time and TimeDelta, Quantity, masks, vectors of three, Cartesian representations
/// (ecsv_columns.hpp). A column of another kind is left out with a note. Three files of one body each are joined
/// (one_body_tables.hpp). A column's `unit` is honoured: values are converted to `units` of the metadata or, without `units`,
/// to the one unit that all positions have, with G = 1. Units on some columns but not on all, of the wrong kind, or several
/// without `units`, throw InputError.
Observations parse_ecsv(std::span<const SourceText> sources, std::stop_token stop = {});

/// The same for a table with the columns of one body, as body 1.
Observations parse_ecsv_of_one_body(const SourceText& source, std::stop_token stop = {});

/// The text that parse_ecsv (and Astropy) reads back to the same Observations, bit for bit (except notes).
std::string to_ecsv(const Observations& observations);

}  // namespace syzygy
