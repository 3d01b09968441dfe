#pragma once

#include "physics/observations/columns.hpp"
#include "physics/observations/observations.hpp"

#include <optional>
#include <string>
#include <vector>

// From epochs, or times in any scale, to times in TDB.

namespace syzygy {

/// Sets the times of all rows from their epochs: they count from the earliest, in units of `seconds_per_time`, and in TDB if
/// the scale is known. Sets epoch and scale of `observations.reference`, with notes. Throws InputError if the scale has no
/// conversion at these epochs.
void set_times(std::vector<Epoch> epochs, std::optional<TimeScale> scale, double seconds_per_time, const std::string& file,
               Observations& observations);

/// Converts times that are numbers in another scale to TDB: from the epoch that the metadata state; without an epoch, UTC
/// gets a note. Does nothing if a column of epochs was read.
void count_in_tdb(Observations& observations, const std::vector<TableColumn>& columns);

}  // namespace syzygy
