#pragma once

#include "physics/fit/options.hpp"
#include "physics/fit/parameter_table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// The texts of `FitOptions`: free, fix, bounds and priors, read and written. Parameters are named by their ids and their
/// groups; a body's number or name stands for its mass.

/// Which parameters are free.
struct FreeParameters {
    std::vector<bool> rows;   ///< one for each row of a table
    bool correction = false;  ///< the correction as a whole, including the weights of a network

    explicit FreeParameters(const ParameterTable& table) : rows(static_cast<std::size_t>(table.size())) {}
    bool operator==(const FreeParameters&) const = default;

    bool operator[](int index) const { return rows[static_cast<std::size_t>(index)]; }
    void set(int index, bool free) { rows[static_cast<std::size_t>(index)] = free; }
    /// Sets all parameters of a group; "correction" sets the correction as a whole.
    void set_group(const ParameterTable& table, std::string_view group, bool free);
    /// True if anything of the correction is free.
    bool any_of_correction(const ParameterTable& table) const;
};

/// The parameters that `free` names; nothing if the text is empty (then the data decide). Offsets of series are free whatever
/// the text names, except "none"; `fix` holds them. Throws ArgumentError("free", ...).
std::optional<FreeParameters> parse_free(const ParameterTable& table, std::string_view text);
/// "masses,initial", "m1,velocities", "none"; the shortest text that names these parameters.
std::string format_free(const ParameterTable& table, const FreeParameters& free);

/// A parameter that is held: at a value, or at its start.
struct FixedParameter {
    int index;  ///< in the table
    std::optional<double> value;
};
/// In the order of the text. Throws ArgumentError("fix", ...).
std::vector<FixedParameter> parse_fix(const ParameterTable& table, std::string_view text);
std::string format_fix(const ParameterTable& table, const std::vector<FixedParameter>& fixed);

/// Two numbers of a parameter: its bounds, infinite if blank; or mean and sigma of its prior.
struct ParameterPair {
    int index;  ///< in the table
    double first, second;
};
/// In the order of the text. Throws ArgumentError("bounds", ...).
std::vector<ParameterPair> parse_bounds(const ParameterTable& table, std::string_view text);
std::string format_bounds(const ParameterTable& table, const std::vector<ParameterPair>& bounds);
/// In the order of the text. Throws ArgumentError("prior", ...).
std::vector<ParameterPair> parse_priors(const ParameterTable& table, std::string_view text);

/// The options without their entries for single parameters of the correction: for another correction, or none.
FitOptions without_correction_parameters(FitOptions options, const ParameterTable& table);

/// The options with the mass of a body free, or held at `value`. All else stays.
FitOptions with_mass_free(FitOptions options, const ParameterTable& table, int body, bool free, double value);

/// Whether `fix` holds the parameter.
bool is_fixed(const FitOptions& options, const ParameterTable& table, int index);

/// The bounds that the options give a parameter: infinite if they give none.
std::pair<double, double> bounds_of(const FitOptions& options, const ParameterTable& table, int index);
/// The options with these bounds; infinite: no bound. Throws ArgumentError("bounds", ...) if lower is not below upper.
FitOptions with_bounds(FitOptions options, const ParameterTable& table, int index, double lower, double upper);

/// Which part of the initial state is free, apart from single components that `fix` holds.
enum class StateFreedom {
    automatic,   ///< as the data need it
    held,
    positions,
    velocities,
    free,
    other        ///< single components
};
StateFreedom state_freedom(const FitOptions& options, const ParameterTable& table);
/// The options with that part of the state free; the choice of free masses stays. `other` changes nothing.
FitOptions with_state_freedom(FitOptions options, const ParameterTable& table, StateFreedom freedom);
/// The options with one number of the state (an index of the table) free, or held at its start; everything else that is free
/// stays free. `free_by_data`: whether the state is free if the options leave that to the data.
FitOptions with_state_number_free(FitOptions options, const ParameterTable& table, int index, bool free, bool free_by_data);

}  // namespace syzygy
