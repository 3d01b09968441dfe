#include "physics/units/units.hpp"

#include "core/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace syzygy {

namespace {

constexpr double day = 86400;
constexpr double julian_year = 365.25 * day;

/// A row of the one table of units. `value` is the SI value, or the GM in m^3/s^2 where `is_gm`.
struct KnownUnit {
    std::string_view name;
    std::string_view alias;  ///< Astropy's spelling, "" where it is the same
    Dimension dimension;
    double value;
    bool is_gm = false;
};

constexpr std::array known{
    KnownUnit{"m", "", Dimension::length, 1},
    KnownUnit{"km", "", Dimension::length, 1e3},
    KnownUnit{"au", "AU", Dimension::length, astronomical_unit},
    // 648000/pi au (IAU 2015 resolution B2).
    KnownUnit{"pc", "", Dimension::length, 648000 / std::numbers::pi* astronomical_unit},
    // One Julian year at 299792458 m/s.
    KnownUnit{"ly", "lyr", Dimension::length, 9460730472580800.0},
    // IAU 2015 resolution B3, nominal.
    KnownUnit{"Rsun", "solRad", Dimension::length, 6.957e8},
    KnownUnit{"kg", "", Dimension::mass, 1},
    KnownUnit{"g", "", Dimension::mass, 1e-3},
    // Nominal GM of IAU 2015 resolution B3 (Prsa et al. 2016, AJ 152:41, table 1).
    KnownUnit{"Msun", "solMass", Dimension::mass, 1.3271244e20, true},
    KnownUnit{"Mjup", "jupiterMass", Dimension::mass, 1.2668653e17, true},
    KnownUnit{"Mearth", "earthMass", Dimension::mass, 3.986004e14, true},
    // GM of the Moon in DE440 (Park et al. 2021, AJ 161:105, table 2).
    KnownUnit{"Mmoon", "", Dimension::mass, 4.902800118e12, true},
    KnownUnit{"s", "", Dimension::time, 1},
    KnownUnit{"min", "", Dimension::time, 60},
    KnownUnit{"h", "", Dimension::time, 3600},
    KnownUnit{"d", "day", Dimension::time, day},
    // Julian years.
    KnownUnit{"yr", "a", Dimension::time, julian_year},
    KnownUnit{"kyr", "", Dimension::time, julian_year * 1e3},
    KnownUnit{"Myr", "", Dimension::time, julian_year * 1e6},
};

std::string_view trim(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

struct Prefix {
    std::string_view letter;
    double factor;
};

/// SI prefixes, for the units below: cm, Mm, kpc, Mpc, ms, Gyr.
constexpr std::array prefixes{
    Prefix{"n", 1e-9}, Prefix{"u", 1e-6}, Prefix{"m", 1e-3}, Prefix{"c", 1e-2},
    Prefix{"k", 1e3},  Prefix{"M", 1e6},  Prefix{"G", 1e9},  Prefix{"T", 1e12},
};
constexpr std::string_view with_prefix[] = {"m", "pc", "s", "yr", "a"};

std::optional<Unit> find_table_unit(std::string_view text)
{
    for (const KnownUnit& unit : known) {
        if (text != unit.name && (unit.alias.empty() || text != unit.alias)) continue;
        if (unit.is_gm)
            return Unit{unit.dimension, unit.value / codata_gravitational_constant, std::string(unit.name), unit.value};
        return Unit{unit.dimension, unit.value, std::string(unit.name), 0};
    }
    return std::nullopt;
}

std::optional<Unit> find_simple_unit(std::string_view text)
{
    if (auto unit = find_table_unit(text)) return unit;
    for (const Prefix& prefix : prefixes) {
        if (!text.starts_with(prefix.letter)) continue;
        const std::string_view base = text.substr(prefix.letter.size());
        if (std::find(std::begin(with_prefix), std::end(with_prefix), base) == std::end(with_prefix)) continue;
        Unit unit = *find_table_unit(base);
        // Divided where the factor is no double: 1 cm is 1 / 100 m to the last bit.
        unit.si = prefix.factor < 1 ? unit.si / std::round(1 / prefix.factor) : unit.si * prefix.factor;
        unit.name = std::string(prefix.letter) + unit.name;
        return unit;
    }
    return std::nullopt;
}

/// The fewest digits that read back to the same bits.
std::string shortest(double number)
{
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

}  // namespace

namespace detail {

/// A number and a unit: "5.326e12 m".
struct Quantity {
    double number = 1;
    Unit unit;

    double si() const { return number * unit.si; }
    std::string text() const { return shortest(number) + ' ' + unit.name; }
    std::string label() const { return number == 1 ? unit.name : text(); }
};

}  // namespace detail

using detail::Quantity;

namespace {

[[noreturn]] void fail(std::string_view value, std::string_view rule)
{
    throw ArgumentError("units", value, rule);
}

void require_positive(double number, std::string_view value)
{
    if (!(number > 0) || !std::isfinite(number)) fail(value, "must be a positive, finite number");
}

/// The number that `text` starts with (1 where there is none); `text` keeps what follows.
double take_number(std::string_view& text)
{
    const std::string_view whole = text;
    if (text.starts_with('+')) text.remove_prefix(1);
    double number = 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) fail(whole, "is out of the range of a double");
    text = trim(text.substr(static_cast<std::size_t>(end - text.data())));
    return number;
}

/// "length=5.326e12 m" past its equals sign.
Quantity parse_quantity(std::string_view text, Dimension dimension, std::string_view key)
{
    std::string_view rest = text;
    const double number = take_number(rest);
    require_positive(number, text);
    if (rest.empty()) fail(text, fmt::format("{} needs a unit; known are {}", key, known_units()));
    const std::optional<Unit> unit = find_unit(rest);
    if (!unit) fail(rest, fmt::format("is no known unit; known are {}", known_units()));
    if (unit->dimension != dimension) fail(rest, fmt::format("is not a unit of {}", key));
    return {number, *unit};
}

/// The quantity whose label and SI value are given, in SI units where the label is not a unit we know.
Quantity labelled_quantity(double si, std::string_view label, Dimension dimension)
{
    require_positive(si, fmt::format("{}", si));
    std::string_view rest = trim(label);
    double number = 1;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest = trim(rest.substr(static_cast<std::size_t>(end - rest.data())));
    const std::optional<Unit> unit = find_unit(rest);
    if (error != std::errc::result_out_of_range && unit && unit->dimension == dimension && number * unit->si == si)
        return {number, *unit};
    return {si, *find_simple_unit(dimension == Dimension::length ? "m" : "s")};
}

}  // namespace

std::optional<Unit> find_unit(std::string_view text)
{
    text = trim(text);
    if (auto unit = find_simple_unit(text)) return unit;
    // A velocity: "length/time", or Astropy's "length time-1" and "length time**-1".
    std::string_view length, time;
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        length = trim(text.substr(0, slash));
        time = trim(text.substr(slash + 1));
    } else if (const std::size_t blank = text.find(' '); blank != std::string_view::npos) {
        length = text.substr(0, blank);
        time = trim(text.substr(blank));
        bool inverse = false;
        for (const std::string_view power : {"**-1", "^-1", "-1"}) {
            if (inverse || !time.ends_with(power)) continue;
            time.remove_suffix(power.size());
            inverse = true;
        }
        if (!inverse) return std::nullopt;
    }
    const std::optional<Unit> numerator = find_simple_unit(length), denominator = find_simple_unit(time);
    if (!numerator || numerator->dimension != Dimension::length) return std::nullopt;
    if (!denominator || denominator->dimension != Dimension::time) return std::nullopt;
    return Unit{Dimension::velocity, numerator->si / denominator->si,
                fmt::format("{}/{}", numerator->name, denominator->name), 0};
}

