#pragma once

#include "physics/backend/backend.hpp"

#include <filesystem>

namespace syzygy {

/// What loading a module gave: its services, or why there are none, with the remedy.
struct LoadedModule {
    const TorchBackend* backend = nullptr;
    std::string problem;
};

/// Beside the programs, as they are built and as they are installed; or where SYZYGY_TORCH_MODULE says.
std::filesystem::path torch_module_path();

/// Loads that file. It is never unloaded.
LoadedModule load_torch_module(const std::filesystem::path& path);

}  // namespace syzygy
