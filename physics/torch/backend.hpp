#pragma once

#include "physics/backend/backend.hpp"

namespace syzygy {

/// The services of physics/backend on LibTorch.
class LibTorchBackend : public TorchBackend {
public:
    std::string version() const override;
    std::vector<ComputeDevice> devices() const override;
    void check_device(std::string_view text) const override;
    std::shared_ptr<const Correction> load_script(const ScriptRequest& request) const override;
    std::unique_ptr<TrajectoryBatch> trajectory_batch(const BatchRequest& request) const override;
};

}  // namespace syzygy
