#include "core/base/option_text.hpp"

#include "core/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace syzygy {

namespace {

/// The number that the whole text is; a leading '+' is allowed. False where it is none.
template <class Number>
bool parse_number(std::string_view text, Number& value)
{
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

void read_value(std::string_view id, const std::string& text, double& value)
{
    if (!parse_number(text, value)) throw ArgumentError(id, text, "must be a number");
}

void read_value(std::string_view id, const std::string& text, long& value)
{
    double number = 0;
    if (parse_number(text, value)) return;
    // 1e6 is an integer as well.
    if (!parse_number(text, number) || std::trunc(number) != number || std::abs(number) > 1e15)
        throw ArgumentError(id, text, "must be a whole number");
    value = static_cast<long>(number);
}

void read_value(std::string_view id, const std::string& text, bool& value)
{
    if (text != "true" && text != "false") throw ArgumentError(id, text, "must be true or false");
    value = text == "true";
}

void read_value(std::string_view, const std::string& text, std::string& value)
{
    value = text;
}

void read_value(std::string_view id, const std::string& text, std::vector<double>& value)
{
    std::vector<double> numbers;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        double number = 0;
        if (!parse_number(trimmed(std::string_view(text).substr(begin, end - begin)), number))
            throw ArgumentError(id, text, "must be numbers parted by commas");
        numbers.push_back(number);
        begin = end + 1;
    }
    value = std::move(numbers);
}

std::string range_text(double lowest, double highest)
{
    if (std::isfinite(lowest) && std::isfinite(highest)) return fmt::format("{} to {}", lowest, highest);
    if (std::isfinite(lowest)) return fmt::format("at least {}", lowest);
    if (std::isfinite(highest)) return fmt::format("at most {}", highest);
    return "";
}

std::string value_text(double value)
{
    std::string text = fmt::format("{}", value);
    // 1e-6, as people write it, not 1e-06.
    if (const auto exponent = text.find('e'); exponent != std::string::npos && text[exponent + 2] == '0')
        text.erase(exponent + 2, 1);
    return text;
}
std::string value_text(long value)
{
    return fmt::format("{}", value);
}
std::string value_text(bool value)
{
    return value ? "true" : "false";
}
std::string value_text(const std::string& value)
{
    return value;
}
std::string value_text(const std::vector<double>& value)
{
    std::string text;
    for (const double number : value) text += (text.empty() ? "" : ",") + value_text(number);
    return text;
}

}  // namespace syzygy