std::string known_units()
{
    std::string text;
    for (const KnownUnit& unit : known) text += fmt::format("{}, ", unit.name);
    return text + "m, pc, s and yr with a prefix (cm, kpc, ms, Gyr), and a length over a time (km/s, au/d)";
}

struct UnitSystem::Parts {
    std::optional<Quantity> length, mass, time, velocity;
    std::optional<double> gravitational_constant;  ///< SI, or exactly 1
};

UnitSystem UnitSystem::from_parts(const Parts& parts)
{
    UnitSystem units;
    const bool mass_is_gm = parts.gravitational_constant == 1.0;
    if (mass_is_gm && (parts.mass || parts.velocity))
        fail(parts.mass ? parts.mass->text() : parts.velocity->text(),
             "with G=1 a mass is a GM and a velocity is length/time: leave mass and velocity out");
    if (mass_is_gm && !parts.length && !parts.time) return units;
    if (!parts.length || !parts.time) fail("", "length and time are needed, as in \"length=1 au, time=1 d\"");
    if (!mass_is_gm && !parts.mass) fail("", "add mass=..., or G=1 where a mass is given as its GM");

    const Quantity &length = *parts.length, &time = *parts.time;
    const bool plain = length.number == 1 && time.number == 1;
    units.length_si_ = length.si();
    units.time_si_ = time.si();
    units.velocity_si_ = parts.velocity ? parts.velocity->si() : units.length_si_ / units.time_si_;
    units.length_label_ = length.label();
    units.time_label_ = time.label();
    units.velocity_label_ = parts.velocity ? parts.velocity->label()
                            : plain        ? fmt::format("{}/{}", length.unit.name, time.unit.name)
                                           : fmt::format("({})/({})", length.label(), time.label());
    const std::string scales = fmt::format("length={}, time={}", length.text(), time.text());
    if (mass_is_gm) {
        units.mass_label_ = plain ? fmt::format("{}^3/{}^2", length.unit.name, time.unit.name)
                                  : fmt::format("({})^3/({})^2", length.label(), time.label());
        units.text_ = "G=1, " + scales;
    } else {
        const double g = parts.gravitational_constant.value_or(codata_gravitational_constant);
        const Quantity& mass = *parts.mass;
        const double gm = mass.unit.gm > 0 ? mass.number * mass.unit.gm : g * mass.si();
        units.mass_label_ = mass.label();
        units.k1_ = gm * units.time_si_ / (units.length_si_ * units.length_si_ * units.velocity_si_);
        // Without a velocity of its own K2 is 1 by definition, not up to a rounding.
        if (parts.velocity) units.k2_ = units.velocity_si_ * units.time_si_ / units.length_si_;
        units.text_ = fmt::format("{}, mass={}", scales, mass.text());
        if (parts.velocity) units.text_ += fmt::format(", velocity={}", parts.velocity->text());
        units.text_ += ", G=" + shortest(g);
    }
    for (const double value : {units.k1_, units.k2_, units.length_si_, units.time_si_, units.velocity_si_})
        if (!(value > 0) || !std::isfinite(value))
            fail(units.text_, "the coefficients K1 and K2 are out of the range of a double");
    return units;
}

