#pragma once

#include "physics/fit/options.hpp"

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// The texts of `FitOptions`: free, fix, bounds and priors, read and written. Parameters have the names of
/// `parameter_name`, those of a correction their own; a body's number or name stands for its mass.

using BodyNames = std::array<std::string, 3>;

/// What parameters can be named by: the bodies, and the named parameters of the correction in their order.
struct ParameterNames {
    ParameterNames(BodyNames of_bodies, std::vector<std::string> of_correction = {})
        : bodies(std::move(of_bodies)), correction(std::move(of_correction))
    {
    }

    BodyNames bodies;
    std::vector<std::string> correction;
};

inline constexpr int correction_group = 21;  ///< whether anything of the correction is free
/// What is free: in the order of the 21 parameters of the bodies, then the correction.
struct FreeParameters : std::array<bool, 22> {
    std::vector<std::string> only{};  ///< the correction's parameters that are free, by name; empty: all of them

    bool operator==(const FreeParameters&) const = default;
    /// Whether a named parameter of the correction is.
    bool frees(const std::string& name) const;
};

/// What `free` names; nothing where the text is empty (then the data say it). Throws ArgumentError("free", ...).
std::optional<FreeParameters> parse_free(const ParameterNames& names, std::string_view text);
/// "masses,initial", "m1,velocities", "none"; the shortest text that names these.
std::string format_free(const FreeParameters& free);

/// A parameter that is held: at a value, or where it starts.
struct FixedParameter {
    int index;  ///< as in ParameterSet
    std::optional<double> value;
    std::string name = "";  ///< of a parameter of the correction
};
/// In the order of the text. Throws ArgumentError("fix", ...).
std::vector<FixedParameter> parse_fix(const ParameterNames& names, std::string_view text);
std::string format_fix(const std::vector<FixedParameter>& fixed);

/// Two numbers of a parameter: its bounds, infinite where blank; or mean and sigma of its prior.
struct ParameterPair {
    int index;  ///< as in ParameterSet
    double first, second;
    std::string name = "";  ///< of a parameter of the correction
};
/// In the order of the text. Throws ArgumentError("bounds", ...).
std::vector<ParameterPair> parse_bounds(const ParameterNames& names, std::string_view text);
std::string format_bounds(const std::vector<ParameterPair>& bounds);
/// In the order of the text. Throws ArgumentError("prior", ...).
std::vector<ParameterPair> parse_priors(const ParameterNames& names, std::string_view text);

/// The options without what they say of single parameters of the correction: for another one, or none.
FitOptions without_correction_parameters(FitOptions options, const ParameterNames& names);

/// The options with the mass of a body free, or held at `value`. What else they say stays.
FitOptions with_mass_free(FitOptions options, const ParameterNames& names, int body, bool free, double value);

/// Whether `fix` holds the parameter.
bool is_fixed(const FitOptions& options, const ParameterNames& names, int index);

/// The bounds of a parameter as the options give them: infinite where they do not.
std::pair<double, double> bounds_of(const FitOptions& options, const ParameterNames& names, int index);
/// The options with these bounds; infinite: none. Throws ArgumentError("bounds", ...) where lower is not below upper.
FitOptions with_bounds(FitOptions options, const ParameterNames& names, int index, double lower, double upper);

/// What is free of the initial state, apart from single components that `fix` holds.
enum class StateFreedom {
    automatic,   ///< as the data need it
    held,
    positions,
    velocities,
    free,
    other        ///< single components
};
StateFreedom state_freedom(const FitOptions& options, const ParameterNames& names);
/// The options with that of the state free; which masses are free stays as it is. `other` changes nothing.
FitOptions with_state_freedom(FitOptions options, const ParameterNames& names, StateFreedom freedom);
/// The options with one number of the state (index 3 to 20, as in ParameterSet) free, or held where it starts; what else is
/// free stays. `free_by_data`: whether the state is free where the options leave that to the data.
FitOptions with_state_number_free(FitOptions options, const ParameterNames& names, int index, bool free, bool free_by_data);

}  // namespace syzygy
