#pragma once

#include "physics/observations/observations.hpp"

#include <array>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// The numbers that a row may have: position, velocity, and the one-sigma errors of both, three components each.
inline constexpr std::size_t horizons_components = 12;

struct HorizonsRow {
    Epoch epoch;  ///< in the time scale of the table
    std::array<double, horizons_components> values{};  ///< X Y Z, VX VY VZ, X_s Y_s Z_s, VX_s VY_s VZ_s; nan if absent

    double* group(std::size_t index) { return values.data() + 3 * index; }
    const double* group(std::size_t index) const { return values.data() + 3 * index; }
};

/// One header line as given, and its line number.
struct HorizonsHeader {
    std::string value;  ///< "" if the file has no such line
    std::size_t line = 0;
};

/// One file: one body, one table.
struct HorizonsTable {
    HorizonsHeader target, center, site, geodetic, units, output_type, output_format, frame, coordinates, time_scale;
    /// Groups of HorizonsRow::values that the table has.
    std::array<bool, 4> has{};
    /// Names of columns with errors along other axes than X, Y, Z (along-track, radial, in the plane of the sky).
    std::vector<std::string> other_errors;
    std::size_t unusable_errors = 0;  ///< errors given as zero, negative or "n.a."
    std::vector<HorizonsRow> rows;    ///< in the order of the file
};

/// Reads a vector table of any output type with positions (1 to 4, with or without uncertainties) in any layout: labelled
/// lines, lines without labels, comma-separated. The meaning of a number is read from the lines of names above $$SOE and from
/// labels, never guessed from the number's place. Throws InputError if the file is cut off, holds no such table, or holds a
/// cell that is no number.
HorizonsTable parse_horizons_table(const SourceText& source, std::stop_token stop = {});

}  // namespace syzygy
