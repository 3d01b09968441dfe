#include "core/base/device.hpp"

#include "core/base/error.hpp"

#include <charconv>

namespace syzygy {

std::string DeviceChoice::id() const
{
    switch (kind) {
    case Kind::automatic: return "auto";
    case Kind::cpu: return "cpu";
    case Kind::cuda: return "cuda:" + std::to_string(index);
    }
    return "";
}

DeviceChoice parse_device(std::string_view text)
{
    using Kind = DeviceChoice::Kind;
    if (text == "auto") return {Kind::automatic, 0};
    if (text == "cpu") return {Kind::cpu, 0};
    if (text == "cuda") return {Kind::cuda, 0};
    constexpr std::string_view prefix = "cuda:";
    if (text.starts_with(prefix)) {
        int index = -1;
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + prefix.size(), end, index);
        if (read.ec == std::errc() && read.ptr == end && index >= 0) return {Kind::cuda, index};
    }
    throw ArgumentError("device", text, "must be auto, cpu, cuda or cuda:N with N the number of a GPU, from 0");
}

const ComputeDevice& find_device(const DeviceChoice& choice, std::span<const ComputeDevice> devices)
{
    std::string present;
    bool has_gpu = false;
    for (const ComputeDevice& device : devices) {
        if (device.id == choice.id()) return device;
        present += (present.empty() ? "" : ", ") + device.id;
        has_gpu = has_gpu || device.id.starts_with("cuda");
    }
    throw ArgumentError("device", choice.id(),
                        has_gpu ? "must be one of " + present
                                : "there is no GPU that LibTorch can use (it needs NVIDIA's driver and a LibTorch with CUDA: preset "
                                  "cuda); there is " + present);
}

}  // namespace syzygy
