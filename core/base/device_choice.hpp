#pragma once

#include "core/base/device.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace syzygy {

/// What one candidate took, or why it could not.
struct MeasuredDevice {
    std::string id;       ///< of a device, or "native": the solver without LibTorch, on the processor
    double seconds = 0;   ///< of one loss and gradient; the best of a few
    std::string problem;  ///< "" where it could
};

struct ChosenDevice {
    std::string id;      ///< "native", "cpu", "cuda:0", ...
    std::string reason;  ///< a sentence with what was measured
    std::vector<MeasuredDevice> measured;
};

/// `--device auto`: does the work on each candidate (once to warm up, then up to three times, a second at most) and takes
/// the fastest. `work` is a small case of what will be done, forward and back at the size `batch`; `native`, where there
/// is one, the same without LibTorch. A candidate that throws is left out, and the reason says why. Throws
/// ArgumentError("device", ...) where all do.
ChosenDevice choose_device(std::span<const ComputeDevice> devices, std::int64_t batch,
                           const std::function<void(const ComputeDevice&)>& work,
                           const std::function<void()>& native = nullptr);

}  // namespace syzygy
