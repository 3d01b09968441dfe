#include "physics/backend/module.hpp"

#include <fmt/format.h>

#include <dlfcn.h>

#include <cstdlib>
#include <string_view>

namespace syzygy {

std::filesystem::path torch_module_path()
{
    if (const char* given = std::getenv("SYZYGY_TORCH_MODULE"); given && *given) return given;
    std::error_code unreadable;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unreadable);
    return program.parent_path().parent_path() / "lib/syzygy/syzygy-torch.so";
}

LoadedModule load_torch_module(const std::filesystem::path& path)
{
    std::error_code unreadable;
    if (!std::filesystem::exists(path, unreadable))
        return {nullptr, fmt::format("there is no {}: the program was built without LibTorch, or its module was not "
                                     "installed; build with libtorch-dev installed, or set SYZYGY_TORCH_MODULE to the module",
                                     path.string())};
    // LibTorch keeps threads and statics of its own: no unloading.
    void* const module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!module)
        return {nullptr, fmt::format("the module does not load ({}); install the LibTorch that it was built with, or name its "
                                     "folder in LD_LIBRARY_PATH",
                                     dlerror())};
    const auto* const interface = static_cast<const char* const*>(dlsym(module, "syzygy_torch_interface"));
    using Entry = const TorchBackend* (*)();
    const auto entry = reinterpret_cast<Entry>(dlsym(module, "syzygy_torch_backend"));
    if (!interface || !entry || std::string_view(*interface) != SYZYGY_TORCH_INTERFACE)
        return {nullptr, fmt::format("{} belongs to another build of this program; build and install both together",
                                     path.string())};
    return {entry(), ""};
}

}  // namespace syzygy
