#include "physics/torch/backend.hpp"

#include "core/torch/device.hpp"

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

}  // namespace syzygy
