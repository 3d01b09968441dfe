#include "core/torch/device.hpp"

#include <torch/cuda.h>
#include <torch/version.h>

#include <fmt/format.h>

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace syzygy::torch_ode {

namespace {

ComputeDevice processor()
{
    ComputeDevice device{"cpu", "processor", 0};
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    if (pages > 0 && page > 0) device.memory = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        const auto value = line.find(": ");
        if (!line.starts_with("model name") || value == std::string::npos) continue;
        device.name = line.substr(value + 2);
        break;
    }
    return device;
}

/// Names and sizes come from the driver itself: it is there wherever CUDA is, and CUDA's headers are not needed to ask it.
class Driver {
public:
    Driver() : library_(dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL))
    {
        if (!library_) return;
        find("cuInit", init_);
        find("cuDeviceGetName", get_name_);
        find("cuDeviceTotalMem_v2", get_memory_);
        if (init_ && init_(0) != 0) init_ = nullptr;
    }

    void describe(int index, ComputeDevice& device) const
    {
        std::array<char, 256> name{};
        if (!init_) return;
        // A handle of the driver is the number of the device (cuDeviceGet), among those that CUDA_VISIBLE_DEVICES leaves.
        if (get_name_ && get_name_(name.data(), static_cast<int>(name.size()) - 1, index) == 0) device.name = name.data();
        std::size_t bytes = 0;
        if (get_memory_ && get_memory_(&bytes, index) == 0) device.memory = bytes;
    }

private:
    template <class Function>
    void find(const char* name, Function*& function)
    {
        function = reinterpret_cast<Function*>(dlsym(library_, name));
    }

    void* library_;
    int (*init_)(unsigned) = nullptr;
    int (*get_name_)(char*, int, int) = nullptr;
    int (*get_memory_)(std::size_t*, int) = nullptr;
};

}  // namespace

std::string libtorch_version()
{
    return fmt::format("{}.{}.{}", TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH);
}

std::vector<ComputeDevice> compute_devices()
{
    std::vector<ComputeDevice> devices{processor()};
    const auto gpus = static_cast<int>(torch::cuda::device_count());
    if (gpus == 0) return devices;
    const Driver driver;
    for (int index = 0; index < gpus; ++index) {
        ComputeDevice device{fmt::format("cuda:{}", index), "GPU", 0};
        driver.describe(index, device);
        devices.push_back(std::move(device));
    }
    return devices;
}

c10::Device device_of(const ComputeDevice& device)
{
    return c10::Device(device.id);
}

}  // namespace syzygy::torch_ode
