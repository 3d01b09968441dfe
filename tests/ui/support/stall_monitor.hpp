#pragma once

#include "tests/ui/support/application.hpp"
#include "tests/ui/support/machine_load.hpp"

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
/// machine with other work `wall` is also about that work, and so is `own` where the thread waits for others (those
/// that draw); `cpu` is about this program alone.
class StallMonitor {
public:
    StallMonitor();
    ~StallMonitor();
    StallMonitor(const StallMonitor&) = delete;
    StallMonitor& operator=(const StallMonitor&) = delete;

    /// The longest of each kind; they may be of different stalls.
    Stall longest() const;
    /// What a limit is held against: `own` on a quiet machine, else `cpu`.
    std::chrono::nanoseconds counted() const { return load_.is_quiet() ? longest().own : longest().cpu; }
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

    MachineLoad load_;
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
