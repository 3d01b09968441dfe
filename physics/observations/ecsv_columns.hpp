#pragma once

#include "core/base/error.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/text_reading.hpp"
#include "physics/observations/yaml_subset.hpp"

#include <optional>
#include <string>
#include <vector>

// What the header of an ECSV file says about its columns: `datatype`, and `__serialized_columns__` of Astropy's mixins (Time,
// TimeDelta, Quantity, masked columns, vectors, representations).

namespace syzygy {

/// A column of cells.
struct EcsvColumn {
    std::string name, unit;
    SourcePlace place;
    CellKind kind = CellKind::number;
    bool usable = true;                      ///< false for text and for what has no meaning here
    const EpochFormat* format = nullptr;     ///< of epochs
    std::optional<TimeScale> scale;          ///< of epochs, if stated
    std::vector<std::string> meaning;        ///< the names of its numbers: one, or three for a vector
    std::string masks;                       ///< of a mask: the name of the column that it covers
    std::string frame;                       ///< of the axes, if a SkyCoord states it
    std::string problem, remedy;             ///< why the column is not usable, if that needs words
};

/// Reads the header. Throws InputError if the header has no list of columns.
std::vector<EcsvColumn> read_ecsv_columns(const YamlNode& header, const std::string& file);

/// The columns with their slots: by their own names (t, x1, ...), else by guesses from the names ("body1.x", "r1" of a
/// vector, "vx_sun"). Names of columns that hold nothing of an observation go to `ignored`. Throws InputError at `place`, the
/// line of names, if columns are missing; the message names a column that could not be used and how to save it instead.
std::vector<TableColumn> place_ecsv_columns(const std::vector<EcsvColumn>& columns, const LinePlace& place, bool one_body,
                                            std::vector<std::string>& ignored, std::vector<ObservedSeries>& series);

}  // namespace syzygy
