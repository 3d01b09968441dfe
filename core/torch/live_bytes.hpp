#pragma once

#include <cstdint>
#include <memory>

namespace syzygy::torch_ode {

/// Counts the bytes of tensors allocated and freed on this thread (and on LibTorch's threads that work for it) during the
/// object's lifetime, on all devices: a measure of the memory of a solve and its backward pass. One at a time per thread.
class LiveBytes {
public:
    LiveBytes();
    ~LiveBytes();
    LiveBytes(const LiveBytes&) = delete;
    LiveBytes& operator=(const LiveBytes&) = delete;

    /// Bytes allocated since construction and not freed; earlier allocations do not count.
    std::int64_t live() const;
    /// The most bytes live at once since construction, or since `restart_peak`.
    std::int64_t peak() const;
    void restart_peak();

private:
    struct Guard;
    std::unique_ptr<Guard> guard_;
};

}  // namespace syzygy::torch_ode
