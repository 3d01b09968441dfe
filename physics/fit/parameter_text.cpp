#include "physics/fit/parameter_text.hpp"

#include "physics/fit/parameters.hpp"
#include "physics/observations/body_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace syzygy {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The parts of a comma-separated list (line breaks separate as well), without blanks around them.
std::vector<std::string> parts(std::string_view text)
{
    std::vector<std::string> result;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(",\n"), text.size());
        std::string_view part = text.substr(0, end);
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        if (!part.empty()) result.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

double number(std::string_view text, std::string_view option, std::string_view whole, double blank)
{
    if (text.empty()) return blank;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        throw ArgumentError(option, whole, fmt::format("'{}' is not a number", text));
    return value;
}

/// A parameter by name; bodies stand for their mass.
struct Found {
    int index;
    std::string name;  ///< of a parameter of the correction
};

Found find_parameter(const ParameterNames& names, std::string_view text, std::string_view option)
{
    const BodyNames& bodies = names.bodies;
    for (int index = 0; index < parameter_count; ++index)
        if (text == parameter_name(index)) return {index, ""};
    for (int body = 0; body < 3; ++body)
        if (text == bodies[body] || text == std::to_string(body + 1)) return {body, ""};
    for (std::size_t i = 0; i < names.correction.size(); ++i)
        if (text == names.correction[i]) return {parameter_count + static_cast<int>(i), names.correction[i]};
    if (const auto body = body_named(bodies, text)) return {*body, ""};
    throw ArgumentError(option, text,
                        fmt::format("must be a body (1, 2, 3, {}, {}, {}) or a parameter (m1..m3, x1..z3, vx1..vz3{}{})",
                                    bodies[0], bodies[1], bodies[2], names.correction.empty() ? "" : ", ",
                                    fmt::join(names.correction, ", ")));
}

/// Lists of "name=a:b".
std::vector<ParameterPair> parse_pairs(const ParameterNames& names, std::string_view text, std::string_view option,
                                       double blank_first, double blank_second)
{
    std::vector<ParameterPair> result;
    for (const std::string& part : parts(text)) {
        const auto equals = part.find('='), colon = part.find(':');
        if (equals == std::string::npos || colon == std::string::npos || colon < equals)
            throw ArgumentError(option, part, "must be parameter=number:number");
        const std::string_view view = part;
        const Found found = find_parameter(names, view.substr(0, equals), option);
        result.push_back({found.index, number(view.substr(equals + 1, colon - equals - 1), option, part, blank_first),
                          number(view.substr(colon + 1), option, part, blank_second), found.name});
    }
    return result;
}

/// A group of parameters with a name of its own: [first, last).
struct Group {
    std::string_view name;
    int first, last;
};
/// Larger groups before their parts, so that the shortest text is found first.
constexpr std::array<Group, 5> groups{{{"masses", 0, 3},
                                       {"initial", 3, 21},
                                       {"positions", 3, 12},
                                       {"velocities", 12, 21},
                                       {"correction", correction_group, correction_group + 1}}};

/// The name of a parameter that a text has named.
template <class Named>
std::string name_of(const Named& parameter)
{
    return parameter.index < parameter_count ? parameter_name(parameter.index) : parameter.name;
}

bool all_of(const FreeParameters& free, int first, int last)
{
    return std::all_of(free.begin() + first, free.begin() + last, [](bool is_free) { return is_free; });
}

bool none_of(const FreeParameters& free, int first, int last)
{
    return std::none_of(free.begin() + first, free.begin() + last, [](bool is_free) { return is_free; });
}

/// What the options name, the masses where they name nothing: which of the masses alone is then told.
FreeParameters named_free(const FitOptions& options, const ParameterNames& names)
{
    FreeParameters all_masses{};
    std::fill(all_masses.begin(), all_masses.begin() + 3, true);
    return parse_free(names, options.free).value_or(all_masses);
}

}  // namespace

bool FreeParameters::frees(const std::string& name) const
{
    return (*this)[correction_group] && (only.empty() || std::ranges::find(only, name) != only.end());
}

