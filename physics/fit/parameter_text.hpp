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
/// `parameter_name`; a body's number or name stands for its mass.

using BodyNames = std::array<std::string, 3>;
inline constexpr int correction_group = 21;    ///< all parameters of the correction
using FreeParameters = std::array<bool, 22>;  ///< in the order of parameters, then the correction

/// What `free` names; nothing where the text is empty (then the data say it). Throws ArgumentError("free", ...).
std::optional<FreeParameters> parse_free(const BodyNames& bodies, std::string_view text);
/// "masses,initial", "m1,velocities", "none"; the shortest text that names these.
std::string format_free(const FreeParameters& free);

/// A parameter that is held: at a value, or where it starts.
struct FixedParameter {
    int index;
    std::optional<double> value;
};
/// In the order of the text. Throws ArgumentError("fix", ...).
std::vector<FixedParameter> parse_fix(const BodyNames& bodies, std::string_view text);
std::string format_fix(const std::vector<FixedParameter>& fixed);

/// Two numbers of a parameter: its bounds, infinite where blank; or mean and sigma of its prior.
struct ParameterPair {
    int index;
    double first, second;
};
/// In the order of the text. Throws ArgumentError("bounds", ...).
std::vector<ParameterPair> parse_bounds(const BodyNames& bodies, std::string_view text);
std::string format_bounds(const std::vector<ParameterPair>& bounds);
/// In the order of the text. Throws ArgumentError("prior", ...).
std::vector<ParameterPair> parse_priors(const BodyNames& bodies, std::string_view text);

/// The options with the mass of a body free, or held at `value`. What else they say stays.
FitOptions with_mass_free(FitOptions options, const BodyNames& bodies, int body, bool free, double value);

/// Whether `fix` holds the parameter.
bool is_fixed(const FitOptions& options, const BodyNames& bodies, int index);

/// The bounds of a parameter as the options give them: infinite where they do not.
std::pair<double, double> bounds_of(const FitOptions& options, const BodyNames& bodies, int index);
/// The options with these bounds; infinite: none. Throws ArgumentError("bounds", ...) where lower is not below upper.
FitOptions with_bounds(FitOptions options, const BodyNames& bodies, int index, double lower, double upper);

/// What is free of the initial state, apart from single components that `fix` holds.
enum class StateFreedom {
    automatic,   ///< as the data need it
    held,
    positions,
    velocities,
    free,
    other        ///< single components
};
StateFreedom state_freedom(const FitOptions& options, const BodyNames& bodies);
/// The options with that of the state free; which masses are free stays as it is. `other` changes nothing.
FitOptions with_state_freedom(FitOptions options, const BodyNames& bodies, StateFreedom freedom);

}  // namespace syzygy
