#include "core/torch/live_bytes.hpp"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/version.h>

#include <algorithm>
#include <mutex>

namespace syzygy::torch_ode {

namespace {

/// What LibTorch's allocators report to.
class Meter : public c10::MemoryReportingInfoBase {
public:
// The type of the totals, which are not used here.
#if TORCH_VERSION_MAJOR >= 2
    using Total = std::size_t;
#else
    using Total = std::int64_t;
#endif
    void reportMemoryUsage(void*, std::int64_t bytes, Total, Total, c10::Device) override
    {
        const std::lock_guard lock(mutex_);
        live_ += bytes;
        peak_ = std::max(peak_, live_);
    }
    bool memoryProfilingEnabled() const override { return true; }

    std::int64_t live() const
    {
        const std::lock_guard lock(mutex_);
        return live_;
    }
    std::int64_t peak() const
    {
        const std::lock_guard lock(mutex_);
        return peak_;
    }
    void restart_peak()
    {
        const std::lock_guard lock(mutex_);
        peak_ = live_;
    }

private:
    mutable std::mutex mutex_;
    std::int64_t live_ = 0, peak_ = 0;
};

}  // namespace

struct LiveBytes::Guard {
    std::shared_ptr<Meter> meter = std::make_shared<Meter>();
    c10::DebugInfoGuard reporting{c10::DebugInfoKind::PROFILER_STATE, meter};
};

LiveBytes::LiveBytes() : guard_(std::make_unique<Guard>()) {}
LiveBytes::~LiveBytes() = default;

std::int64_t LiveBytes::live() const
{
    return guard_->meter->live();
}

std::int64_t LiveBytes::peak() const
{
    return guard_->meter->peak();
}

void LiveBytes::restart_peak()
{
    guard_->meter->restart_peak();
}

}  // namespace syzygy::torch_ode
