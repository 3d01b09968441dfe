#pragma once

#include <cstdint>
#include <memory>

namespace syzygy::torch_ode {

/// Counts the bytes of tensors that are allocated and freed on this thread (and on LibTorch's threads that work for it)
/// while it lives, on all devices: what a solve and its way back hold, measured. One at a time in a thread.
class LiveBytes {
public:
    LiveBytes();
    ~LiveBytes();
    LiveBytes(const LiveBytes&) = delete;
    LiveBytes& operator=(const LiveBytes&) = delete;

    /// Allocated since the beginning and not freed; what was there before does not count.
    std::int64_t live() const;
    /// The most that was live at once since the beginning, or since `restart_peak`.
    std::int64_t peak() const;
    void restart_peak();

private:
    struct Guard;
    std::unique_ptr<Guard> guard_;
};

}  // namespace syzygy::torch_ode
