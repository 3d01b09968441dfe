#include "physics/torch/backend.hpp"

#include "core/torch/device.hpp"
#include "physics/torch/trajectory_batch.hpp"
#include "physics/torch/torchscript.hpp"

namespace syzygy {

std::string LibTorchBackend::version() const
{
    return torch_ode::libtorch_version();
}

std::vector<ComputeDevice> LibTorchBackend::devices() const
{
    return torch_ode::compute_devices();
}

void LibTorchBackend::check_device(std::string_view text) const
{
    const DeviceChoice choice = parse_device(text);
    if (choice.kind != DeviceChoice::Kind::automatic) find_device(choice, devices());
}

std::shared_ptr<const Correction> LibTorchBackend::load_script(const ScriptRequest& request) const
{
    return load_torchscript(request);
}

std::unique_ptr<TrajectoryBatch> LibTorchBackend::trajectory_batch(const BatchRequest& request) const
{
    return make_torch_trajectory_batch(request);
}

}  // namespace syzygy
