#include "physics/fit/stated_masses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <vector>

namespace syzygy {

namespace {

struct Named {
    std::string_view name;
    double value;
};

/// Newton's constant, m^3 kg^-1 s^-2: the CODATA adjustments (Mohr, Taylor, Newell et al.), and as it is often rounded.
constexpr std::array constants{Named{"CODATA 1986", 6.67259e-11},
                               Named{"CODATA 1998", 6.673e-11},
                               Named{"CODATA 2002", 6.6742e-11},
                               Named{"CODATA 2006", 6.67428e-11},
                               Named{"CODATA 2010", 6.67384e-11},
                               Named{"CODATA 2014", 6.67408e-11},
                               Named{"CODATA 2018 and 2022", codata_gravitational_constant},
                               Named{"rounded", 6.674e-11},
                               Named{"rounded", 6.67e-11}};

/// The Sun's GM, m^3/s^2. Two of them are 1e-9 and less from the nominal one: told apart by exact data only.
constexpr double gm_of_year = 4 * std::numbers::pi * std::numbers::pi * astronomical_unit * astronomical_unit *
                              astronomical_unit / (365.25 * 86400 * 365.25 * 86400);
constexpr std::array solar_gm{Named{"IAU 2015, nominal", 1.3271244e20}, Named{"IAU 2009, TCB", 1.32712442099e20},
                              Named{"DE405", 1.32712440018e20},
                              Named{"4 pi^2 au^3/yr^2, the year of 365.25 d", gm_of_year}};

/// Solar masses in kg as programs and tables have them.
constexpr std::array solar_kg{1.9884e30, 1.988409870698051e30, 1.98841e30, 1.98847e30, 1.98848e30,
                              1.9885e30, 1.98855e30,           1.98892e30, 1.9891e30,  1.989e30};

struct Factor {
    double value = 1;
    double accuracy = 0;  ///< how well it is known, absolute
};

/// The factor between fitted and stated masses; nothing where there is no common one, or it is 1.
std::optional<Factor> common_factor(const FitResult& result, const Eigen::Vector3d& stated, double rtol)
{
    constexpr double within = 3,
                     beyond = 5;    // standard deviations: of one mass from the factor, and of the factor from 1
    constexpr double alike = 1e-3;  // of the factor's distance from 1, where errors are smaller than that
    std::vector<double> logarithms, errors;
    for (int body = 0; body < 3; ++body) {
        const FittedParameter& mass = result.parameters[static_cast<std::size_t>(body)];
        if (stated[body] == 0 && mass.fixed && mass.value == 0) continue;
        if (!(stated[body] > 0 && mass.value > 0) || mass.fixed || !mass.identifiable || mass.at_bound)
            return std::nullopt;
        logarithms.push_back(std::log(mass.value / stated[body]));
        errors.push_back(std::max(mass.sigma, mass.scaled_sigma) / mass.value);
    }
    if (logarithms.size() < 2) return std::nullopt;
    double sum = 0, weights = 0;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        if (!std::isfinite(errors[i])) return std::nullopt;
        const double weight = 1 / std::max(errors[i] * errors[i], std::numeric_limits<double>::min());
        sum += weight * logarithms[i];
        weights += weight;
    }
    // However the errors hang together, that of a weighted mean is no larger than the largest of them.
    const double mean = sum / weights, error = *std::max_element(errors.begin(), errors.end());
    if (!(std::abs(mean) > std::max(beyond * error, 100 * rtol))) return std::nullopt;
    double accuracy = 100 * rtol + within * error;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const double apart = std::abs(logarithms[i] - mean);
        if (!(apart <= std::max(within * errors[i], alike * std::abs(mean)))) return std::nullopt;
        accuracy = std::max(accuracy, apart + 100 * rtol);
    }
    return Factor{std::exp(mean), accuracy * std::exp(mean)};
}

/// A unit of mass, as its label has it: "1.98855e+30 kg".
struct MassUnit {
    double number = 1;
    std::optional<Unit> unit;
};
MassUnit mass_unit(std::string_view label)
{
    MassUnit result;
    const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), result.number);
    if (error != std::errc{}) result.number = 1;
    result.unit = find_unit(label.substr(static_cast<std::size_t>(end - label.data())));
    return result;
}

/// What the unit of mass is taken for here, and the known value that differs from it by the factor, as text.
struct Explanation {
    std::string here, instead;
};
Explanation explain(const Factor& factor, const UnitSystem& units)
{
    Explanation result;
    const MassUnit mass = mass_unit(units.mass_label());
    if (!(units.length_si() > 0) || !mass.unit || mass.unit->dimension != Dimension::mass) return result;
    // G times the unit of mass, m^3/s^2.
    const double gm =
        units.k1() * units.length_si() * units.length_si() * units.velocity_si() / units.time_si() / mass.number;
    double best = factor.accuracy;
    const auto consider = [&](double value, auto&& text) {
        const double apart = std::abs(value / gm - factor.value);
        if (!(apart <= best)) return;
        best = apart;
        result.instead = text();
    };
    if (mass.unit->gm == 0) {
        const double kilograms = mass.unit->si;
        result.here = fmt::format("here G is {:.6g} m^3/kg/s^2", gm / kilograms);
        for (const Named& constant : constants)
            consider(constant.value * kilograms, [&] {
                return fmt::format("G = {} ({}) explains it: write G={} in the units of the data", constant.value,
                                   constant.name, constant.value);
            });
    } else if (mass.unit->name == "Msun") {
        result.here = fmt::format("here the Sun's GM is {:.10g} m^3/s^2", gm);
        for (const Named& sun : solar_gm)
            consider(sun.value, [&] {
                return fmt::format("a Sun of GM = {:.12g} m^3/s^2 ({}) explains it", sun.value, sun.name);
            });
        for (const Named& constant : constants)
            for (const double kilograms : solar_kg)
                consider(constant.value * kilograms, [&] {
                    return fmt::format(
                        "a Sun of {} kg with G = {} ({}) explains it: write mass={} kg and G={} in the units of "
                        "the data",
                        kilograms, constant.value, constant.name, kilograms, constant.value);
                });
    }
    return result;
}

}  // namespace

std::optional<std::string> stated_masses_note(const FitResult& result, const Eigen::Vector3d& stated,
                                              const UnitSystem& units, double rtol)
{
    if (result.outcome.status != Status::converged || result.parameters.size() < 3) return std::nullopt;
    const std::optional<Factor> factor = common_factor(result, stated, rtol);
    if (!factor) return std::nullopt;
    // Three digits of its distance from 1.
    const int digits = std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(factor->value - 1)))), 2, 15);
    const Explanation why = explain(*factor, units);
    std::string text =
        fmt::format("all masses differ from those that the data state by one factor, {:.{}f}", factor->value, digits);
    if (!why.instead.empty()) return fmt::format("{}: {} ({})", text, why.instead, why.here);
    return fmt::format("{}: was another G or solar mass used where they come from?{}", text,
                       why.here.empty() ? "" : fmt::format(" ({})", why.here));
}

}  // namespace syzygy
