#pragma once

#include "physics/observations/observations.hpp"

#include <stop_token>
#include <string>

namespace syzygy {

/// Brings the rows into the order of time (stable), drops rows that repeat another exactly and says so in `notes`; rows that
/// differ but have the same time are all kept, with a note. Throws InputError if there is no row, or if there are several
/// rows and all have the same time; Cancelled if stopped.
void order_by_time(Observations& observations, const std::string& file, const std::stop_token& stop = {});

}  // namespace syzygy
