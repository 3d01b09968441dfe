#include "physics/observations/text_reading.hpp"

#include "core/base/cancelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

namespace syzygy {

std::string_view checked_text(const SourceText& source)
{
    std::string_view text = source.text;
    const auto fail = [&](std::string_view problem, std::string_view remedy) {
        throw InputError({source.file, 1, 1}, problem, "", remedy);
    };
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) fail("the text is UTF-16", "save it as UTF-8");
    // The start suffices: a NUL further on is reported as part of a cell that is no number.
    if (text.substr(0, 4096).find('\0') != std::string_view::npos)
        fail("the file holds NUL bytes", "give a text file in UTF-8");
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        fail("the file is empty", "give a file with observations");
    return text;
}

LineReader::LineReader(std::string_view text, std::stop_token stop)
    : rest_(text),
      line_end_(text.find('\n') == text.npos && text.find('\r') != text.npos ? '\r' : '\n'),
      stop_(std::move(stop))
{
}

bool LineReader::next(std::string_view& line)
{
    if (rest_.empty()) return false;
    constexpr std::size_t lines_between_looks = 4096;
    if (++number_ % lines_between_looks == 0) throw_if_stopped(stop_);
    const void* end = std::memchr(rest_.data(), line_end_, rest_.size());
    ended_ = end != nullptr;
    const std::size_t size =
        ended_ ? static_cast<std::size_t>(static_cast<const char*>(end) - rest_.data()) : rest_.size();
    line = rest_.substr(0, size);
    rest_.remove_prefix(size + (ended_ ? 1 : 0));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return text.substr(text.size());
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lower_case(std::string_view text)
{
    std::string lower(text);
    for (char& letter : lower)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return lower;
}

namespace {

/// Bytes of the well-formed UTF-8 character that `text` starts with, 0 where there is none.
std::size_t utf8_length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t size = byte(0) < 0x80                      ? 1
                             : byte(0) >= 0xC2 && byte(0) < 0xE0 ? 2
                             : byte(0) >= 0xE0 && byte(0) < 0xF0 ? 3
                             : byte(0) >= 0xF0 && byte(0) < 0xF5 ? 4
                                                                 : 0;
    if (size == 0 || size > text.size()) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    if (size == 3 && ((byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xED && byte(1) >= 0xA0))) return 0;
    if (size == 4 && ((byte(0) == 0xF0 && byte(1) < 0x90) || (byte(0) == 0xF4 && byte(1) >= 0x90))) return 0;
    return size;
}

}  // namespace

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t size = utf8_length(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::string shown(std::string_view value)
{
    constexpr std::size_t longest = 60;
    std::string text;
    while (!value.empty()) {
        if (text.size() >= longest) return text + "...";
        const std::size_t size = utf8_length(value);
        const unsigned char first = static_cast<unsigned char>(value[0]);
        if (size == 0 || first < 0x20 || first == 0x7F)
            text += '?';
        else
            text += value.substr(0, size);
        value.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return text;
}

std::size_t character_column(std::string_view line, const char* at)
{
    const std::string_view before = line.substr(0, static_cast<std::size_t>(at - line.data()));
    return 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char byte) {
               return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
           }));
}

void LinePlace::fail(const char* at, std::string_view problem, std::string_view value, std::string_view remedy) const
{
    throw InputError({file, number, character_column(line, at)}, problem, shown(value), remedy);
}

ReadNumber read_number(std::string_view text)
{
    const auto parse = [](std::string_view digits) -> ReadNumber {
        double value = 0;
        const char* const last = digits.data() + digits.size();
        const auto [end, error] = std::from_chars(digits.data(), last, value);
        if (end != last || digits.empty()) return {0, NumberError::not_a_number};
        if (error == std::errc::result_out_of_range) return {0, NumberError::out_of_range};
        if (error != std::errc{}) return {0, NumberError::not_a_number};
        if (value != value) value = std::numeric_limits<double>::quiet_NaN();
        return {value, NumberError::none};
    };
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    const ReadNumber read = parse(text);
    if (read.error != NumberError::not_a_number || text.size() > 64) return read;
    const std::size_t exponent = text.find_first_of("Dd");
    if (exponent == std::string_view::npos || exponent == 0) return read;
    std::string with_e(text);
    with_e[exponent] = 'e';
    return parse(with_e);
}

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates)
{
    if (word.empty() || word.size() > 40) return std::nullopt;
    const std::string lower = lower_case(word);
    std::size_t best = 3;  // more than two edits apart are different words
    std::optional<std::string> nearest;
    for (const std::string& candidate : candidates) {
        // Levenshtein's distance, one row at a time.
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= lower.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j < row.size(); ++j) {
                const std::size_t substituted = diagonal + (lower[i - 1] != candidate[j - 1]);
                diagonal = std::exchange(row[j], std::min({substituted, row[j] + 1, row[j - 1] + 1}));
            }
        }
        if (row.back() < best && row.back() < std::max(lower.size(), candidate.size())) {
            best = row.back();
            nearest = candidate;
        }
    }
    return nearest;
}

namespace {

void append_utf8(std::string& text, std::uint32_t code)
{
    const auto rest = [&](int shift) { text += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xC0 | (code >> 6));
        rest(0);
    } else if (code < 0x10000) {
        text += static_cast<char>(0xE0 | (code >> 12));
        rest(6), rest(0);
    } else {
        text += static_cast<char>(0xF0 | (code >> 18));
        rest(12), rest(6), rest(0);
    }
}

}  // namespace

std::string in_quotes(std::string_view text)
{
    std::string result = "\"";
    for (const char letter : text) {
        const unsigned char byte = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\')
            result += {'\\', letter};
        else if (letter == '\n')
            result += "\\n";
        else if (letter == '\t')
            result += "\\t";
        else if (byte < 0x20 || byte == 0x7F)
            result += fmt::format("\\x{:02x}", byte);
        else
            result += letter;
    }
    return result + '"';
}

std::optional<std::string> take_quoted(std::string_view& text)
{
    std::string result;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return result;
        }
        if (text[i] != '\\') {
            result += text[i];
            continue;
        }
        if (++i == text.size()) return std::nullopt;
        constexpr std::string_view escapes = "nrt0abfve\"\\/ ", meanings{"\n\r\t\0\a\b\f\v\x1B\"\\/ ", 13};
        constexpr std::string_view numbered = "xuU";
        if (const std::size_t escape = escapes.find(text[i]); escape != std::string_view::npos) {
            result += meanings[escape];
            continue;
        }
        const std::size_t kind = numbered.find(text[i]);
        if (kind == std::string_view::npos) return std::nullopt;
        const std::size_t digits = std::size_t{2} << kind;
        std::uint32_t code = 0;
        const char* const first = text.data() + i + 1;
        if (text.size() - i - 1 < digits) return std::nullopt;
        const auto [end, error] = std::from_chars(first, first + digits, code, 16);
        if (error != std::errc{} || end != first + digits || code > 0x10FFFF || (code >> 11) == 0x1B)
            return std::nullopt;
        append_utf8(result, code);
        i += digits;
    }
    return std::nullopt;
}

}  // namespace syzygy
