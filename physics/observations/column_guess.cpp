#include "physics/observations/column_guess.hpp"

#include "physics/observations/columns.hpp"
#include "physics/observations/text_reading.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

namespace syzygy {

namespace {

/// What one name says.
struct NameParts {
    bool is_time = false;
    bool sigma = false, velocity = false;
    std::optional<int> axis;
    std::string body;        ///< lower case; "" where none is named
    std::string shown_body;  ///< as written; "" for "body 1" and the like
    std::string unit;        ///< between brackets
};

bool one_of(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Takes what stands in the first pair of brackets out of the name.
std::string take_brackets(std::string& name)
{
    const std::size_t open = name.find_first_of("([");
    if (open == name.npos) return "";
    const std::size_t close = name.find_first_of(")]", open);
    if (close == name.npos) return "";
    const std::string inside(trimmed(std::string_view(name).substr(open + 1, close - open - 1)));
    name.erase(open, close - open + 1);
    return inside;
}

/// "body1_x" -> body, 1, x; "sunX" -> sun, X.
std::vector<std::string> words_of(std::string_view name)
{
    const auto is = [](int (*test)(int), char letter) { return test(static_cast<unsigned char>(letter)) != 0; };
    // What is not ASCII is a letter: names of bodies in any language.
    const auto is_letter = [&](char letter) { return is(std::isalpha, letter) || (letter & 0x80); };
    std::vector<std::string> words;
    char before = ' ';
    for (const char letter : name) {
        const bool digit = is(std::isdigit, letter);
        if (!digit && !is_letter(letter)) {
            before = ' ';
            continue;
        }
        const bool starts = before == ' ' || digit != is(std::isdigit, before) ||
                            (is(std::isupper, letter) && is(std::islower, before));
        if (starts) words.emplace_back();
        words.back() += letter;
        before = letter;
    }
    return words;
}

/// The axis of "x", "vy", "sz", "svx", "xdot" and the like; sets what else the word says.
std::optional<int> read_axis(std::string_view word, NameParts& parts)
{
    if (word.ends_with("dot") && word.size() == 4) {
        parts.velocity = true;
        word.remove_suffix(3);
    }
    if (word.empty() || word.back() < 'x' || word.back() > 'z') return std::nullopt;
    const std::string_view before = word.substr(0, word.size() - 1);
    if (!one_of(before, {"", "v", "s", "sv", "e", "ev", "r", "q", "p", "u", "sigma", "err", "vel", "pos"}))
        return std::nullopt;
    parts.velocity = parts.velocity || one_of(before, {"v", "sv", "ev", "vel"});
    parts.sigma = parts.sigma || one_of(before, {"s", "sv", "e", "ev", "sigma", "err"});
    return word.back() - 'x';
}

NameParts read_name(std::string name)
{
    NameParts parts;
    parts.unit = take_brackets(name);
    const std::vector<std::string> words = words_of(name);
    if (!words.empty()) {
        const std::string first = lower_case(words.front());
        parts.is_time = epochs_named(name).has_value() || one_of(first, {"time", "times", "jd", "mjd", "bjd", "hjd", "jdtdb", "epoch", "datetime", "date"}) ||
                        (words.size() == 1 && one_of(first, {"t", "day", "days", "year", "years"}));
        if (parts.is_time && parts.unit.empty() && words.size() == 1)
            parts.unit = one_of(first, {"day", "days"}) ? "d" : one_of(first, {"year", "years"}) ? "yr" : "";
        if (parts.is_time) return parts;
    }
    std::string number, generic, generic_shown;
    for (const std::string& word : words) {
        const std::string lower = lower_case(word);
        if (std::isdigit(static_cast<unsigned char>(word.front()))) {
            number = word;
        } else if (const auto axis = parts.axis ? std::nullopt : read_axis(lower, parts)) {
            parts.axis = axis;
        } else if (one_of(lower, {"v", "vel", "velocity", "dot"})) {
            parts.velocity = true;
        } else if (one_of(lower, {"s", "sigma", "sig", "err", "error", "e", "std", "stddev", "unc", "uncertainty"})) {
            parts.sigma = true;
        } else if (one_of(lower, {"pos", "position", "coord", "r", "q"})) {
            continue;
        } else if (parts.axis && one_of(lower, {"km", "au", "m", "d", "day", "days", "yr", "pc"})) {
            continue;
        } else if (one_of(lower, {"body", "b", "star", "planet", "particle", "obj", "object", "m", "p"})) {
            generic = lower;
            generic_shown = word;
        } else {
            parts.body += (parts.body.empty() ? "" : " ") + lower;
            parts.shown_body += (parts.shown_body.empty() ? "" : " ") + word;
        }
    }
    if (parts.body.empty() && number.empty() && !generic.empty()) {
        parts.body = generic;
        parts.shown_body = generic_shown;
    }
    parts.body += number;
    if (!parts.shown_body.empty()) parts.shown_body += number.empty() ? "" : " " + number;
    return parts;
}

/// The bodies' keys in the order they come; numbers in their own order.
std::vector<std::string> body_keys(const std::vector<NameParts>& names)
{
    std::vector<std::string> keys;
    for (const NameParts& name : names)
        if (name.axis && std::find(keys.begin(), keys.end(), name.body) == keys.end()) keys.push_back(name.body);
    const auto is_number = [](const std::string& key) {
        return !key.empty() && key.size() < 9 && key.find_first_not_of("0123456789") == key.npos;
    };
    if (std::all_of(keys.begin(), keys.end(), is_number))
        std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return std::stol(a) < std::stol(b); });
    return keys;
}

/// What is wrong with the units in brackets: unknown ones, or two of a kind.
std::string conflict_of(const std::vector<NameParts>& names)
{
    std::map<Dimension, std::string> first;
    for (const NameParts& name : names) {
        if (name.unit.empty() || (!name.is_time && !name.axis)) continue;
        const std::optional<Unit> unit = find_unit(name.unit);
        const Dimension needed = name.is_time ? Dimension::time : name.velocity ? Dimension::velocity : Dimension::length;
        if (!unit || unit->dimension != needed) return "'" + name.unit + "' is no unit of such a column";
        const auto [known, is_new] = first.emplace(needed, unit->name);
        if (!is_new && known->second != unit->name) return "'" + known->second + "' and '" + unit->name + "' stand side by side";
    }
    return "";
}

/// "length=..., time=..." of the units in brackets, where there are such of positions and times.
std::string units_of(const std::vector<NameParts>& names)
{
    std::optional<Unit> length, time, velocity;
    for (const NameParts& name : names) {
        const std::optional<Unit> unit = find_unit(name.unit);
        if (!unit) continue;
        if (name.is_time && unit->dimension == Dimension::time && !time) time = unit;
        if (name.axis && unit->dimension == Dimension::length && !length) length = unit;
        if (name.axis && unit->dimension == Dimension::velocity && !velocity) velocity = unit;
    }
    if (!length || !time) return "";
    if (!velocity || std::abs(velocity->si / (length->si / time->si) - 1) < 1e-9)
        return "G=1, length=1 " + length->name + ", time=1 " + time->name;
    return "length=1 " + length->name + ", mass=1 Msun, time=1 " + time->name + ", velocity=1 " + velocity->name;
}

/// Tables without names: times and positions, then velocities, in the usual order.
std::vector<int> guess_by_number(std::size_t columns, bool one_body)
{
    std::vector<int> slots;
    for (std::size_t column = 0; column < columns; ++column) {
        const int number = static_cast<int>(column) - 1;
        const int a_group = one_body ? 3 : 9;
        if (column == 0)
            slots.push_back(0);
        else
            slots.push_back(number < 2 * a_group ? slot_of(number / a_group, number % a_group) : ignored_slot);
    }
    return slots;
}

std::string capitalised(std::string name)
{
    if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    return name;
}

}  // namespace

