#pragma once

#include "physics/observations/observations.hpp"

#include <span>
#include <stop_token>

namespace syzygy {

/// True for a text that JPL Horizons wrote, of whatever kind.
bool recognises_horizons(const SourceText& source);

/// Reads three vector tables, one for each body, in the order of the bodies: output types 1 to 4 in all layouts, in km-s,
/// au-d or km-d, with or without velocities and one-sigma errors, as text or in the JSON of the web service. Times count in
/// TDB from the first epoch that all three have, in the tables' time unit; UT is converted, and epochs that are not in all
/// three tables are left out, with a note. States that are corrected for light time get a note. Masses are GM (G = 1). Throws
/// InputError with line and column, also if centre, frame, time scale or units differ, if a table is of another kind, and if
/// a barycentre contains another of the bodies.
Observations parse_horizons(std::span<const SourceText> sources, std::stop_token stop = {});

}  // namespace syzygy
