#pragma once

#include "core/base/device.hpp"
#include "physics/backend/script.hpp"
#include "physics/corrections/correction.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

class TrajectoryBatch;
struct BatchRequest;

/// What LibTorch does for this program, without a header of LibTorch: implemented by the module syzygy-torch
/// (physics/torch/backend.cpp), which is loaded at first use. One function here is one service.
class TorchBackend {
public:
    virtual ~TorchBackend() = default;

    /// LibTorch's version: "1.13.0", ...
    virtual std::string version() const = 0;
    /// What it can compute on here: the processor first, then each GPU.
    virtual std::vector<ComputeDevice> devices() const = 0;
    /// Throws ArgumentError("device", ...) where no device is called so ("auto" always is one).
    virtual void check_device(std::string_view text) const = 0;

    /// A network exported from PyTorch as a correction. Throws InputError for a file that is none.
    virtual std::shared_ptr<const Correction> load_script(const ScriptRequest& request) const = 0;

    /// Losses and gradients of many trajectories at once (make_trajectory_batch of trajectory_batch.hpp).
    virtual std::unique_ptr<TrajectoryBatch> trajectory_batch(const BatchRequest& request) const = 0;
};

/// The module; loads it when called first (LibTorch takes a moment), any thread may. Throws ArgumentError("backend", ...)
/// that says what is missing and how to get it, where it cannot be loaded.
const TorchBackend& torch_backend();

/// Why there is none, as a sentence with the remedy; "" where there is one. Loads it.
const std::string& torch_problem();
inline bool torch_available()
{
    return torch_problem().empty();
}

}  // namespace syzygy
