#include "physics/observations/horizons_reply.hpp"

#include "core/base/error.hpp"
#include "physics/observations/text_reading.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <vector>

namespace syzygy {

namespace {

constexpr std::string_view choose_vectors =
    "in Horizons choose Ephemeris Type 'Vector Table' (EPHEM_TYPE=VECTORS) and save the whole result";

bool is_json(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != text.npos && text[first] == '{';
}

/// The lines that are not blank, stars, or the service's own two lines about itself.
std::vector<std::string_view> telling_lines(std::string_view text)
{
    std::vector<std::string_view> lines;
    LineReader reader(text);
    for (std::string_view line; reader.next(line);) {
        line = trimmed(line);
        if (line.empty() || line.starts_with("***") || line.starts_with("API VERSION") || line.starts_with("API SOURCE"))
            continue;
        lines.push_back(line);
    }
    return lines;
}

/// The first lines of what Horizons says, in one line.
std::string first_words(std::string_view text)
{
    std::string words;
    for (const std::string_view line : telling_lines(text)) {
        if (words.size() > 120) break;
        words += (words.empty() ? "" : " ") + std::string(line);
    }
    return words;
}

}  // namespace

bool is_horizons_reply(std::string_view text)
{
    // An object page before the header is at most some ten kB; searching hundreds of MB would cost.
    const std::string_view start = text.substr(0, 1 << 18);
    const auto has = [&](std::string_view word) { return start.find(word) != start.npos; };
    if (is_json(start)) return has("\"signature\"") && (has("\"result\"") || has("\"error\""));
    return has("$$SOE") || has("\nTarget body name:") || has("NASA/JPL Horizons API") || has("JPL/HORIZONS") ||
           (has("Ephemeris / ") && has("Horizons"));
}

SourceText unwrapped_reply(const SourceText& source)
{
    if (!is_json(source.text)) return source;
    const nlohmann::json reply = nlohmann::json::parse(source.text, nullptr, false);
    if (reply.is_discarded() || !reply.is_object())
        throw InputError({source.file}, "the reply of the Horizons service is no valid JSON", "",
                         "the file is cut off or edited: save the whole reply again");
    const auto text_of = [&](const char* key) {
        const auto found = reply.find(key);
        return found != reply.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (const std::string error = text_of("error"); !error.empty())
        throw InputError({source.file}, "Horizons answered with an error instead of a table:", first_words(error),
                         "correct the request that the message speaks of, and save the result again");
    const std::string result = text_of("result");
    if (result.empty())
        throw InputError({source.file}, "the reply of the Horizons service has no \"result\"", "",
                         "save the whole reply, or its \"result\" as text");
    return {source.file, result};
}

std::string beginning_of_result(std::string_view json)
{
    const std::size_t key = json.find("\"result\"");
    if (key == json.npos) return "";
    const std::size_t quote = json.find('"', key + 8);
    if (quote == json.npos) return "";
    std::string_view rest = json.substr(quote + 1);
    // Whole lines only: an escaped character that is cut cannot be read.
    const std::size_t end = rest.rfind("\\n");
    if (end == rest.npos) return "";
    const std::string whole = '"' + std::string(rest.substr(0, end + 2)) + '"';
    const nlohmann::json text = nlohmann::json::parse(whole, nullptr, false);
    return text.is_string() ? text.get<std::string>() : "";
}

void require_vector_table(const SourceText& source)
{
    const std::string_view text = source.text;
    const auto has = [&](std::string_view word) { return text.find(word) != text.npos; };
    const std::size_t start = text.find("$$SOE");
    if (start == text.npos) {
        if (has("\nTarget body name:")) return;  // the header of a table that is cut off
        // A list is told by its heading, whatever bodies are in it.
        for (const std::string_view matches : {"Multiple major-bodies match", "Matching small-bodies", "Small-body Index Search Results"})
            if (has(matches))
                throw InputError({source.file}, "Horizons lists several bodies that match the request, and gives no table",
                                 "", "ask again for one of them by its ID");
        throw InputError({source.file}, "Horizons answered with a message instead of a table:", first_words(text),
                         "correct the request that the message speaks of, and save the result again");
    }
    // The lines above $$SOE name the columns.
    const std::string_view header = text.substr(0, start);
    const std::string_view names = header.substr(header.size() - std::min<std::size_t>(header.size(), 2000));
    const auto named = [&](std::string_view word) { return names.find(word) != names.npos; };
    const std::size_t type = header.rfind("\nOutput type");
    const bool elements = type != header.npos && header.substr(type, 120).find("elements") != header.npos;
    if (elements || (named("EC,") && named("QR,")) || (named("EC ") && named("QR ")))
        throw InputError({source.file}, "the table holds orbital elements, not positions", "", choose_vectors);
    if (named("Date__(UT)") || named("R.A.") || named("Date_________"))
        throw InputError({source.file}, "the table is an observer table (directions as seen from a place), not positions", "",
                         choose_vectors);
}

}  // namespace syzygy
