#pragma once

#include "tests/ui/support/application.hpp"

#include <QObject>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <sys/types.h>

namespace syzygy::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
/// Whether times mean anything: sanitizers make everything several times slower.
inline constexpr bool timing_counts = false;
#else
inline constexpr bool timing_counts = true;
#endif

/// How long the window's thread did not answer.
struct Stall {
    std::chrono::nanoseconds wall{};  ///< by the clock on the wall
    std::chrono::nanoseconds own{};   ///< without the time the thread was ready but had no processor
    std::chrono::nanoseconds cpu{};   ///< computing
};

/// The longest stall of the event loop between construction and the question. A thread posts a beat to the window's
/// thread, waits for it to be handled, and posts the next: what a click at that moment would have waited. On a
/// machine with other work `wall` is also about that work; `own` is about this program.
class StallMonitor {
public:
    StallMonitor();
    ~StallMonitor();
    StallMonitor(const StallMonitor&) = delete;
    StallMonitor& operator=(const StallMonitor&) = delete;

    /// The one with the longest `own`.
    Stall longest() const;
    /// "own 12.1 ms, wall 14.0 ms, cpu 11.9 ms; slowest event: ..." for the message of an assertion.
    std::string report() const;

private:
    class Target;
    struct Moment {
        std::chrono::steady_clock::time_point wall;
        std::chrono::nanoseconds cpu{}, waiting{};
    };
    Moment now() const;
    void beat();

    pid_t thread_id_;  ///< the window's
    std::unique_ptr<Target> target_;
    mutable std::mutex mutex_;
    Moment posted_;
    bool pending_ = false;
    Stall longest_;
    mutable SlowEvent slowest_;
    std::jthread thread_;
};

}  // namespace syzygy::testing
