#pragma once

#include "physics/observables/observable.hpp"
#include "physics/units/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// What one instrument read of one body: a number at some rows of Observations.
struct ObservedSeries {
    const Observable* observable = nullptr;
    int body = 0;              ///< 0..2
    std::string instrument{};  ///< "" if the data name none
    std::vector<double> values{};  ///< N, one for each row; nan: not observed
    std::vector<double> sigmas{};  ///< one-sigma errors, N, or none; nan: not given

    /// The name of the series' column, which is also the series' own name: "rv1", "rv1:Keck".
    std::string name() const;
    std::string sigma_name() const { return "s" + name(); }
    /// "radial velocity of Sun by Keck"
    std::string text(const std::string& body_name) const;
    /// The unit of its numbers: "km/s"; "" if units have no names.
    const std::string& unit_label(const UnitSystem& units) const
    {
        return observable->info().quantity == Quantity::velocity ? units.velocity_label() : units.length_label();
    }
    bool has_value(std::size_t row) const { return values[row] == values[row]; }
};

/// A series column as given by its name: "rv1:Keck", or "srv1:Keck" for its errors. Letter case counts only in the
/// instrument.
struct SeriesColumn {
    const Observable* observable;
    int body;
    std::string instrument;
    bool is_sigma;
};
/// Nothing if the name is not a series column, or its instrument has quotation marks, commas, semicolons or backslashes.
std::optional<SeriesColumn> find_series_column(std::string_view name);

/// The series that a text names as columns: "rv1:Keck,rv3". Throws ArgumentError(option, ...).
std::vector<ObservedSeries> parse_series(std::string_view text, std::string_view option);

/// The index in `all` of the series that a column belongs to, which is added if it is new.
std::size_t series_of(const SeriesColumn& column, std::vector<ObservedSeries>& all);

/// Largest number of series in a table.
inline constexpr std::size_t most_series = 64;

}  // namespace syzygy
