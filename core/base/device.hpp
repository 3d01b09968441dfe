#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace syzygy {

/// Something that computes: the processor, or a GPU.
struct ComputeDevice {
    std::string id;            ///< "cpu", "cuda:0", "cuda:1", ...
    std::string name;          ///< what its maker calls it
    std::uint64_t memory = 0;  ///< bytes in all; 0: not known
};

/// Which device a person asked for: `--device auto|cpu|cuda[:n]`.
struct DeviceChoice {
    enum class Kind { automatic, cpu, cuda };
    Kind kind = Kind::automatic;
    int index = 0;  ///< of the GPU

    bool operator==(const DeviceChoice&) const = default;
    /// "auto", "cpu", "cuda:0", ...
    std::string id() const;
};

/// Throws ArgumentError("device", ...) for another text. Looks at no device.
DeviceChoice parse_device(std::string_view text);

/// The device of that choice, which is not `automatic`; throws ArgumentError("device", ...) naming those that there are.
const ComputeDevice& find_device(const DeviceChoice& choice, std::span<const ComputeDevice> devices);

}  // namespace syzygy
