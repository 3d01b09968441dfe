#pragma once

#include "physics/observations/observations.hpp"

#include <span>
#include <stop_token>

namespace syzygy {

/// True for a text that JPL Horizons wrote, of whatever kind.
bool recognises_horizons(const SourceText& source);

/// Reads three vector tables, one a body, in the order of the bodies: both layouts, in km-s, au-d or
/// km-d, with or without velocities. Times count from the first epoch that all three have, in the
/// tables' time unit; epochs that not all have are left out with a note. Masses are GM (G = 1).
/// Throws InputError with line and column, also where centre, frame, time scale or units differ.
Observations parse_horizons(std::span<const SourceText> sources, std::stop_token stop = {});

}  // namespace syzygy
