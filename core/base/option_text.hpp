#pragma once

#include "core/base/interval.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// Values of options as people write them: flags of the command line and fields of forms. What is written by
/// `value_text` is read back to the same bits.
std::string value_text(double value);
std::string value_text(long value);
std::string value_text(bool value);
std::string value_text(const std::string& value);
std::string value_text(const std::vector<double>& value);

/// Throw ArgumentError(id, text, ...) where the whole text is no such value; 1e6 is a whole number as well. Ranges
/// are left to `validate`.
void read_value(std::string_view id, const std::string& text, double& value);
void read_value(std::string_view id, const std::string& text, long& value);
void read_value(std::string_view id, const std::string& text, bool& value);
void read_value(std::string_view id, const std::string& text, std::string& value);
void read_value(std::string_view id, const std::string& text, std::vector<double>& value);

/// "1e-15 to 1", "at least 0", "" where any number will do.
std::string range_text(double lowest, double highest);

}  // namespace syzygy
