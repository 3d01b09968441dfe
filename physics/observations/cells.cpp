#include "physics/observations/cells.hpp"

#include <algorithm>
#include <cstddef>

namespace syzygy {

Cell take_cell(const LinePlace& place, const char*& at, char delimiter)
{
    const char* const end = place.line.data() + place.line.size();
    at = skip_blanks(at, end, delimiter);
    const char* const first = at;
    if (at != end && *at == '"') {
        // A quote in quotes is doubled.
        const char* close = std::find(at + 1, end, '"');
        while (close != end && close + 1 != end && close[1] == '"') close = std::find(close + 2, end, '"');
        if (close == end)
            place.fail(first, "a quote is not closed:", std::string_view(first, end),
                       "close it in the same line, or leave the quotes out");
        at = skip_blanks(close + 1, end, delimiter);
        const bool parted = at == end || *at == delimiter || (delimiter == ' ' && at != close + 1);
        if (!parted)
            place.fail(first, "text follows the closing quote:", std::string_view(first, end), "leave the quotes out");
        return {trimmed(std::string_view(first + 1, close))};
    }
    while (at != end && *at != delimiter && !(delimiter == ' ' && *at == '\t')) ++at;
    return {trimmed(std::string_view(first, at))};
}

std::string delimiter_name(char delimiter)
{
    switch (delimiter) {
    case ' ': return "blank";
    case '\t': return "tab";
    case ';': return "semicolon";
    case '|': return "bar";
    default: return "comma";
    }
}

std::vector<Cell> split_cells(const LinePlace& place, char delimiter)
{
    std::vector<Cell> cells;
    const char* at = place.line.data();
    const char* const end = at + place.line.size();
    for (;;) {
        at = skip_blanks(at, end, delimiter);
        if (delimiter == ' ' && at == end) return cells;
        cells.push_back(take_cell(place, at, delimiter));
        if (at == end) return cells;
        if (delimiter != ' ') ++at;
    }
}

char detect_delimiter(std::string_view names_line)
{
    char delimiter = ' ';
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', ';', '\t', '|'}) {
        const auto count = std::count(names_line.begin(), names_line.end(), candidate);
        if (count > most) {
            most = count;
            delimiter = candidate;
        }
    }
    return delimiter;
}

}  // namespace syzygy
