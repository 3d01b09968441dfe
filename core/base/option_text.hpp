#pragma once

#include "core/base/interval.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// Option values as users write them: command-line flags and form fields. Text written by `value_text` reads back to the same
/// bits.
std::string value_text(double value);
std::string value_text(long value);
std::string value_text(bool value);
std::string value_text(const std::string& value);
std::string value_text(const std::vector<double>& value);

/// Throw ArgumentError(id, text, ...) if the whole text is not a value of the type; 1e6 also counts as a whole number. Ranges are
/// left to `validate`.
void read_value(std::string_view id, const std::string& text, double& value);
void read_value(std::string_view id, const std::string& text, long& value);
void read_value(std::string_view id, const std::string& text, bool& value);
void read_value(std::string_view id, const std::string& text, std::string& value);
void read_value(std::string_view id, const std::string& text, std::vector<double>& value);

/// "1e-15 to 1", "at least 0", "" if any number is allowed.
std::string range_text(double lowest, double highest);

}  // namespace syzygy
