#pragma once

#include "physics/observations/observations.hpp"

#include <stop_token>
#include <string>

namespace syzygy {

/// Brings the rows into the order of time (stable), drops rows that repeat another exactly and says
/// so in `notes`; rows of one time that differ are all kept, with a note. Throws InputError where
/// there is no row, or where all of several rows have one time; Cancelled where stopped.
void order_by_time(Observations& observations, const std::string& file, const std::stop_token& stop = {});

}  // namespace syzygy
