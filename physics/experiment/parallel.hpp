#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace syzygy {

/// Threads asked for; 0: as many as there are processors.
inline unsigned thread_count(long asked)
{
    return asked > 0 ? static_cast<unsigned>(asked) : std::max(1u, std::thread::hardware_concurrency());
}

/// Calls run(i) for i = 0 .. count - 1 from `threads` threads, in the order of i, until all are done or a stop is asked for.
/// An exception from one call ends all calls and is rethrown here.
template <class Run>
void for_each_parallel(std::size_t count, unsigned threads, std::stop_token stop, Run&& run)
{
    std::atomic<std::size_t> next = 0;
    std::exception_ptr thrown;
    std::mutex mutex;
    const auto work = [&] {
        while (!stop.stop_requested()) {
            const std::size_t i = next++;
            if (i >= count) return;
            try {
                run(i);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!thrown) thrown = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i) workers.emplace_back(work);
        work();
    }
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace syzygy
