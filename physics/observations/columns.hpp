#pragma once

#include "physics/observations/observations.hpp"
#include "physics/time/epoch_format.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The columns a table of observations may have: t, then four groups of nine.

namespace syzygy {

/// A group of nine columns in the order of ObservedTable.
struct ColumnGroup {
    std::string_view prefix;  ///< before "x1"
    std::string_view what;    ///< for messages
    ObservedTable Observations::*table;
    bool is_sigma;
    bool is_velocity;
};

inline constexpr std::array<ColumnGroup, 4> column_groups{{
    {"", "positions", &Observations::positions, false, false},
    {"v", "velocities", &Observations::velocities, false, true},
    {"s", "one-sigma errors of positions", &Observations::position_sigmas, true, false},
    {"sv", "one-sigma errors of velocities", &Observations::velocity_sigmas, true, true},
}};

/// A row is kept as one array: slot 0 is t, slots 1 + 9 group + component hold the rest; one more slot takes ignored columns.
inline constexpr int column_slots = 1 + 9 * static_cast<int>(column_groups.size());
inline constexpr int ignored_slot = column_slots;
/// A choice for a column: the series that the column's name says.
inline constexpr int series_slot = column_slots + 1;

constexpr int slot_of(int group, int component)
{
    return 1 + 9 * group + component;
}
constexpr int group_of(int slot)
{
    return (slot - 1) / 9;
}
constexpr bool is_sigma_slot(int slot)
{
    return slot > 0 && slot < column_slots && column_groups[group_of(slot)].is_sigma;
}

/// What the cells of a column hold.
enum class CellKind {
    number,
    vector,  ///< three numbers in square brackets
    epoch,   ///< a moment in the format of the column
    mask,    ///< true if the value of another column is missing
    series   ///< a number of a series, or its error
};

/// A column of a table and where its cells go.
struct TableColumn {
    int slot = ignored_slot;  ///< of the number, of the first of three numbers, or of what a mask covers
    CellKind kind = CellKind::number;
    const EpochFormat* format = nullptr;  ///< of epochs
    /// Number of slots, from `slot` on.
    int width() const { return kind == CellKind::vector || covers_vector ? 3 : 1; }
    bool covers_vector = false;  ///< of a mask
    std::size_t series = 0;      ///< of a series: its index; `slot` is ignored_slot
    bool is_series_sigma = false;
    bool is_series() const { return kind == CellKind::series; }
};

/// "t", "x1", ..., "svz3".
std::string column_name(int slot);

/// The slot of a column name (letter case does not count; "time" is t); nothing if the name is unknown.
std::optional<int> find_column(std::string_view name);

/// All 37 names, in the order of the slots.
const std::vector<std::string>& column_names();

}  // namespace syzygy
