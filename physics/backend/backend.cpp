#include "physics/backend/backend.hpp"

#include "core/base/error.hpp"
#include "physics/backend/module.hpp"

namespace syzygy {

namespace {

const LoadedModule& loaded()
{
    static const LoadedModule once = load_torch_module(torch_module_path());
    return once;
}

}  // namespace

const TorchBackend& torch_backend()
{
    if (!loaded().backend) throw ArgumentError("backend", "libtorch", loaded().problem);
    return *loaded().backend;
}

const std::string& torch_problem()
{
    return loaded().problem;
}

}  // namespace syzygy
