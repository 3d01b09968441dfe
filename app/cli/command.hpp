#pragma once

#include "core/base/outcome.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace syzygy {

/// JSON as the programs write it: keys in the order in which they were set.
using Json = nlohmann::ordered_json;

/// What a command is given to run with, beside its own flags.
struct CommandContext {
    /// Set by Ctrl-C and by SIGTERM: end soon with what there is, outcome `stopped`. (A second Ctrl-C kills.)
    std::stop_token stop;

    /// True where standard error is a terminal: show progress there (progress.hpp). Messages go to standard
    /// error in any case (message() of report.hpp); a command never prints on standard output itself.
    bool show_progress = false;

    /// Columns of the terminal that the report goes to; 0 where it goes elsewhere: break no lines then.
    std::size_t report_width = 0;

    /// True with `--json -`: a command must not send other output there.
    bool json_on_standard_output = false;
};

/// What a command has to say. The driver (cli.cpp) writes `json` to `--json FILE`, prints `report` on standard
/// output unless JSON goes there, and exits 0 where the outcome is ok and 1 where it is not.
struct CommandResult {
    Json json = Json::object();
    std::string report;  ///< for people; whole lines
    Outcome outcome;     ///< where it is not ok, its reason is printed on standard error as well
};

/// Does the work once the flags are parsed. Throws ArgumentError (its option named like the flag, without the
/// dashes) and InputError: the driver prints them and exits 2.
using CommandAction = std::function<CommandResult(const CommandContext&)>;

/// A row of the table of commands: what `syzygy --help` lists and `syzygy NAME` runs.
struct Command {
    std::string_view name;      ///< "simulate"
    std::string_view help;      ///< one line, as a sentence without its full stop
    std::string_view examples;  ///< command lines that work as they stand, one a line

    /// Declares the command's flags (with add_flags of option_flags.hpp where an OptionList has them) and
    /// returns what it does. Options parsed into live as long as the action: capture them by shared pointer.
    /// `--json` and `--help` are the driver's.
    ///
    ///     CommandAction setup_fit(CLI::App& app)
    ///     {
    ///         auto flags = std::make_shared<FitFlags>();
    ///         add_data_files(app, flags->files);
    ///         add_flags(app, "Solver", solver_options(), flags->solver);
    ///         return [flags](const CommandContext& context) { return run_fit(*flags, context); };
    ///     }
    CommandAction (*setup)(CLI::App& app);
};

/// The one table of commands, in the order of `syzygy --help`. To add one: a file beside this one, its setup
/// function declared in commands.hpp, and a row in commands.cpp.
std::span<const Command> commands();

}  // namespace syzygy
