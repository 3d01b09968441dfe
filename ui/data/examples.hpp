#pragma once

#include "physics/fit/options.hpp"
#include "ui/document/loaded_data.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// A scenario with all that one click needs: how data are made of it and how its fit begins.
struct ExampleInfo {
    std::string id, label, description, source;  ///< of the scenario
    Recipe recipe;
    FitSetup setup;
};

/// One a scenario, in the order of menus; the first is what the program opens with. Their fits converge to the truth.
const std::vector<ExampleInfo>& examples();

/// Throws ArgumentError("example", ...) for an id that no scenario has.
const ExampleInfo& find_example(std::string_view id);

}  // namespace syzygy
