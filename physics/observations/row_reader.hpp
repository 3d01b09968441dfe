#pragma once

#include "physics/observations/columns.hpp"
#include "physics/observations/observations.hpp"
#include "physics/observations/text_reading.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The rows of a table whose columns are known.

namespace syzygy {

/// How rows are written.
struct RowFormat {
    char delimiter = ',';
    std::string_view names_line;     ///< a row equal to it is a repeated header, and is skipped
    std::optional<TimeScale> scale;  ///< of epochs, if stated
    double seconds_per_time = 0;     ///< epochs become times in this unit; 0: the table's units have no time
};

/// One row of a table as it is read.
struct Row {
    std::array<double, column_slots + 1> numbers;
    std::vector<double> series;  ///< value and error of each
    Epoch epoch;
};

/// Reads the cells of one line. Numbers in their plain form take the short way; a cell that is blank,
/// quoted, wrong or no number takes the other, which also finds the words for it.
class RowReader {
public:
    /// `columns` and `series` must outlive the reader.
    RowReader(const std::vector<TableColumn>& columns, const std::vector<ObservedSeries>& series, const RowFormat& format)
        : columns_(columns),
          series_(series),
          delimiter_(format.delimiter),
          scale_(format.scale),
          has_time_unit_(format.seconds_per_time > 0)
    {
    }

    /// The time scale of the epochs, after a row was read.
    std::optional<TimeScale> scale() const { return scale_; }

    /// False if all cells are blank. Throws InputError.
    bool read(const LinePlace& place, bool line_was_ended, Row& row);

private:
    const char* read_cell(const LinePlace& place, const char* at, const char* end, int slot, double& value) const;
    void read_special(const LinePlace& place, const char*& at, const TableColumn& column, Row& row);
    void read_series(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row) const;
    void read_mask(const LinePlace& place, std::string_view cell, const TableColumn& column);
    void read_vector(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row) const;
    void read_epoch(const LinePlace& place, std::string_view cell, const TableColumn& column, Row& row);
    void require_blank_rest(const LinePlace& place, const char* at) const;
    std::string name_of(const TableColumn& column) const;
    [[noreturn]] void fail_short(const LinePlace& place, std::size_t cells, bool line_was_ended) const;

    const std::vector<TableColumn>& columns_;
    const std::vector<ObservedSeries>& series_;
    char delimiter_;
    std::optional<TimeScale> scale_;
    bool has_time_unit_, stretched_ = false;
    std::vector<int> masked_;
};

}  // namespace syzygy
