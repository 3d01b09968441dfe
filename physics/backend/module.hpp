#pragma once

#include "physics/backend/backend.hpp"

#include <filesystem>

namespace syzygy {

/// What loading a module gave: its services, or why there are none, with the remedy.
struct LoadedModule {
    const TorchBackend* backend = nullptr;
    std::string problem;
};

/// Path of the module: next to the programs, both as built and as installed; or the path in SYZYGY_TORCH_MODULE.
std::filesystem::path torch_module_path();

/// Loads that file. It is never unloaded.
LoadedModule load_torch_module(const std::filesystem::path& path);

}  // namespace syzygy
