#include "physics/torch/backend.hpp"

/// What physics/backend/backend.cpp looks up in the module.
extern "C" {

__attribute__((visibility("default"))) extern const char* const syzygy_torch_interface;
const char* const syzygy_torch_interface = SYZYGY_TORCH_INTERFACE;

__attribute__((visibility("default"))) const syzygy::TorchBackend* syzygy_torch_backend()
{
    static const syzygy::LibTorchBackend backend;
    return &backend;
}
}
