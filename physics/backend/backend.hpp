#pragma once

#include "core/base/device.hpp"
#include "physics/backend/script.hpp"
#include "physics/bodies/correction.hpp"

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
    /// The devices that LibTorch can compute on here: the processor first, then each GPU.
    virtual std::vector<ComputeDevice> devices() const = 0;
    /// Throws ArgumentError("device", ...) if no device has that name ("auto" is always accepted).
    virtual void check_device(std::string_view text) const = 0;

    /// A network exported from PyTorch as a correction. Throws InputError for a file that is not such a network.
    virtual std::shared_ptr<const Correction> load_script(const ScriptRequest& request) const = 0;

    /// Losses and gradients of many trajectories at once (make_trajectory_batch of trajectory_batch.hpp).
    virtual std::unique_ptr<TrajectoryBatch> trajectory_batch(const BatchRequest& request) const = 0;
};

/// The module, loaded at the first call (LibTorch takes a moment), from any thread. If the module cannot be loaded, throws
/// ArgumentError("backend", ...) that says what is missing and how to get it.
const TorchBackend& torch_backend();

/// Why there is no module, as a sentence with the remedy; "" if there is one. Loads the module.
const std::string& torch_problem();
inline bool torch_available()
{
    return torch_problem().empty();
}

}  // namespace syzygy
