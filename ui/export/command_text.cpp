#include "ui/export/command_text.hpp"

#include "core/base/option_text.hpp"
#include "core/ode/options.hpp"
#include "physics/run/correction_choice.hpp"
#include "physics/scenarios/scenario.hpp"
#include "physics/train/train.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace syzygy {

namespace {

/// " --id value"; with "=" where the value could be taken for a flag or for nothing.
std::string flag(std::string_view id, const std::string& value)
{
    const bool joined = value.empty() || value.front() == '-';
    return fmt::format(" --{}{}{}", id, joined ? "=" : " ", shell_word(value));
}

/// The flags of those options that differ from `defaults`.
template <class Options>
std::string flags(const OptionList<Options>& list, const Options& options, const Options& defaults)
{
    std::string text;
    for (const Option<Options>& option : list)
        std::visit(
            [&](auto member) {
                const auto& value = options.*member;
                if (value == defaults.*member) return;
                if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, bool>)
                    text += fmt::format(" --{}{}", option.id, value ? "" : "=false");
                else
                    text += flag(option.id, value_text(value));
            },
            option.member);
    return text;
}

std::string correction_flags(const CorrectionOptions& correction)
{
    if (correction.correction == "none") return {};
    std::string text;
    for (const Option<CorrectionOptions>& option : correction_options())
        if (applies(option, correction)) text += flags({option}, correction, {});
    return text;
}

std::string simulate_command(const Recipe& recipe, const std::string& file)
{
    SimulateOptions defaults;
    // The program's own default end: the scenario's duration.
    defaults.t1 = recipe.simulate.t0 + find_scenario(recipe.scenario).duration;
    return fmt::format("syzygy simulate --scenario {}{}{} -o {}\n", shell_word(recipe.scenario),
                       flags(simulate_options(), recipe.simulate, defaults), correction_flags(recipe.correction),
                       shell_word(file));
}

/// The data files as the fit names them.
std::vector<std::string> file_names(const LoadedData& data)
{
    std::vector<std::string> names;
    if (data.remapped) return {"edited.csv"};
    for (const std::filesystem::path& file : data.files) names.push_back(std::filesystem::absolute(file).string());
    if (names.empty()) names.push_back(data.recipe ? data.recipe->scenario + ".csv" : "data.csv");
    return names;
}

}  // namespace

std::string shell_word(std::string_view text)
{
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string command_line(const LoadedData& data, const FitSetup& setup)
{
    std::string text;
    const std::vector<std::string> files = file_names(data);
    if (data.remapped)
        text += "# The data were changed by hand: export them as edited.csv first\n";
    else if (data.files.empty() && data.recipe)
        text += simulate_command(*data.recipe, files.front());
    if (setup.trained) text += "# The fit begins with trained weights: save that training as trained.syzygy first\n";
    text += "syzygy fit";
    for (const std::string& file : files) text += " " + shell_word(file);
    const bool training = data.observations && is_training(setup, *data.observations);
    SolverOptions solver;
    solver.rtol = training ? training_rtol : default_rtol(setup.optimizer.optimizer);
    text += flags(fit_options(), setup.fit, {});
    text += flags(gradient_options(), setup.gradient, {});
    text += setup.trained ? " --correction-from trained.syzygy" : correction_flags(setup.correction);
    if (training) text += flags(train_options(), setup.train, {});
    text += flags(optimizer_options(), setup.optimizer, training ? training_defaults() : OptimizerOptions{});
    text += flags(data_options(), setup.data, {});
    text += flags(solver_options(), setup.solver, solver);
    return text + "\n";
}

}  // namespace syzygy
