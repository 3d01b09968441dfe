#pragma once

#include "physics/observations/observations.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the writers of CSV and ECSV share.

namespace syzygy {

/// The one source; throws InputError if there are none or several, since one file of `format` holds all three bodies.
const SourceText& only_source(std::span<const SourceText> sources, std::string_view format);

/// A value of metadata, in quotes if it would not be read back unchanged.
std::string metadata_text(std::string_view value);

/// "Sun, Earth, Moon"; items in quotes if needed.
std::string bodies_text(const Observations& observations);

/// "1.1, 1.1, 0.9"; true_masses must be present.
std::string masses_text(const Observations& observations);

/// Appends "# epoch: ..." and so on, a line for each part of the reference system that is known.
void append_reference(std::string& text, const Observations& observations);

/// The same as pairs of key and value.
std::vector<std::pair<std::string, std::string>> reference_entries(const ReferenceSystem& reference);

/// The slots (columns.hpp) that the tables of `observations` fill: t, positions, and each other
/// group that is not empty.
std::vector<int> filled_slots(const Observations& observations);

/// Appends the line of column names and the rows: shortest digits that round-trip, nothing for nan.
void append_table(std::string& text, const Observations& observations, char delimiter);

}  // namespace syzygy
