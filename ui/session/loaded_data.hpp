#pragma once

#include "core/ode/trajectory.hpp"
#include "physics/model/gradient.hpp"
#include "physics/model/simulate.hpp"
#include "physics/observations/observations.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace syzygy {

/// Data made from a built-in scenario.
struct Recipe {
    std::string scenario;  ///< its id
    SimulateOptions simulate;
};

/// The truth behind data, where it is known; shown, never used by a fit.
struct Truth {
    Eigen::Vector3d masses;
    /// The true orbit from the first observation on, counted from `epoch`; null where only the masses are known.
    std::shared_ptr<const Trajectory<State>> trajectory;
    double epoch = 0;
};

/// Observations and where they came from. Immutable but for being replaced.
struct LoadedData {
    std::shared_ptr<const Observations> observations;
    std::vector<std::filesystem::path> files;  ///< empty for a recipe
    std::optional<Recipe> recipe;
    std::optional<Truth> truth;
    bool edited = false;  ///< an observation was moved by hand: these are no longer the data of the files
};

/// Reads files, with the truth where they state it. Slow for many rows: for a worker. Throws InputError.
LoadedData load_data(std::vector<std::filesystem::path> files);

/// Makes data from a scenario. For a worker as well. Throws ArgumentError.
LoadedData make_data(const Recipe& recipe, std::stop_token stop = {});

}  // namespace syzygy
