#pragma once

#include "core/torch/device.hpp"

#include <torch/types.h>

#include <cstdio>
#include <vector>

namespace syzygy::testing {

/// Every device present; says once which kind is absent.
inline const std::vector<c10::Device>& torch_devices()
{
    static const std::vector<c10::Device> devices = [] {
        std::vector<c10::Device> found;
        for (const ComputeDevice& device : torch_ode::compute_devices()) {
            found.push_back(torch_ode::device_of(device));
            std::printf("device under test: %s (%s)\n", device.id.c_str(), device.name.c_str());
        }
        if (found.size() == 1) std::printf("absent: cuda; nothing of this test ran on a GPU\n");
        std::fflush(stdout);
        return found;
    }();
    return devices;
}

inline at::TensorOptions doubles_on(c10::Device device)
{
    return at::TensorOptions().dtype(at::kDouble).device(device);
}

/// max |a - b| / max |b|, on the processor.
inline double relative_difference(const at::Tensor& a, const at::Tensor& b)
{
    const at::Tensor left = a.detach().to(at::kCPU, at::kDouble), right = b.detach().to(at::kCPU, at::kDouble);
    return ((left - right).abs().max() / right.abs().max()).item<double>();
}

}  // namespace syzygy::testing
