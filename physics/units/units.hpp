#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syzygy {

/// Newton's constant, m^3 kg^-1 s^-2 (CODATA 2018).
inline constexpr double codata_gravitational_constant = 6.67430e-11;

/// The astronomical unit in m (IAU 2012 resolution B2).
inline constexpr double astronomical_unit = 149597870700.0;

enum class Dimension { length, mass, time, velocity };

/// One unit: its SI value (m, kg, s or m/s) and the name it is written with.
/// A mass known by its GM has the SI value GM / codata_gravitational_constant.
struct Unit {
    Dimension dimension = Dimension::length;
    double si = 1;
    std::string name;
    double gm = 0;  ///< m^3/s^2 if the unit is defined by its GM (Msun, Mearth, ...), else 0
};

/// The unit of that name; a velocity is any length over any time, written "km/s", "km / s" or "km s-1" (as Astropy does).
/// Nothing if it is unknown.
std::optional<Unit> find_unit(std::string_view text);

/// All names that find_unit knows, for messages: "m, km, ..., or a length over a time".
std::string known_units();

/// The units a system's numbers are in, and the two coefficients of the equations of motion
///
///     dq_i/dt = K2 v_i
///     dv_i/dt = K1 sum_{j != i} m_j (q_j - q_i) / |q_j - q_i|^3
///
/// with K2 = V T / L and K1 = G M T / (L^2 V) (docs/equations.md, "Equations and units").
class UnitSystem {
public:
    /// Dimensionless, G = 1: K1 = K2 = 1.
    UnitSystem() = default;

    /// G = 1 with named length and time: masses are then GM in length^3/time^2 (Horizons data:
    /// km and s, or au and d). Lengths in m, times in s; labels as the user writes them.
    static UnitSystem gravitational_parameter(double length_m, double time_s, std::string length_label,
                                              std::string time_label);

    /// Physical units, SI values of one unit each. velocity <= 0 means length/time. Throws ArgumentError("units", ...) if a
    /// value is not positive or not finite.
    static UnitSystem physical(double length_m, double mass_kg, double time_s, double velocity_m_s,
                               double gravitational_constant = codata_gravitational_constant);

    /// Reads "G=1" or "length=<number> <unit>, mass=..., time=..., velocity=...[, G=<SI number>]"; with "G=1, length=1 km,
    /// time=1 s" for a mass that is a GM. A missing number is 1 ("length=au"), a missing velocity is length/time. Msun and
    /// similar units stand for their GM: with another G their kilograms change, so that G times the mass keeps its measured
    /// value. Throws ArgumentError("units", ...) naming the unknown unit or the malformed part, with the list of units known.
    static UnitSystem parse(std::string_view text);

    /// The text that `parse` reads back to the same coefficients, bit for bit.
    const std::string& text() const { return text_; }

    double k1() const { return k1_; }
    double k2() const { return k2_; }

    /// Short labels for axes and reports ("km", "5.326e+12 m", "" if dimensionless).
    const std::string& length_label() const { return length_label_; }
    const std::string& mass_label() const { return mass_label_; }
    const std::string& time_label() const { return time_label_; }
    const std::string& velocity_label() const { return velocity_label_; }

    /// SI values of one unit of length (m), time (s) and velocity (m/s); 0 if dimensionless.
    double length_si() const { return length_si_; }
    double time_si() const { return time_si_; }
    double velocity_si() const { return velocity_si_; }

    /// One unit of `from` is this many units of `to`, for length, mass, time and velocity. Both must have dimensions
    /// (length_si > 0).
    struct Factors {
        double length = 1, mass = 1, time = 1, velocity = 1;
    };
    static Factors factors(const UnitSystem& from, const UnitSystem& to);

    bool operator==(const UnitSystem& other) const { return text_ == other.text_; }

private:
    struct Parts;  // the quantities a text names
    static UnitSystem from_parts(const Parts& parts);

    double k1_ = 1, k2_ = 1;
    double length_si_ = 0, time_si_ = 0, velocity_si_ = 0;
    std::string text_ = "G=1";
    std::string length_label_, mass_label_, time_label_, velocity_label_;
};

/// "1.5 km"; if the unit is itself a multiple of a unit, "1.5 x 5.326e+12 m"; the number alone if the label is blank.
std::string with_unit(double value, std::string_view label, int digits = 3);

}  // namespace syzygy
