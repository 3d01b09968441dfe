#include "physics/fit/parameter_text.hpp"

#include "core/base/not_finite.hpp"
#include "physics/observations/body_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace syzygy {

namespace {

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

/// The index of a parameter by name; bodies stand for their mass.
int find_parameter(const ParameterTable& table, std::string_view text, std::string_view option)
{
    const BodyNames& bodies = table.bodies();
    // A parameter of the correction goes behind a body, whose name the user chose.
    const std::optional<int> found = table.find(text);
    if (found && !table[*found].is_of_correction() && !table[*found].is_offset()) return *found;
    for (int body = 0; body < 3; ++body)
        if (text == bodies[static_cast<std::size_t>(body)] || text == std::to_string(body + 1)) return table.of_mass(body);
    if (found) return *found;
    if (const auto body = body_named(bodies, text)) return table.of_mass(*body);
    std::string others;
    for (const ParameterRow& row : table)
        if (row.is_of_correction() || row.is_offset()) others += ", " + row.id;
    throw ArgumentError(option, text,
                        fmt::format("must be a body (1, 2, 3, {}, {}, {}) or a parameter (m1..m3, x1..z3, vx1..vz3{})",
                                    bodies[0], bodies[1], bodies[2], others));
}

/// Lists of "name=a:b".
std::vector<ParameterPair> parse_pairs(const ParameterTable& table, std::string_view text, std::string_view option,
                                       double blank_first, double blank_second)
{
    std::vector<ParameterPair> result;
    for (const std::string& part : parts(text)) {
        const auto equals = part.find('='), colon = part.find(':');
        if (equals == std::string::npos || colon == std::string::npos || colon < equals)
            throw ArgumentError(option, part, "must be parameter=number:number");
        const std::string_view view = part;
        result.push_back({find_parameter(table, view.substr(0, equals), option),
                          number(view.substr(equals + 1, colon - equals - 1), option, part, blank_first),
                          number(view.substr(colon + 1), option, part, blank_second)});
    }
    return result;
}

/// True if all parameters of a group are free; false if the table has none of them.
bool all_of(const ParameterTable& table, const FreeParameters& free, const ParameterGroup& group)
{
    bool any = false;
    for (int i = 0; i < table.size(); ++i) {
        if (!group.holds(table[i].role)) continue;
        if (!free[i]) return false;
        any = true;
    }
    return any;
}

bool none_of(const ParameterTable& table, const FreeParameters& free, ParameterRole role)
{
    for (int i = 0; i < table.size(); ++i)
        if (table[i].role == role && free[i]) return false;
    return true;
}

const ParameterGroup& group_named(std::string_view name)
{
    const auto group = std::ranges::find(parameter_groups(), name, &ParameterGroup::name);
    if (group == parameter_groups().end()) throw ArgumentError("free", name, "is no group of parameters");
    return *group;
}

/// What the options name, the masses where they name nothing: which of the masses alone is then told.
FreeParameters named_free(const FitOptions& options, const ParameterTable& table)
{
    FreeParameters all_masses(table);
    all_masses.set_group(table, "masses", true);
    return parse_free(table, options.free).value_or(all_masses);
}

}  // namespace

void FreeParameters::set_group(const ParameterTable& table, std::string_view name, bool free)
{
    const ParameterGroup& group = group_named(name);
    for (int i = 0; i < table.size(); ++i)
        if (group.holds(table[i].role)) set(i, free);
    if (group.holds(ParameterRole::correction)) correction = free;
}

bool FreeParameters::any_of_correction(const ParameterTable& table) const
{
    return correction || !none_of(table, *this, ParameterRole::correction);
}

std::optional<FreeParameters> parse_free(const ParameterTable& table, std::string_view text)
{
    if (text.empty()) return std::nullopt;
    FreeParameters free(table);
    const std::vector<std::string> named = parts(text);
    free.set_group(table, "offsets", std::ranges::find(named, "none") == named.end());
    for (const std::string& part : named) {
        if (std::ranges::find(parameter_groups(), part, &ParameterGroup::name) != parameter_groups().end())
            free.set_group(table, part, true);
        else if (part != "none")
            free.set(find_parameter(table, part, "free"), true);
    }
    return free;
}

