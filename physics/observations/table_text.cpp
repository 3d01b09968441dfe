#include "physics/observations/table_text.hpp"

#include "physics/observations/columns.hpp"
#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace syzygy {

namespace {

void append_number(std::string& text, double value)
{
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    text.append(digits, end);
}

/// The name of a column, in quotes if it holds the delimiter.
std::string metadata_cell(const std::string& name, char delimiter)
{
    return name.find_first_of(std::string{delimiter, ' '}) == name.npos ? name : '"' + name + '"';
}

}  // namespace

const SourceText& only_source(std::span<const SourceText> sources, std::string_view format)
{
    if (sources.size() == 1) return sources.front();
    throw InputError({sources.empty() ? std::string() : sources[1].file},
                     fmt::format("{} files were given, but one {} file holds all three bodies", sources.size(), format),
                     "", "give one file; three files are for Horizons tables");
}

std::string metadata_text(std::string_view value)
{
    const bool plain = !value.empty() && trimmed(value).size() == value.size() &&
                       std::none_of(value.begin(), value.end(), [](char letter) {
                           const auto byte = static_cast<unsigned char>(letter);
                           return byte < 0x20 || byte == 0x7F || letter == '"' || letter == ',' || letter == '\\';
                       });
    return plain ? std::string(value) : in_quotes(value);
}

std::string bodies_text(const Observations& observations)
{
    const auto& bodies = observations.bodies;
    return fmt::format("{}, {}, {}", metadata_text(bodies[0]), metadata_text(bodies[1]), metadata_text(bodies[2]));
}

std::string masses_text(const Observations& observations)
{
    const Eigen::Vector3d& masses = observations.true_masses.value();
    std::string text;
    for (int body = 0; body < 3; ++body) {
        if (body > 0) text += ", ";
        append_number(text, masses[body]);
    }
    return text;
}

std::vector<std::pair<std::string, std::string>> reference_entries(const ReferenceSystem& reference)
{
    std::vector<std::pair<std::string, std::string>> entries;
    if (reference.epoch) entries.emplace_back("epoch", exact_epoch_text(*reference.epoch));
    if (!reference.time_scale.empty()) entries.emplace_back("time-scale", reference.time_scale);
    if (!reference.centre.empty()) entries.emplace_back("centre", reference.centre);
    if (!reference.frame.empty()) entries.emplace_back("frame", reference.frame);
    if (!reference.aberration.empty()) entries.emplace_back("aberration", reference.aberration);
    return entries;
}

void append_reference(std::string& text, const Observations& observations)
{
    for (const auto& [key, value] : reference_entries(observations.reference))
        text += fmt::format("# {}: {}\n", key, metadata_text(value));
}

std::vector<int> filled_slots(const Observations& observations)
{
    std::vector<int> slots{0};
    for (int group = 0; group < static_cast<int>(column_groups.size()); ++group) {
        if (group > 0 && (observations.*(column_groups[static_cast<std::size_t>(group)].table)).cols() == 0) continue;
        for (int component = 0; component < 9; ++component) slots.push_back(slot_of(group, component));
    }
    return slots;
}

void append_table(std::string& text, const Observations& observations, char delimiter)
{
    const std::vector<int> slots = filled_slots(observations);
    text.reserve(text.size() + observations.size() * slots.size() * 20);
    for (const int slot : slots) {
        if (slot > 0) text += delimiter;
        text += column_name(slot);
    }
    const auto add_cell = [&](double value) {
        text += delimiter;
        if (value == value) append_number(text, value);
    };
    for (const ObservedSeries& series : observations.series) {
        text += delimiter + metadata_cell(series.name(), delimiter);
        if (!series.sigmas.empty()) text += delimiter + metadata_cell(series.sigma_name(), delimiter);
    }
    text += '\n';
    for (std::size_t row = 0; row < observations.size(); ++row) {
        append_number(text, observations.times[row]);
        for (const ColumnGroup& group : column_groups) {
            const ObservedTable& table = observations.*(group.table);
            if (table.cols() == 0) continue;
            for (int component = 0; component < 9; ++component) add_cell(table(component, static_cast<Eigen::Index>(row)));
        }
        for (const ObservedSeries& series : observations.series) {
            add_cell(series.values[row]);
            if (!series.sigmas.empty()) add_cell(series.sigmas[row]);
        }
        text += '\n';
    }
}

}  // namespace syzygy
