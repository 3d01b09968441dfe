#include "physics/observations/metadata.hpp"

#include "physics/observations/body_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace syzygy {

namespace {

[[noreturn]] void fail(const MetadataEntry& entry, std::string_view problem, std::string_view value,
                       std::string_view remedy)
{
    throw InputError(entry.place, problem, shown(value), remedy);
}

/// A text that may stand in quotes.
std::string unquoted(const MetadataEntry& entry, std::string_view text)
{
    if (!text.starts_with('"')) return std::string(text);
    std::string_view rest = text;
    const std::optional<std::string> content = take_quoted(rest);
    if (!content || !trimmed(rest).empty())
        fail(entry, "the quotes are not closed, or text follows them", text, "close them with one \" at the end");
    return *content;
}

/// The three items of a list, each of which may stand in quotes.
std::vector<std::string> three_items(const MetadataEntry& entry, std::string_view what)
{
    std::vector<std::string> items = entry.items;
    if (items.empty()) {
        std::string_view rest = trimmed(entry.text);
        while (items.size() <= 3) {
            if (rest.starts_with('"')) {
                const std::string_view whole = rest;
                const std::optional<std::string> content = take_quoted(rest);
                rest = trimmed(rest);
                if (!content || !(rest.empty() || rest.starts_with(',')))
                    fail(entry, "the quotes are not closed, or text follows them", whole, "write \"A\", \"B\", \"C\"");
                items.push_back(*content);
            } else {
                const std::string_view item = trimmed(rest.substr(0, rest.find(',')));
                if (item.empty())
                    fail(entry, fmt::format("a {} is missing in", what), entry.text,
                         fmt::format("give three, parted by commas"));
                items.emplace_back(item);
                rest.remove_prefix(std::min(rest.find(','), rest.size()));
            }
            if (rest.empty()) break;
            rest = trimmed(rest.substr(1));
        }
    }
    if (items.size() != 3)
        fail(entry,
             fmt::format("not three {} but {}{}:", what == "mass" ? "masses" : "bodies",
                         items.size() > 3 ? "at least " : "", items.size()),
             entry.text, "give exactly three, parted by commas");
    return items;
}

Eigen::Vector3d parse_masses(const MetadataEntry& entry)
{
    Eigen::Vector3d masses;
    const std::vector<std::string> items = three_items(entry, "mass");
    for (int body = 0; body < 3; ++body) {
        const ReadNumber number = read_number(trimmed(items[static_cast<std::size_t>(body)]));
        if (number.error != NumberError::none || !std::isfinite(number.value) || number.value < 0)
            fail(entry, "not a mass:", items[static_cast<std::size_t>(body)],
                 "masses are finite numbers of at least 0; leave the line out where they are unknown");
        masses[body] = number.value;
    }
    return masses;
}

int parse_relative_to(const MetadataEntry& entry, const std::array<std::string, 3>& bodies)
{
    const std::string name = unquoted(entry, trimmed(entry.text));
    if (name.size() == 1 && name[0] >= '1' && name[0] <= '3') return name[0] - '1';
    if (const auto body = body_named(bodies, name)) return *body;
    fail(entry, "no body is called", name,
         fmt::format("give 1, 2, 3 or one of {}, {}, {}", shown(bodies[0]), shown(bodies[1]), shown(bodies[2])));
}

}  // namespace

std::size_t key_end(std::string_view comment)
{
    return comment.find_first_of(":=");
}

std::span<const std::string> Metadata::keys()
{
    static const std::vector<std::string> known{"name",  "units",      "bodies", "masses", "relative-to",
                                                "epoch", "time-scale", "centre", "frame",  "aberration"};
    return known;
}

std::string Metadata::known_key(std::string_view key)
{
    std::string lower = lower_case(key);
    std::replace(lower.begin(), lower.end(), '_', '-');
    if (lower == "center") lower = "centre";
    return std::find(keys().begin(), keys().end(), lower) != keys().end() ? lower : "";
}

void Metadata::add(std::string_view key, MetadataEntry entry)
{
    const std::string known = known_key(key);
    if (known.empty()) {
        constexpr std::size_t most_notes = 20;
        const auto meant = nearest_word(key, keys());
        if (meant && notes_.size() < most_notes)
            notes_.push_back(fmt::format("Line {}: '{}' is not a known key and was ignored; did you mean '{}'?",
                                         entry.place.line, shown(key), *meant));
        return;
    }
    // Latin-1, most often. YAML's own escapes are UTF-8 already.
    const bool readable = is_utf8(entry.text) && std::all_of(entry.items.begin(), entry.items.end(), is_utf8);
    if (!readable) fail(entry, "the text is not UTF-8:", entry.text, "save the file as UTF-8");
    const auto [position, is_new] = entries_.emplace(known, std::move(entry));
    if (!is_new)
        throw InputError(entry.place, "given twice:", known,
                         fmt::format("keep one of the two; the first is in line {}", position->second.place.line));
}

void Metadata::apply(Observations& observations) const
{
    observations.notes.insert(observations.notes.end(), notes_.begin(), notes_.end());
    const auto find = [&](const char* key) -> const MetadataEntry* {
        const auto found = entries_.find(key);
        return found == entries_.end() ? nullptr : &found->second;
    };
    if (const auto* name = find("name")) observations.name = unquoted(*name, trimmed(name->text));
    if (const auto* bodies = find("bodies")) {
        const std::vector<std::string> names = three_items(*bodies, "body");
        std::copy(names.begin(), names.end(), observations.bodies.begin());
    }
    if (const auto* masses = find("masses")) observations.true_masses = parse_masses(*masses);
    if (const auto* body = find("relative-to"))
        observations.relative_to = parse_relative_to(*body, observations.bodies);
    ReferenceSystem& reference = observations.reference;
    if (const auto* epoch = find("epoch")) {
        reference.epoch = parse_epoch_text(unquoted(*epoch, trimmed(epoch->text)));
        if (!reference.epoch)
            fail(*epoch, "not an epoch:", epoch->text, "write a date such as 2018-01-31T12:00:00, JD 2458150.0 or MJD 58149.5");
    }
    if (const auto* scale = find("time-scale")) {
        const auto known = find_time_scale(unquoted(*scale, trimmed(scale->text)));
        if (!known) fail(*scale, "unknown time scale", scale->text, "give TDB, TT, TAI, UTC, TCB or TCG");
        reference.time_scale = to_string(*known);
        const auto* epoch = find("epoch");
        if (epoch && trimmed(epoch->text).ends_with('Z') && known != TimeScale::utc)
            fail(*epoch, fmt::format("the epoch is in UTC (Z), but the time scale is {}:", reference.time_scale), epoch->text, "correct one of the two");
    }
    for (const auto& [key, text] : {std::pair{"centre", &ReferenceSystem::centre},
                                    {"frame", &ReferenceSystem::frame},
                                    {"aberration", &ReferenceSystem::aberration}})
        if (const auto* entry = find(key)) reference.*text = unquoted(*entry, trimmed(entry->text));
    if (const auto* units = find("units")) {
        try {
            observations.units = UnitSystem::parse(units->text);
        } catch (const ArgumentError& error) {
            fail(*units, "wrong units:", error.value().empty() ? units->text : error.value(), error.rule());
        }
    }
}

}  // namespace syzygy