std::string format_free(const ParameterTable& table, const FreeParameters& free)
{
    std::string text;
    const auto add = [&text](std::string_view part) { text += (text.empty() ? "" : ",") + std::string(part); };
    for (int index = 0; index < table.size();) {
        const ParameterRole role = table[index].role;
        // Offsets are free unasked.
        if ((role == ParameterRole::correction && free.correction) || role == ParameterRole::offset) break;
        const bool begins = index == 0 || table[index - 1].role != role;
        const auto groups = parameter_groups();
        const auto group = std::ranges::find_if(groups, [&](const ParameterGroup& candidate) {
            return begins && role != ParameterRole::correction && candidate.roles.front() == role &&
                   all_of(table, free, candidate);
        });
        if (group != groups.end()) {
            add(group->name);
            while (index < table.size() && group->holds(table[index].role)) ++index;
        } else {
            if (free[index]) add(table[index].id);
            ++index;
        }
    }
    // Its parameters may have no rows.
    if (free.correction) add("correction");
    if (text.empty() && !none_of(table, free, ParameterRole::offset)) add("offsets");
    return text.empty() ? "none" : text;
}

std::vector<FixedParameter> parse_fix(const ParameterTable& table, std::string_view text)
{
    std::vector<FixedParameter> result;
    for (const std::string& part : parts(text)) {
        const auto equals = part.find('=');
        FixedParameter fixed{find_parameter(table, std::string_view(part).substr(0, equals), "fix"), std::nullopt};
        if (equals != std::string::npos) fixed.value = number(std::string_view(part).substr(equals + 1), "fix", part, 0);
        if (table[fixed.index].is_mass() && fixed.value && *fixed.value < 0)
            throw ArgumentError("fix", part, "a mass cannot be negative");
        result.push_back(fixed);
    }
    return result;
}

std::string format_fix(const ParameterTable& table, const std::vector<FixedParameter>& fixed)
{
    std::string text;
    for (const FixedParameter& parameter : fixed) {
        text += (text.empty() ? "" : ",") + table[parameter.index].id;
        if (parameter.value) text += fmt::format("={}", *parameter.value);
    }
    return text;
}

std::vector<ParameterPair> parse_bounds(const ParameterTable& table, std::string_view text)
{
    return parse_pairs(table, text, "bounds", -infinity, infinity);
}

std::string format_bounds(const ParameterTable& table, const std::vector<ParameterPair>& bounds)
{
    const auto side = [](double bound) { return std::isfinite(bound) ? fmt::format("{}", bound) : std::string(); };
    std::string text;
    for (const ParameterPair& pair : bounds)
        text += fmt::format("{}{}={}:{}", text.empty() ? "" : ",", table[pair.index].id, side(pair.first),
                            side(pair.second));
    return text;
}

std::vector<ParameterPair> parse_priors(const ParameterTable& table, std::string_view text)
{
    std::vector<ParameterPair> priors = parse_pairs(table, text, "prior", 0, 0);
    for (const ParameterPair& pair : priors)
        if (!(pair.second > 0))
            throw ArgumentError("prior", fmt::format("{}={}:{}", table[pair.index].id, pair.first, pair.second),
                                "the standard deviation must be above 0");
    return priors;
}

FitOptions without_correction_parameters(FitOptions options, const ParameterTable& table)
{
    const auto of_correction = [&](const auto& parameter) { return table[parameter.index].is_of_correction(); };
    std::vector<FixedParameter> fixed = parse_fix(table, options.fix);
    std::vector<ParameterPair> bounds = parse_bounds(table, options.bounds), priors = parse_priors(table, options.priors);
    if (std::erase_if(fixed, of_correction) > 0) options.fix = format_fix(table, fixed);
    if (std::erase_if(bounds, of_correction) > 0) options.bounds = format_bounds(table, bounds);
    if (std::erase_if(priors, of_correction) > 0) options.priors = format_bounds(table, priors);
    if (auto free = parse_free(table, options.free); free && free->any_of_correction(table)) {
        free->correction = true;
        options.free = format_free(table, *free);
    }
    return options;
}

