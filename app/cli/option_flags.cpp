#include "app/cli/option_flags.hpp"

#include "app/cli/report.hpp"

#include <fmt/format.h>

namespace syzygy {

namespace {

/// Columns of `--help`: flags, and the text beside them.
constexpr std::size_t help_width = 78;

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
