#pragma once

#include "app/cli/command.hpp"
#include "core/base/option_json.hpp"

#include <fmt/format.h>
#include <Eigen/Core>

#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// Prints "kind: text" on standard error: kind is "error", "warning" or "note".
void message(std::string_view kind, std::string_view text);

/// JSON text, indented; lists of plain values stand on one line. Doubles read back to the same bits, nan and
/// infinities are null, bytes that are no UTF-8 are replaced.
std::string json_text(const Json& json);

/// Any Eigen vector as a list.
template <class Derived>
Json json_list(const Eigen::MatrixBase<Derived>& vector)
{
    Json list = Json::array();
    for (Eigen::Index i = 0; i < vector.size(); ++i) list.push_back(vector(i));
    return list;
}

/// {"outcome": ..., "reason": ...}: what the JSON of every computation starts with.
Json outcome_json(const Outcome& outcome);

/// A table for people: columns as wide as they need, two blanks between, no blanks at line ends. Columns of
/// numbers are set flush right. Where a width is given the last column is broken to fit into it.
class TextTable {
public:
    explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text(std::size_t width = 0) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// As people read seconds: "0.19 ms", "3.2 s".
std::string duration_text(double seconds);

/// As people read a size: "312 bytes", "9.4 MiB".
std::string bytes_text(std::size_t bytes);

/// Text broken between words so that no line is longer than `width`.
std::string wrapped(std::string_view text, std::size_t width);

/// Characters (code points) of a UTF-8 text: what it takes on the screen.
std::size_t display_width(std::string_view text);

}  // namespace syzygy
