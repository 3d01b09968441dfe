#pragma once

#include "physics/observations/columns.hpp"
#include "physics/observations/observations.hpp"
#include "physics/observations/text_reading.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Which columns a table has, and whether these are enough.

namespace syzygy {

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

}  // namespace syzygy
