#pragma once

#include "core/base/error.hpp"
#include "physics/observations/observations.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// Import of incomplete files: the user supplies what the files do not state.

namespace syzygy {

/// The user's statements about files. An empty member means: use what the file says.
struct ImportOptions {
    /// For each file the slots (columns.hpp) of its columns, in order. A file with one body's columns uses the slots of body
    /// 1; if z is left out everywhere, z is 0. Empty: the names of the columns give the slots.
    std::vector<std::vector<int>> columns;
    /// Body i of the result is body order[i] as found.
    std::array<int, 3> order{0, 1, 2};
    std::array<std::string, 3> names;  ///< of the bodies of the result
    /// Units of the numbers in the files, as after `units:`. If files state units, `units` replaces them: numbers are not
    /// converted.
    std::string units;
    std::string convert_to;  ///< units that the result is converted to; "": those of the files
    std::string time_scale;  ///< of calendar dates in files that state none: "TDB", "UTC", ...
    std::optional<int> relative_to;    ///< a body of the result, or -1: none

    bool operator==(const ImportOptions&) const = default;
};

/// True if no option is set: the files can be loaded without import options.
bool as_found(const ImportOptions& options);

/// Reads one file with three bodies, or three files of one body each (tables without body numbers as well as Horizons). Three
/// tables are joined at their common times. Throws InputError, and Cancelled if stopped.
Observations import_observations(std::span<const SourceText> sources, const ImportOptions& options,
                                 std::stop_token stop = {});

/// One file as it was found.
struct ImportFile {
    std::string file;
    std::string_view format;                     ///< label of its loader
    bool has_columns = false;                    ///< a table whose columns' meanings can be given
    std::vector<std::string> columns;            ///< their names; "column 1" if the table has none
    std::vector<int> guess;                      ///< their slots as guessed from the names
    std::vector<std::vector<std::string>> rows;  ///< cells of the first rows, as they stand
};

/// What can be said about files from their beginnings.
struct ImportPreview {
    std::vector<ImportFile> files;
    std::array<std::string, 3> found;  ///< the bodies in the order found
    bool readable = false;             ///< as they stand, without options
    std::string stated_units;          ///< as after `units:`, if the files state units; "" if they state none
    bool needs_time_scale = false;     ///< times are dates, and the files do not say in which scale
    bool fits = false;                 ///< number of files and columns are right; any error is then in the rows
    ImportOptions guess;               ///< options that make sense of the columns, if some do
    std::optional<Observations> observations;  ///< of the beginning, with the options given
    std::optional<InputError> error;           ///< why there are no observations
};

/// How many rows of cells ImportFile::rows holds at most.
inline constexpr std::size_t preview_rows = 20;

/// Looks at the beginnings of files (see shortened()) with the given options; without options, with its own guess.
ImportPreview preview_import(std::span<const SourceText> beginnings, const std::optional<ImportOptions>& options);

/// The beginning of a text cut so that it can be parsed: after a whole row, with the end mark that its format requires.
/// `is_whole`: the text is not cut, and is returned unchanged.
SourceText shortened(SourceText beginning, bool is_whole);

/// The beginning of a file, cut in this way, and small enough that looking at it takes milliseconds.
SourceText read_beginning(const std::filesystem::path& file);

}  // namespace syzygy
