#pragma once

#include "physics/backend/backend.hpp"

namespace syzygy {

/// The services of physics/backend on LibTorch.
class LibTorchBackend : public TorchBackend {
public:
    std::string version() const override;
    std::vector<ComputeDevice> devices() const override;
    void check_device(std::string_view text) const override;
};

}  // namespace syzygy
