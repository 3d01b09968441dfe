#pragma once

#include "physics/observations/observations.hpp"

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// An epoch in units of 1e-7 s since Julian date 0, exactly: 9 decimals of a day are 86.4 us.
using HorizonsEpoch = std::int64_t;
inline constexpr HorizonsEpoch horizons_ticks_per_second = 10'000'000;
inline constexpr HorizonsEpoch horizons_ticks_per_day = 86400 * horizons_ticks_per_second;

struct HorizonsRow {
    HorizonsEpoch epoch = 0;
    std::array<double, 3> position{};
    std::array<double, 3> velocity{};  ///< nan where the table has none
};

/// One header line as given, and where.
struct HorizonsHeader {
    std::string value;  ///< "" where the file has no such line
    std::size_t line = 0;
};

/// One file: one body, one table.
struct HorizonsTable {
    HorizonsHeader target, center, site, units, output_type, frame, coordinates, time_scale;
    bool has_velocities = false;
    std::vector<HorizonsRow> rows;  ///< in the order of the file
};

/// Throws InputError where the file is cut off, is no vector table or holds what is no number.
HorizonsTable parse_horizons_table(const SourceText& source, std::stop_token stop = {});

}  // namespace syzygy
