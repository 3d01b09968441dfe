#pragma once

#include "core/ode/trajectory.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/model/gradient.hpp"
#include "physics/model/simulate.hpp"
#include "physics/observations/observations.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// Data made from a built-in scenario.
struct Recipe {
    std::string scenario;  ///< its id
    SimulateOptions simulate;
    CorrectionOptions correction{};  ///< that the bodies were under, with its values
};

/// The truth behind data, where it is known; shown, never used by a fit.
struct Truth {
    Eigen::Vector3d masses;
    /// The true orbit from the first observation on, counted from `epoch`; null where only the masses are known.
    std::shared_ptr<const Trajectory<State>> trajectory;
    double epoch = 0;
    /// The correction that the true orbit was under, null in it where there was none; nothing where that is unknown.
    std::optional<CorrectionAt> correction{};
};

/// Observations and where they came from. Immutable but for being replaced.
struct LoadedData {
    std::shared_ptr<const Observations> observations;
    std::vector<std::filesystem::path> files;  ///< empty for a recipe, and where `remapped`
    std::optional<Recipe> recipe;
    std::optional<Truth> truth;
    std::string format{};  ///< id of the loader of the files (loaders.hpp); "" of a recipe
    /// The files (or the recipe) as they stand do not give these observations: columns, bodies, units or frame were set
    /// by hand, or a position was moved. They have to be saved as CSV before a fit of them can be kept or repeated.
    bool remapped = false;
};

/// Reads files, with the truth where they state it. Slow for many rows: for a worker. Throws InputError, and
/// Cancelled where stopped.
LoadedData load_data(std::vector<std::filesystem::path> files, std::stop_token stop = {});

/// The id of the loader that reads these files. Throws InputError.
std::string format_of(const std::vector<std::filesystem::path>& files);

/// The truth that observations state: their masses, and the orbit from their first row where it holds a whole state
/// without errors. The orbit reaches 30 % beyond the data and is left out where it cannot be solved in bounded time.
std::optional<Truth> stated_truth(const Observations& observations, std::stop_token stop = {});

/// The correction of a recipe, with its values. Throws ArgumentError.
CorrectionAt correction_of(const Recipe& recipe);

/// With values of its correction that are seen in the data: of the first parameter, what is a large change of it. Throws
/// ArgumentError.
Recipe with_telling_values(Recipe recipe);

/// Makes data from a scenario. For a worker as well. Throws ArgumentError, and Cancelled where stopped.
LoadedData make_data(const Recipe& recipe, std::stop_token stop = {});

}  // namespace syzygy
