#pragma once

#include "core/base/device.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace syzygy {

/// The time that one candidate took, or why it failed.
struct MeasuredDevice {
    std::string id;       ///< a device id, or "native": the solver without LibTorch, on the processor
    double seconds = 0;   ///< for one loss and gradient; the best of a few
    std::string problem;  ///< "" if the candidate succeeded
};

struct ChosenDevice {
    std::string id;      ///< "native", "cpu", "cuda:0", ...
    std::string reason;  ///< a sentence with the measurements
    std::vector<MeasuredDevice> measured;
};

/// `--device auto`: does the work on each candidate (once to warm up, then up to three times, a second at most) and takes the
/// fastest. `work` is a small case of the planned work, forward and back at the size `batch`; `native`, if given, is the same
/// case without LibTorch. A candidate that throws is left out, and the reason says why. Throws ArgumentError("device", ...) if
/// all candidates throw.
ChosenDevice choose_device(std::span<const ComputeDevice> devices, std::int64_t batch,
                           const std::function<void(const ComputeDevice&)>& work,
                           const std::function<void()>& native = nullptr);

}  // namespace syzygy
