#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace syzygy {

/// A wrong argument: names the option, the given value and the rule that the value breaks. Programs end with exit code 2.
class ArgumentError : public std::invalid_argument {
public:
    ArgumentError(std::string_view option, std::string_view value, std::string_view rule);

    const std::string& option() const noexcept { return option_; }
    const std::string& value() const noexcept { return value_; }
    const std::string& rule() const noexcept { return rule_; }

private:
    std::string option_, value_, rule_;
};

/// A place in a text: one-based line and column; 0 if not applicable.
struct SourcePlace {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
};

/// Unreadable input: names file, line, column, the offending value and what to do about it.
/// `what()` reads "file:line:column: problem 'value'; remedy". Programs end with exit code 2.
class InputError : public std::runtime_error {
public:
    InputError(SourcePlace place, std::string_view problem, std::string_view value,
               std::string_view remedy);

    const SourcePlace& place() const noexcept { return place_; }
    const std::string& value() const noexcept { return value_; }
    const std::string& remedy() const noexcept { return remedy_; }

private:
    SourcePlace place_;
    std::string value_, remedy_;
};

}  // namespace syzygy
