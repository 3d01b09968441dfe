#pragma once

#include "physics/fit/options.hpp"
#include "physics/model/data.hpp"

#include <vector>

namespace syzygy {

/// The ends of the arcs to fit one after the other, the last being the whole window. From masses far off, a long
/// arc has many minima, each off by whole turns; a short one has one, and its solution starts the next
/// (data/README, "phase wrap").
///
/// The first arc ends where the fastest pair has turned half round (or where it has rows enough for the unknowns);
/// each further one is twice as long. `grow`: "on", "off", or "auto": only where a pair turns more than half round.
std::vector<double> arc_ends(const PreparedData& data, const std::string& grow, std::size_t unknowns);

}  // namespace syzygy
