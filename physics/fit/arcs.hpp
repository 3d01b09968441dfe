#pragma once

#include "physics/fit/options.hpp"
#include "physics/model/data.hpp"

#include <vector>

namespace syzygy {

/// The ends of the arcs to fit one after the other; the last arc is the whole window. From masses far off, the loss on a long
/// arc has many minima, each off by whole turns; on a short arc it has one minimum, which starts the fit of the next arc
/// (data/README, "phase wrap").
///
/// The first arc ends when the fastest pair has made half a turn (or when the arc has enough rows for the unknowns); each
/// further arc is twice as long. `grow`: "on", "off", or "auto": only if a pair makes more than half a turn.
std::vector<double> arc_ends(const PreparedData& data, const std::string& grow, std::size_t unknowns);

}  // namespace syzygy