ColumnGuess guess_columns(std::span<const std::string> names)
{
    std::vector<NameParts> parts;
    for (const std::string& name : names) parts.push_back(read_name(name));
    std::vector<std::string> keys = body_keys(parts);
    ColumnGuess guess;
    guess.units = units_of(parts);
    guess.conflict = conflict_of(parts);
    for (const NameParts& name : parts)
        if (const auto unit = name.is_time && guess.time_si == 0 ? find_unit(name.unit) : std::nullopt; unit && unit->dimension == Dimension::time)
            guess.time_si = unit->si;
    for (const std::string& key : keys) {
        std::array<bool, 3> axes{};
        for (const NameParts& name : parts)
            if (name.axis && name.body == key && !name.velocity && !name.sigma) axes[static_cast<std::size_t>(*name.axis)] = true;
        if (axes[0] && axes[1] && axes[2]) guess.found.push_back(key);
    }
    // Numbered bodies are the ones meant, whatever else has coordinates beside them.
    const auto has_key = [&](const char* key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); };
    if (keys.size() > 3 && has_key("1") && has_key("2") && has_key("3")) keys = guess.found = {"1", "2", "3"};
    const bool has_t = std::any_of(names.begin(), names.end(), [](const std::string& name) { return find_column(name) == 0; });
    std::vector<int> used;
    const auto take = [&](int slot) {
        const bool is_new = std::find(used.begin(), used.end(), slot) == used.end();
        if (is_new) used.push_back(slot);
        return is_new;
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const NameParts& name = parts[i];
        int slot = ignored_slot;
        // A column that is called the time goes before others that may be.
        if (name.is_time && (!has_t || find_column(names[i]) == 0) && take(0)) slot = 0;
        if (name.axis) {
            const int group = (name.velocity ? 1 : 0) + (name.sigma ? 2 : 0);
            // Names that come again without a body's name mean the next body.
            const bool by_repetition = keys.size() == 1;
            auto body = static_cast<int>(std::find(keys.begin(), keys.end(), name.body) - keys.begin());
            for (; body < 3; ++body) {
                const int wanted = slot_of(group, 3 * body + *name.axis);
                if (take(wanted)) {
                    slot = wanted;
                    break;
                }
                if (!by_repetition) break;
            }
        }
        guess.slots.push_back(slot);
    }
    for (std::size_t body = 0; body < std::min<std::size_t>(keys.size(), 3); ++body) {
        const auto named = std::find_if(parts.begin(), parts.end(),
                                        [&](const NameParts& name) { return name.axis && name.body == keys[body]; });
        guess.bodies.push_back(capitalised(named->shown_body));
    }
    return guess;
}

ColumnGuess guess_table(std::span<const std::string> names, bool has_names, bool one_body)
{
    if (has_names) return guess_columns(names);
    ColumnGuess guess;
    guess.slots = guess_by_number(names.size(), one_body);
    return guess;
}

}  // namespace syzygy
