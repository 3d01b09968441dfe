#pragma once

#include "core/base/error.hpp"
#include "physics/observations/observations.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// What the readers of all formats share: lines with their numbers, numbers, names, places in messages.

namespace syzygy {

/// The text without a UTF-8 byte order mark. Throws InputError for UTF-16, UTF-32, binary and
/// empty files.
std::string_view checked_text(const SourceText& source);

/// The lines of a text, ended by LF, CR LF or (if the text has no LF) CR. The views stay valid as long as the text.
class LineReader {
public:
    explicit LineReader(std::string_view text, std::stop_token stop = {});

    /// False at the end. The last line needs no line end. Throws Cancelled if stopped.
    bool next(std::string_view& line);

    /// One-based number of the line that next() gave last.
    std::size_t number() const { return number_; }

    /// False if the line that next() gave last was not ended: the file may be cut off there.
    bool line_was_ended() const { return ended_; }

    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
    char line_end_;
    std::stop_token stop_;
    std::size_t number_ = 0;
    bool ended_ = true;
};

/// The text without blanks, tabs and carriage returns at both ends.
std::string_view trimmed(std::string_view text);

/// ASCII letters in lower case.
std::string lower_case(std::string_view text);

/// True if all of `text` is well-formed UTF-8, as a name must be to be shown and saved.
bool is_utf8(std::string_view text);

/// The value as messages show it: control characters and what is not UTF-8 replaced, shortened.
std::string shown(std::string_view value);

/// One-based column of `at` in its line, in characters (UTF-8), not bytes.
std::size_t character_column(std::string_view line, const char* at);

/// The place of a problem in a text.
struct LinePlace {
    const std::string& file;
    std::size_t number;     ///< of the line
    std::string_view line;  ///< the whole line

    /// `at` points into `line`.
    [[noreturn]] void fail(const char* at, std::string_view problem, std::string_view value,
                           std::string_view remedy) const;
};

enum class NumberError { none, not_a_number, out_of_range };

struct ReadNumber {
    double value = 0;
    NumberError error = NumberError::none;
};

/// All of `text` as a double, correctly rounded; also "+1", Fortran's "1.0D+03", inf and nan (always
/// the same quiet nan).
ReadNumber read_number(std::string_view text);

/// The candidate nearest to a mistyped word; nothing if none is near.
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates);

/// The text in double quotes with \n, \", \\, \xNN and the like: read by CSV metadata and YAML alike.
std::string in_quotes(std::string_view text);

/// Undoes `in_quotes`; `text` starts at the opening quote and keeps what follows the closing one. Nothing if the quote is not
/// closed or an escape is unknown.
std::optional<std::string> take_quoted(std::string_view& text);

}  // namespace syzygy
