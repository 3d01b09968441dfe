#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

namespace syzygy {

/// What can be guessed from the names of a table's columns.
struct ColumnGuess {
    std::vector<int> slots;           ///< (columns.hpp) of each column; ignored_slot if nothing is known
    std::vector<std::string> bodies;  ///< what the names call the bodies, in the order of the slots' numbers
    std::string units;                ///< as after `units:`, if the names hold units in brackets; else ""
    double time_si = 0;               ///< of the unit of time in the names; 0 if the names hold none
    std::string conflict;             ///< what is wrong with the units in brackets, if they do not agree; else ""
    std::vector<std::string> found;   ///< all bodies with x, y and z, also beyond three
};

/// Guesses from names such as "time", "JDTDB", "X", "body1_x", "vx_sun", "sigma_y2", "x1 [km]". Bodies are numbered in order
/// of appearance, bodies called 1, 2 and 3 before others; bodies beyond three are ignored. With one body (names that mention
/// no body), the slots are body 1's.
ColumnGuess guess_columns(std::span<const std::string> names);

/// The same for a table that may lack names: then the columns are times and positions, then velocities, in the usual order.
ColumnGuess guess_table(std::span<const std::string> names, bool has_names, bool one_body);

}  // namespace syzygy