std::optional<FreeParameters> parse_free(const ParameterNames& names, std::string_view text)
{
    if (text.empty()) return std::nullopt;
    FreeParameters free{};
    bool whole_correction = false;
    for (const std::string& part : parts(text)) {
        const auto group = std::ranges::find(groups, part, &Group::name);
        if (group != groups.end()) {
            std::fill(free.begin() + group->first, free.begin() + group->last, true);
            whole_correction = whole_correction || group->first == correction_group;
        } else if (part != "none") {
            const Found found = find_parameter(names, part, "free");
            free[static_cast<std::size_t>(std::min(found.index, correction_group))] = true;
            if (!found.name.empty()) free.only.push_back(found.name);
        }
    }
    if (whole_correction) free.only.clear();
    return free;
}

std::string format_free(const FreeParameters& free)
{
    std::string text;
    const auto add = [&text](std::string_view part) { text += (text.empty() ? "" : ",") + std::string(part); };
    for (int index = 0; index <= correction_group;) {
        const auto group = std::ranges::find_if(groups, [&](const Group& candidate) {
            return candidate.first == index && all_of(free, candidate.first, candidate.last);
        });
        if (index == correction_group && free[correction_group] && !free.only.empty()) {
            for (const std::string& name : free.only) add(name);
            ++index;
        } else if (group != groups.end()) {
            add(group->name);
            index = group->last;
        } else {
            if (free[static_cast<std::size_t>(index)]) add(parameter_name(index));
            ++index;
        }
    }
    return text.empty() ? "none" : text;
}

std::vector<FixedParameter> parse_fix(const ParameterNames& names, std::string_view text)
{
    std::vector<FixedParameter> result;
    for (const std::string& part : parts(text)) {
        const auto equals = part.find('=');
        const Found found = find_parameter(names, std::string_view(part).substr(0, equals), "fix");
        FixedParameter fixed{found.index, std::nullopt, found.name};
        if (equals != std::string::npos) fixed.value = number(std::string_view(part).substr(equals + 1), "fix", part, 0);
        if (fixed.index < 3 && fixed.value && *fixed.value < 0)
            throw ArgumentError("fix", part, "a mass cannot be negative");
        result.push_back(fixed);
    }
    return result;
}

std::string format_fix(const std::vector<FixedParameter>& fixed)
{
    std::string text;
    for (const FixedParameter& parameter : fixed) {
        text += (text.empty() ? "" : ",") + name_of(parameter);
        if (parameter.value) text += fmt::format("={}", *parameter.value);
    }
    return text;
}

std::vector<ParameterPair> parse_bounds(const ParameterNames& names, std::string_view text)
{
    return parse_pairs(names, text, "bounds", -infinity, infinity);
}

std::string format_bounds(const std::vector<ParameterPair>& bounds)
{
    const auto side = [](double bound) { return std::isfinite(bound) ? fmt::format("{}", bound) : std::string(); };
    std::string text;
    for (const ParameterPair& pair : bounds)
        text += fmt::format("{}{}={}:{}", text.empty() ? "" : ",", name_of(pair), side(pair.first),
                            side(pair.second));
    return text;
}

std::vector<ParameterPair> parse_priors(const ParameterNames& names, std::string_view text)
{
    std::vector<ParameterPair> priors = parse_pairs(names, text, "prior", 0, 0);
    for (const ParameterPair& pair : priors)
        if (!(pair.second > 0))
            throw ArgumentError("prior", fmt::format("{}={}:{}", name_of(pair), pair.first, pair.second),
                                "the standard deviation must be above 0");
    return priors;
}

FitOptions without_correction_parameters(FitOptions options, const ParameterNames& names)
{
    const auto of_correction = [](const auto& parameter) { return parameter.index >= parameter_count; };
    std::vector<FixedParameter> fixed = parse_fix(names, options.fix);
    std::vector<ParameterPair> bounds = parse_bounds(names, options.bounds), priors = parse_priors(names, options.priors);
    if (std::erase_if(fixed, of_correction) > 0) options.fix = format_fix(fixed);
    if (std::erase_if(bounds, of_correction) > 0) options.bounds = format_bounds(bounds);
    if (std::erase_if(priors, of_correction) > 0) options.priors = format_bounds(priors);
    if (auto free = parse_free(names, options.free); free && !free->only.empty()) {
        free->only.clear();
        options.free = format_free(*free);
    }
    return options;
}

