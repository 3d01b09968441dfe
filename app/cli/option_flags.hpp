#pragma once

#include "core/base/option.hpp"
#include "core/base/option_text.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// What follows an option's help in `--help`: its unit, default and range.
struct FlagNotes {
    std::string value_name;  ///< "NUMBER", "INTEGER", "TEXT", "NUMBERS"
    std::string unit, default_value, range;
    std::string short_name = "";  ///< "o" for -o
};

/// The text of a flag in `--help`, wrapped to its column.
std::string flag_help(std::string_view help, const FlagNotes& notes);

/// Adds "--id VALUE"; `read` is handed the text as it was typed and throws ArgumentError(id, ...). A flag given
/// twice is an ArgumentError.
CLI::Option* add_value_flag(CLI::App& app, const std::string& group, std::string_view id, std::string_view help,
                            const FlagNotes& notes, std::function<void(const std::string&)> read);

inline std::string value_name(double)
{
    return "NUMBER";
}
inline std::string value_name(long)
{
    return "INTEGER";
}
inline std::string value_name(const std::string&)
{
    return "TEXT";
}
inline std::string value_name(const Interval&)
{
    return "T0:T1";
}
inline std::string value_name(const std::vector<double>&)
{
    return "NUMBERS";
}

/// Range of a number, or the choices of a text.
template <class Options>
std::string range_text(const Option<Options>& option)
{
    if (!option.choices.empty()) {
        std::string text;
        for (const std::string_view choice : option.choices) text += (text.empty() ? "" : ", ") + std::string(choice);
        return text;
    }
    const bool number = std::visit(
        [](auto member) {
            using Value = std::remove_cvref_t<decltype(std::declval<Options>().*member)>;
            return !std::is_same_v<Value, std::string> && !std::is_same_v<Value, bool> && !std::is_same_v<Value, Interval>;
        },
        option.member);
    return number ? range_text(option.lowest, option.highest) : "";
}

/// Adds a flag for each option of the list but those in `except`, in that group of `--help`. Defaults are what
/// `options` holds now. Each value is checked as it is read: ArgumentError names the option.
template <class Options>
void add_flags(CLI::App& app, const std::string& group, const OptionList<Options>& list, Options& options,
               std::span<const std::string_view> except = {})
{
    for (const Option<Options>& option : list) {
        if (std::find(except.begin(), except.end(), option.id) != except.end()) continue;
        const auto add = [&](auto member) {
            auto* value = &(options.*member);
            if constexpr (std::is_same_v<decltype(value), bool*>) {
                // What is on by itself needs a way to turn it off.
                const std::string id(option.id);
                app.add_flag(*value ? fmt::format("--{0},!--no-{0}", id) : "--" + id, *value,
                             flag_help(option.help, {"", "", *value ? "yes" : "", ""}))
                    ->group(group);
            } else {
                const FlagNotes notes{value_name(*value), std::string(option.unit), value_text(*value),
                                      range_text(option)};
                add_value_flag(app, group, option.id, option.help, notes,
                               [&options, &option, value](const std::string& text) {
                                   read_value(option.id, text, *value);
                                   validate(OptionList<Options>{option}, options);
                               });
            }
        };
        std::visit(add, option.member);
    }
}

/// A flag for one value that stands in no OptionList; empty notes for what it lacks.
template <class Value>
CLI::Option* add_flag(CLI::App& app, const std::string& group, std::string_view id, std::string_view help, Value& value,
                      const std::string& name = "", const std::string& unit = "")
{
    return add_value_flag(app, group, id, help, {name.empty() ? value_name(value) : name, unit, "", ""},
                          [id, &value](const std::string& text) { read_value(id, text, value); });
}

/// Adds the positional DATA: one file, or three of one body each. Their number is checked by checked_data.
void add_data_files(CLI::App& app, std::vector<std::filesystem::path>& files);

/// The files given. Throws ArgumentError("DATA", ...) where they are not one or three.
std::span<const std::filesystem::path> checked_data(const std::vector<std::filesystem::path>& files);

}  // namespace syzygy
