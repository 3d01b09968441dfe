#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

namespace syzygy {

/// What the names of a table's columns let guess.
struct ColumnGuess {
    std::vector<int> slots;           ///< (columns.hpp) of each column; ignored_slot where nothing is known
    std::vector<std::string> bodies;  ///< what the names call the bodies, in the order of the slots' numbers
    std::string units;                ///< as after `units:`, where the names hold units in brackets; else ""
    double time_si = 0;               ///< of the unit of time that the names hold; 0 where they hold none
    std::string conflict;             ///< what is wrong with the units in brackets, where they do not agree; else ""
    std::vector<std::string> found;   ///< all bodies with x, y and z, also beyond three
};

/// Guesses from names such as "time", "JDTDB", "X", "body1_x", "vx_sun", "sigma_y2", "x1 [km]". Bodies are numbered in
/// the order they come, those called 1, 2 and 3 before others; beyond three they are ignored. With one body (names without any), the slots are body 1's.
ColumnGuess guess_columns(std::span<const std::string> names);

/// The same for a table that may be without names: then times and positions, then velocities, in the usual order.
ColumnGuess guess_table(std::span<const std::string> names, bool has_names, bool one_body);

}  // namespace syzygy
