#include "app/cli/report.hpp"

#include <algorithm>
#include <cstdio>

namespace syzygy {

namespace {

std::string dump(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A list of plain values, spaced for the eye.
std::string flat_list(const Json& list)
{
    std::string text = "[";
    for (const Json& value : list) {
        if (text.size() > 1) text += ", ";
        text += dump(value);
    }
    return text + ']';
}

void append(std::string& text, const Json& json, std::size_t indent)
{
    if (json.empty() || !json.is_structured()) {
        text += dump(json);
        return;
    }
    if (json.is_array() &&
        std::none_of(json.begin(), json.end(), [](const Json& value) { return value.is_structured(); })) {
        text += flat_list(json);
        return;
    }
    text += json.is_array() ? '[' : '{';
    const char* separator = "\n";
    for (const auto& [key, value] : json.items()) {
        text += separator;
        text.append(indent + 2, ' ');
        if (json.is_object()) text += dump(Json(key)) + ": ";
        append(text, value, indent + 2);
        separator = ",\n";
    }
    text += '\n';
    text.append(indent, ' ');
    text += json.is_array() ? ']' : '}';
}

bool is_numeric(std::string_view cell)
{
    return !cell.empty() && cell.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

}  // namespace

void message(std::string_view kind, std::string_view text)
{
    const std::string line = fmt::format("{}: {}\n", kind, text);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string json_text(const Json& json)
{
    std::string text;
    append(text, json, 0);
    return text + '\n';
}

Json outcome_json(const Outcome& outcome)
{
    return {{"outcome", to_string(outcome.status)}, {"reason", outcome.reason}};
}

std::size_t display_width(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string TextTable::text(std::size_t width) const
{
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    std::vector<bool> numeric(widths.size(), rows_.size() > 1);
    for (std::size_t row = 0; row < rows_.size(); ++row)
        for (std::size_t column = 0; column < rows_[row].size(); ++column) {
            widths[column] = std::max(widths[column], display_width(rows_[row][column]));
            if (row > 0 && !rows_[row][column].empty() && !is_numeric(rows_[row][column])) numeric[column] = false;
        }
    std::size_t margin = 0;  // where the last column begins
    for (std::size_t column = 0; column + 1 < widths.size(); ++column) margin += widths[column] + 2;
    constexpr std::size_t narrowest = 20;
    const std::size_t last_width = width == 0 ? 0 : std::max(narrowest, width - std::min(margin, width));

    std::string text;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t column = 0; column + 1 < row.size(); ++column) {
            const std::string blanks(widths[column] - display_width(row[column]), ' ');
            line += (numeric[column] ? blanks + row[column] : row[column] + blanks) + "  ";
        }
        const std::string& last = row.back();
        if (last_width > 0 && display_width(last) > last_width) {
            for (const char c : wrapped(last, last_width))
                line += c == '\n' ? c + std::string(margin, ' ') : std::string(1, c);
        } else {
            if (numeric.back()) line.append(widths.back() - display_width(last), ' ');
            line += last;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::string duration_text(double seconds)
{
    return seconds < 1 ? fmt::format("{:.3g} ms", 1e3 * seconds) : fmt::format("{:.3g} s", seconds);
}

std::string bytes_text(std::size_t bytes)
{
    const auto size = static_cast<double>(bytes);
    if (bytes < 1024) return fmt::format("{} bytes", bytes);
    return size < 1024 * 1024 ? fmt::format("{:.1f} KiB", size / 1024)
                              : fmt::format("{:.1f} MiB", size / (1024 * 1024));
}

std::string wrapped(std::string_view text, std::size_t width)
{
    std::string result;
    std::size_t used = 0;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (used > 0 && used + 1 + word.size() > width) {
            result += '\n';
            used = 0;
        } else if (used > 0) {
            result += ' ';
            ++used;
        }
        result += word;
        used += word.size();
    }
    return result;
}

}  // namespace syzygy