UnitSystem UnitSystem::gravitational_parameter(double length_m, double time_s, std::string length_label,
                                               std::string time_label)
{
    Parts parts;
    parts.gravitational_constant = 1;
    parts.length = labelled_quantity(length_m, length_label, Dimension::length);
    parts.time = labelled_quantity(time_s, time_label, Dimension::time);
    return from_parts(parts);
}

UnitSystem UnitSystem::physical(double length_m, double mass_kg, double time_s, double velocity_m_s,
                                double gravitational_constant)
{
    for (const double value : {length_m, mass_kg, time_s, gravitational_constant})
        require_positive(value, fmt::format("{}", value));
    // Only the text "G=1" stands for a mass that is a GM.
    if (gravitational_constant == 1) fail("G=1", "is not Newton's constant in m^3 kg^-1 s^-2");
    Parts parts;
    parts.length = Quantity{length_m, *find_unit("m")};
    parts.mass = Quantity{mass_kg, *find_unit("kg")};
    parts.time = Quantity{time_s, *find_unit("s")};
    if (std::isnan(velocity_m_s)) fail("nan", "must be a positive, finite number");
    if (velocity_m_s > 0) {
        require_positive(velocity_m_s, fmt::format("{}", velocity_m_s));
        parts.velocity = Quantity{velocity_m_s, *find_unit("m/s")};
    }
    parts.gravitational_constant = gravitational_constant;
    return from_parts(parts);
}

UnitSystem UnitSystem::parse(std::string_view text)
{
    struct Key {
        std::string_view name;
        Dimension dimension;
        std::optional<Quantity> Parts::*part;
    };
    static constexpr std::array keys{
        Key{"length", Dimension::length, &Parts::length}, Key{"mass", Dimension::mass, &Parts::mass},
        Key{"time", Dimension::time, &Parts::time}, Key{"velocity", Dimension::velocity, &Parts::velocity}};
    constexpr std::string_view form = "must read \"G=1\" or \"length=1 au, mass=1 Msun, time=1 yr\"";
    Parts parts;
    if (trim(text).empty()) fail(text, form);
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t comma = rest.find(',');
        const std::string_view entry = trim(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        const std::size_t equals = entry.find('=');
        if (equals == std::string_view::npos) fail(entry, form);
        const std::string_view name = trim(entry.substr(0, equals));
        std::string_view value = trim(entry.substr(equals + 1));
        if (name == "G") {
            if (parts.gravitational_constant) fail(entry, "is given twice");
            const std::string_view whole = value;
            if (value.empty() || value.starts_with('m')) fail(entry, form);
            parts.gravitational_constant = take_number(value);
            require_positive(*parts.gravitational_constant, whole);
            if (!value.empty() && value != "m^3/kg/s^2" && value != "m^3 kg^-1 s^-2")
                fail(entry, "G is 1, or a number in m^3 kg^-1 s^-2");
            continue;
        }
        const Key* key = nullptr;
        for (const Key& candidate : keys)
            if (candidate.name == name) key = &candidate;
        if (!key) fail(entry, "is none of length, mass, time, velocity, G");
        std::optional<Quantity>& part = parts.*(key->part);
        if (part) fail(entry, "is given twice");
        part = parse_quantity(value, key->dimension, key->name);
    }
    return from_parts(parts);
}

UnitSystem::Factors UnitSystem::factors(const UnitSystem& from, const UnitSystem& to)
{
    if (from.length_si_ == 0 || to.length_si_ == 0)
        throw std::invalid_argument("UnitSystem::factors: a system without dimensions cannot be converted");
    // G m in m^3/s^2 of one unit of mass is K1 L^2 V / T.
    const auto gm = [](const UnitSystem& units) {
        return units.k1_ * units.length_si_ * units.length_si_ * units.velocity_si_ / units.time_si_;
    };
    return {from.length_si_ / to.length_si_, gm(from) / gm(to), from.time_si_ / to.time_si_,
            from.velocity_si_ / to.velocity_si_};
}

std::string with_unit(double value, std::string_view label, int digits)
{
    if (label.empty()) return fmt::format("{:.{}g}", value, digits);
    const bool counted = label.front() >= '0' && label.front() <= '9';
    return fmt::format("{:.{}g} {}{}", value, digits, counted ? "x " : "", label);
}

}  // namespace syzygy
