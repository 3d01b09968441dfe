#include "app/cli/cli.hpp"

#include "app/cli/closest_match.hpp"
#include "app/cli/command.hpp"
#include "app/cli/interrupt.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/output.hpp"
#include "app/cli/progress.hpp"
#include "app/cli/report.hpp"
#include "core/base/error.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>

namespace syzygy {

namespace {

/// Exit codes of every command.
enum ExitCode { done = 0, no_result = 1, wrong_usage = 2 };

using Arguments = std::vector<std::string>;

std::string program_help()
{
    std::string text = "syzygy " SYZYGY_VERSION
                       ": a laboratory for fitting, comparing and teaching three-body dynamics\n\n"
                       "Usage: syzygy COMMAND [OPTIONS]\n\nCommands:\n";
    for (const Command& command : commands()) text += fmt::format("  {:<12}{}\n", command.name, command.help);
    text +=
        "\nsyzygy COMMAND --help shows the options of a command, with examples. Every command takes\n"
        "--json FILE (- for standard output). Exit codes: 0 done, 1 the computation ended without its\n"
        "result (it says why), 2 wrong usage or unreadable input.\n";
    return text;
}

std::string quoted_hint(const std::string& match)
{
    return match.empty() ? "" : fmt::format("; did you mean {}?", match);
}

const Command* find_command(std::string_view name)
{
    const auto table = commands();
    const auto found = std::find_if(table.begin(), table.end(), [&](const Command& row) { return row.name == name; });
    return found == table.end() ? nullptr : &*found;
}

int unknown_command(const std::string& name)
{
    Arguments known;
    for (const Command& command : commands()) known.emplace_back(command.name);
    const bool flag = name.starts_with('-');
    message("error", fmt::format("{}: unknown {}{}", name, flag ? "option" : "command",
                                 flag ? "" : quoted_hint(closest_match(name, known))));
    message("note", "syzygy --help lists the commands");
    return wrong_usage;
}

Arguments flag_names(const CLI::App& app)
{
    Arguments names;
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

/// "--rtl: unknown option; did you mean --rtol?" for the first argument that no flag takes; nothing where all are.
std::optional<std::string> unknown_argument(const CLI::App& app)
{
    for (const std::string& argument : app.remaining()) {
        if (!argument.starts_with('-')) continue;
        const std::string name = argument.substr(0, argument.find('='));
        return fmt::format("{}: unknown option{}", name, quoted_hint(closest_match(name, flag_names(app))));
    }
    if (const auto rest = app.remaining(); !rest.empty()) return fmt::format("{}: unexpected argument", rest.front());
    return std::nullopt;
}

/// The option as it is typed, where the command has a flag of that name.
std::string argument_message(const ArgumentError& error, const CLI::App& app)
{
    const auto names = flag_names(app);
    const bool flag = std::find(names.begin(), names.end(), "--" + error.option()) != names.end();
    return (flag ? "--" : "") + std::string(error.what());
}

std::string examples_footer(const Command& command)
{
    std::string text = "Examples:\n  " + std::string(command.examples);
    for (std::size_t at = 0; (at = text.find('\n', at + 12)) != std::string::npos;) text.insert(at + 1, "  ");
    return text;
}

/// Descriptions and examples are broken into lines already: CLI11 2.5 and later would break them anew.
void keep_line_breaks(auto& formatter)
{
    if constexpr (requires { formatter.enable_description_formatting(false); })
        formatter.enable_description_formatting(false);
    if constexpr (requires { formatter.enable_footer_formatting(false); }) formatter.enable_footer_formatting(false);
}

/// CLI11's help without its doubled blank lines, and without its mark of flags that turn something off.
std::string help_text(const CLI::App& app)
{
    std::string text = app.help();
    for (std::size_t at = 0; (at = text.find("\n\n\n", at)) != std::string::npos;) text.erase(at, 1);
    constexpr std::string_view mark = "{false}";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) text.erase(at, mark.size());
    return text;
}

/// What CLI11 found wrong, in our words where a value is missing.
std::string parse_message(const CLI::ParseError& error)
{
    std::string text = error.what();
    constexpr std::string_view wanted = ": 1 required ", missing = " missing";
    const std::size_t at = text.find(wanted);
    if (at == std::string::npos || !text.ends_with(missing)) return text;
    const std::string value = text.substr(at + wanted.size(), text.size() - missing.size() - at - wanted.size());
    return fmt::format("{}: needs a value: {}", text.substr(0, at), value);
}

int usage_error(std::string_view command, std::string_view text)
{
    message("error", text);
    message("note", fmt::format("syzygy {} --help shows its options", command));
    return wrong_usage;
}

bool same_file(const std::string& a, const std::string& b)
{
    std::error_code ignored;
    return std::filesystem::equivalent(a, b, ignored) || std::filesystem::absolute(a, ignored).lexically_normal() ==
                                                             std::filesystem::absolute(b, ignored).lexically_normal();
}

/// No output may be one of the files that the command reads, nor another output: it would be lost without a word. (A
/// fit that goes on is written back to its own file.)
void check_outputs_apart(const CLI::App& app)
{
    for (const CLI::Option* output : app.get_options()) {
        const std::string name = output->get_single_name();
        if ((name != "json" && name != "output") || output->count() == 0) continue;
        const std::string file = output->results().front();
        if (file == "-") continue;
        for (const CLI::Option* other : app.get_options())
            for (const std::string& text : other->results()) {
                const std::string other_name = other->get_single_name();
                if (other == output || (name == "output" && other_name == "resume") || !same_file(file, text)) continue;
                throw ArgumentError(name, file,
                                    fmt::format("is the same file as {}, which would be overwritten",
                                                other->get_positional() ? "the data" : "--" + other_name));
            }
    }
}

/// Runs the action and writes what it has to say.
int perform(const CommandAction& action, const std::string& json_file)
{
    check_output(json_file);
    CommandResult result;
    {
        const Interrupt interrupt;
        result = action({interrupt.token(), standard_error_is_terminal(), standard_output_width(), json_file == "-"});
    }
    if (!json_file.empty()) write_output(json_file, json_text(result.json));
    if (json_file != "-") write_standard_output(result.report);
    if (result.outcome.ok()) return done;
    message("error", fmt::format("{}: {}", to_string(result.outcome.status), result.outcome.reason));
    return no_result;
}

int run_command(const Command& command, Arguments arguments)
{
    CLI::App app(std::string(command.help), fmt::format("syzygy {}", command.name));
    app.get_formatter()->column_width(26);
    keep_line_breaks(*app.get_formatter());
    app.set_help_flag("-h,--help", "this text");
    app.footer(examples_footer(command));
    std::string json_file;
    CommandAction action = command.setup(app);
    add_flag(app, "Output", "json", "write the result as JSON to this file (- for standard output)", json_file, "FILE");
    app.allow_extras();
    try {
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
        app.parse(arguments);
        if (const auto text = unknown_argument(app)) return usage_error(command.name, *text);
        check_outputs_apart(app);
        return perform(action, json_file);
    } catch (const CLI::CallForHelp&) {
        write_standard_output(help_text(app));
        return done;
    } catch (const CLI::ParseError& error) {
        return usage_error(command.name, unknown_argument(app).value_or(parse_message(error)));
    } catch (const ArgumentError& error) {
        return usage_error(command.name, argument_message(error, app));
    }
}

int run(const Arguments& arguments)
{
    if (arguments.empty()) {
        message("error", "no command was given");
        const std::string help = program_help();
        std::fwrite(help.data(), 1, help.size(), stderr);
        return wrong_usage;
    }
    const std::string& first = arguments.front();
    if (first == "--version" || first == "-V") {
        write_standard_output("syzygy " SYZYGY_VERSION "\n");
        return done;
    }
    if (first == "--help" || first == "-h" || (first == "help" && arguments.size() == 1)) {
        write_standard_output(program_help());
        return done;
    }
    const bool help = first == "help";
    const Command* command = find_command(help ? arguments[1] : first);
    if (command == nullptr) return unknown_command(help ? arguments[1] : first);
    return run_command(*command, help ? Arguments{"--help"} : Arguments(arguments.begin() + 1, arguments.end()));
}

}  // namespace

int run_cli(int argc, const char* const* argv)
{
    // A reader that has gone away shows as an error of write(), not as the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run(Arguments(argv + std::min(argc, 1), argv + argc));
    } catch (const InputError& error) {
        message("error", error.what());
        return wrong_usage;
    } catch (const std::bad_alloc&) {
        message("error", "out of memory");
        return no_result;
    } catch (const std::exception& error) {
        message("error", error.what());
        return no_result;
    }
}

}  // namespace syzygy
