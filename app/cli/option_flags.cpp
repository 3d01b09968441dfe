#include "app/cli/option_flags.hpp"

#include "app/cli/report.hpp"

#include <fmt/format.h>

#include <charconv>

namespace syzygy {

namespace {

/// Columns of `--help`: flags, and the text beside them.
constexpr std::size_t help_width = 78;

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

std::string flag_help(std::string_view help, const FlagNotes& notes)
{
    std::string text(help);
    std::string more;
    const auto add = [&more](const std::string& note) { more += (more.empty() ? "" : "; ") + note; };
    if (!notes.unit.empty()) add("in " + notes.unit + " units");
    if (!notes.range.empty()) add(notes.range);
    if (!notes.default_value.empty()) add("default " + notes.default_value);
    if (!more.empty()) text += " [" + more + "]";
    return wrapped(text, help_width);
}

CLI::Option* add_value_flag(CLI::App& app, const std::string& group, std::string_view id, std::string_view help,
                            const FlagNotes& notes, std::function<void(const std::string&)> read)
{
    const auto callback = [id, read = std::move(read)](const CLI::results_t& texts) {
        if (texts.size() > 1)
            throw ArgumentError(id, fmt::format("{}", fmt::join(texts, ", ")), "is given more than once");
        read(texts.front());
        return true;
    };
    const std::string names = (notes.short_name.empty() ? "" : "-" + notes.short_name + ",") + "--" + std::string(id);
    CLI::Option* option = app.add_option(names, callback, flag_help(help, notes));
    option->type_name(notes.value_name)->group(group)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return option;
}

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

void read_value(std::string_view, const std::string& text, std::string& value)
{
    value = text;
}

void read_value(std::string_view id, const std::string& text, std::vector<double>& value)
{
    value.clear();
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        double number = 0;
        if (!parse_number(trimmed(std::string_view(text).substr(begin, end - begin)), number))
            throw ArgumentError(id, text, "must be numbers parted by commas");
        value.push_back(number);
        begin = end + 1;
    }
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
    return fmt::format("{}", value);
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
    return fmt::format("{}", fmt::join(value, ","));
}

void add_data_files(CLI::App& app, std::vector<std::filesystem::path>& files)
{
    const auto callback = [&files](const CLI::results_t& texts) {
        files.assign(texts.begin(), texts.end());
        return true;
    };
    app.add_option("DATA", callback,
                   flag_help("one file of observations, or three of one body each in the order of the bodies "
                             "(- for standard input)",
                             {}))
        ->type_name("")
        ->expected(1, -1)  // any number: checked_data says what is wrong with it
        ->allow_extra_args();
}

std::span<const std::filesystem::path> checked_data(const std::vector<std::filesystem::path>& files)
{
    if (files.size() != 1 && files.size() != 3)
        throw ArgumentError("DATA", files.empty() ? "nothing" : fmt::format("{} files", files.size()),
                            "must be one file, or three of one body each");
    return files;
}

}  // namespace syzygy