FitOptions with_mass_free(FitOptions options, const ParameterTable& table, int body, bool free, double value)
{
    const int mass = table.of_mass(body);
    std::vector<FixedParameter> fixed = parse_fix(table, options.fix);
    std::erase_if(fixed, [mass](const FixedParameter& parameter) { return parameter.index == mass; });
    if (!free) fixed.push_back({mass, value});
    options.fix = format_fix(table, fixed);
    if (auto named = parse_free(table, options.free); free && named) {
        named->set(mass, true);
        options.free = format_free(table, *named);
    }
    return options;
}

bool is_fixed(const FitOptions& options, const ParameterTable& table, int index)
{
    return std::ranges::any_of(parse_fix(table, options.fix),
                               [index](const FixedParameter& parameter) { return parameter.index == index; });
}

std::pair<double, double> bounds_of(const FitOptions& options, const ParameterTable& table, int index)
{
    std::pair<double, double> bounds{-infinity, infinity};
    for (const ParameterPair& pair : parse_bounds(table, options.bounds))
        if (pair.index == index) bounds = {pair.first, pair.second};
    return bounds;
}

FitOptions with_bounds(FitOptions options, const ParameterTable& table, int index, double lower, double upper)
{
    std::vector<ParameterPair> bounds = parse_bounds(table, options.bounds);
    std::erase_if(bounds, [index](const ParameterPair& pair) { return pair.index == index; });
    if (!(lower < upper))
        throw ArgumentError("bounds", fmt::format("{}={}:{}", table[index].id, lower, upper),
                            "the lowest must be below the highest");
    if (std::isfinite(lower) || std::isfinite(upper)) bounds.push_back({index, lower, upper});
    std::ranges::stable_sort(bounds, {}, &ParameterPair::index);
    options.bounds = format_bounds(table, bounds);
    return options;
}

StateFreedom state_freedom(const FitOptions& options, const ParameterTable& table)
{
    const auto free = parse_free(table, options.free);
    if (!free) return StateFreedom::automatic;
    const bool all_positions = all_of(table, *free, group_named("positions")),
               all_velocities = all_of(table, *free, group_named("velocities"));
    const bool no_positions = none_of(table, *free, ParameterRole::position),
               no_velocities = none_of(table, *free, ParameterRole::velocity);
    if (all_positions && all_velocities) return StateFreedom::free;
    if (no_positions && no_velocities) return StateFreedom::held;
    if (all_positions && no_velocities) return StateFreedom::positions;
    if (no_positions && all_velocities) return StateFreedom::velocities;
    return StateFreedom::other;
}

FitOptions with_state_freedom(FitOptions options, const ParameterTable& table, StateFreedom freedom)
{
    if (freedom == StateFreedom::other) return options;
    FreeParameters free = named_free(options, table);
    if (freedom == StateFreedom::automatic) {
        // An empty text frees all masses: those that were not free are held by `fix`, where they start.
        std::vector<FixedParameter> fixed = parse_fix(table, options.fix);
        for (int body = 0; body < 3; ++body)
            if (const int mass = table.of_mass(body); !free[mass] && !is_fixed(options, table, mass))
                fixed.push_back({mass, std::nullopt});
        options.fix = format_fix(table, fixed);
        options.free.clear();
        return options;
    }
    const bool positions = freedom == StateFreedom::free || freedom == StateFreedom::positions;
    const bool velocities = freedom == StateFreedom::free || freedom == StateFreedom::velocities;
    free.set_group(table, "positions", positions);
    free.set_group(table, "velocities", velocities);
    options.free = format_free(table, free);
    return options;
}

FitOptions with_state_number_free(FitOptions options, const ParameterTable& table, int index, bool free, bool free_by_data)
{
    std::vector<FixedParameter> fixed = parse_fix(table, options.fix);
    std::erase_if(fixed, [index](const FixedParameter& parameter) { return parameter.index == index; });
    options.fix = format_fix(table, fixed);
    const bool by_data = !parse_free(table, options.free);
    FreeParameters named = named_free(options, table);
    if (by_data) named.set_group(table, "initial", free_by_data);
    named.set(index, free);
    // If the data say the same, it is left to them.
    bool as_data = by_data;
    for (int i = 0; i < table.size(); ++i)
        if (table[i].is_state()) as_data = as_data && named[i] == free_by_data;
    if (!as_data) options.free = format_free(table, named);
    return options;
}

}  // namespace syzygy
