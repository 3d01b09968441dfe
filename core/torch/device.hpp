#pragma once

#include "core/base/device.hpp"

#include <c10/core/Device.h>

#include <vector>

namespace syzygy::torch_ode {

/// LibTorch's version: "1.13.0", ...
std::string libtorch_version();

/// What LibTorch can compute on here: the processor first, then each GPU.
std::vector<ComputeDevice> compute_devices();

/// LibTorch's name of a device of `compute_devices`.
c10::Device device_of(const ComputeDevice& device);

}  // namespace syzygy::torch_ode
