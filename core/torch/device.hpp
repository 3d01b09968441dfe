#pragma once

#include "core/base/device.hpp"

#include <c10/core/Device.h>

#include <vector>

namespace syzygy::torch_ode {

/// LibTorch's version: "1.13.0", ...
std::string libtorch_version();

/// The devices on which LibTorch can compute here: the processor first, then each GPU.
std::vector<ComputeDevice> compute_devices();

/// LibTorch's name for a device from `compute_devices`.
c10::Device device_of(const ComputeDevice& device);

}  // namespace syzygy::torch_ode
