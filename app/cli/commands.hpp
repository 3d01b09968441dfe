#pragma once

#include "app/cli/command.hpp"

namespace syzygy {

CommandAction setup_simulate(CLI::App& app);
CommandAction setup_gradient(CLI::App& app);
CommandAction setup_fit(CLI::App& app);
CommandAction setup_compare(CLI::App& app);
CommandAction setup_experiment(CLI::App& app);
CommandAction setup_info(CLI::App& app);
CommandAction setup_selftest(CLI::App& app);
CommandAction setup_scenarios(CLI::App& app);
CommandAction setup_list(CLI::App& app);

}  // namespace syzygy
