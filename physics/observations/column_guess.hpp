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
};

/// Guesses from names such as "time", "JDTDB", "X", "body1_x", "vx_sun", "sigma_y2", "x1 [km]". Bodies are numbered in
/// the order they come; beyond three they are ignored. With one body (names without any), the slots are body 1's.
ColumnGuess guess_columns(std::span<const std::string> names);

/// The same for a table that may be without names: then times and positions, then velocities, in the usual order.
ColumnGuess guess_table(std::span<const std::string> names, bool has_names, bool one_body);

}  // namespace syzygy
