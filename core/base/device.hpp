#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace syzygy {

/// A compute device: the processor, or a GPU.
struct ComputeDevice {
    std::string id;            ///< "cpu", "cuda:0", "cuda:1", ...
    std::string name;          ///< the maker's name for it
    std::uint64_t memory = 0;  ///< total bytes; 0: unknown
};

/// The device that the user asked for: `--device auto|cpu|cuda[:n]`.
struct DeviceChoice {
    enum class Kind { automatic, cpu, cuda };
    Kind kind = Kind::automatic;
    int index = 0;  ///< of the GPU

    bool operator==(const DeviceChoice&) const = default;
    /// "auto", "cpu", "cuda:0", ...
    std::string id() const;
};

/// Throws ArgumentError("device", ...) for any other text. Does not access any device.
DeviceChoice parse_device(std::string_view text);

/// The device of `choice`, which must not be `automatic`. Throws ArgumentError("device", ...) naming those available.
const ComputeDevice& find_device(const DeviceChoice& choice, std::span<const ComputeDevice> devices);

}  // namespace syzygy