FitOptions with_mass_free(FitOptions options, const ParameterNames& names, int body, bool free, double value)
{
    std::vector<FixedParameter> fixed = parse_fix(names, options.fix);
    std::erase_if(fixed, [body](const FixedParameter& parameter) { return parameter.index == body; });
    if (!free) fixed.push_back({body, value, ""});
    options.fix = format_fix(fixed);
    if (auto named = parse_free(names, options.free); free && named) {
        (*named)[static_cast<std::size_t>(body)] = true;
        options.free = format_free(*named);
    }
    return options;
}

bool is_fixed(const FitOptions& options, const ParameterNames& names, int index)
{
    return std::ranges::any_of(parse_fix(names, options.fix),
                               [index](const FixedParameter& parameter) { return parameter.index == index; });
}

std::pair<double, double> bounds_of(const FitOptions& options, const ParameterNames& names, int index)
{
    std::pair<double, double> bounds{-infinity, infinity};
    for (const ParameterPair& pair : parse_bounds(names, options.bounds))
        if (pair.index == index) bounds = {pair.first, pair.second};
    return bounds;
}

FitOptions with_bounds(FitOptions options, const ParameterNames& names, int index, double lower, double upper)
{
    std::vector<ParameterPair> bounds = parse_bounds(names, options.bounds);
    std::erase_if(bounds, [index](const ParameterPair& pair) { return pair.index == index; });
    if (!(lower < upper))
        throw ArgumentError("bounds", fmt::format("{}={}:{}", parameter_name(index), lower, upper),
                            "the lowest must be below the highest");
    if (std::isfinite(lower) || std::isfinite(upper)) bounds.push_back({index, lower, upper, ""});
    std::ranges::stable_sort(bounds, {}, &ParameterPair::index);
    options.bounds = format_bounds(bounds);
    return options;
}

StateFreedom state_freedom(const FitOptions& options, const ParameterNames& names)
{
    const auto free = parse_free(names, options.free);
    if (!free) return StateFreedom::automatic;
    const bool all_positions = all_of(*free, 3, 12), all_velocities = all_of(*free, 12, 21);
    const bool no_positions = none_of(*free, 3, 12), no_velocities = none_of(*free, 12, 21);
    if (all_positions && all_velocities) return StateFreedom::free;
    if (no_positions && no_velocities) return StateFreedom::held;
    if (all_positions && no_velocities) return StateFreedom::positions;
    if (no_positions && all_velocities) return StateFreedom::velocities;
    return StateFreedom::other;
}

FitOptions with_state_freedom(FitOptions options, const ParameterNames& names, StateFreedom freedom)
{
    if (freedom == StateFreedom::other) return options;
    FreeParameters free = named_free(options, names);
    if (freedom == StateFreedom::automatic) {
        // An empty text frees all masses: those that were not free are held by `fix`, where they start.
        std::vector<FixedParameter> fixed = parse_fix(names, options.fix);
        for (int body = 0; body < 3; ++body)
            if (!free[static_cast<std::size_t>(body)] && !is_fixed(options, names, body))
                fixed.push_back({body, std::nullopt, ""});
        options.fix = format_fix(fixed);
        options.free.clear();
        return options;
    }
    const bool positions = freedom == StateFreedom::free || freedom == StateFreedom::positions;
    const bool velocities = freedom == StateFreedom::free || freedom == StateFreedom::velocities;
    std::fill(free.begin() + 3, free.begin() + 12, positions);
    std::fill(free.begin() + 12, free.begin() + correction_group, velocities);
    options.free = format_free(free);
    return options;
}

FitOptions with_state_number_free(FitOptions options, const ParameterNames& names, int index, bool free, bool free_by_data)
{
    std::vector<FixedParameter> fixed = parse_fix(names, options.fix);
    std::erase_if(fixed, [index](const FixedParameter& parameter) { return parameter.index == index; });
    options.fix = format_fix(fixed);
    const bool by_data = !parse_free(names, options.free);
    FreeParameters named = named_free(options, names);
    if (by_data) std::fill(named.begin() + 3, named.begin() + correction_group, free_by_data);
    named[static_cast<std::size_t>(index)] = free;
    // Where the data say the same, it is left to them.
    const bool as_data = by_data && std::all_of(named.begin() + 3, named.begin() + correction_group,
                                                [=](bool each) { return each == free_by_data; });
    if (!as_data) options.free = format_free(named);
    return options;
}

}  // namespace syzygy
