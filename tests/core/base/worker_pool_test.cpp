// Threads that wait for work.
#include "core/base/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace syzygy {
namespace {

TEST(WorkerPool, DoesEachTaskOnceAndReturnsWhenAllAreDone)
{
    for (const std::size_t threads : {1u, 2u, 7u}) {
        WorkerPool pool(threads);
        EXPECT_EQ(pool.threads(), threads);
        for (const std::size_t count : {0u, 1u, 3u, 1000u}) {
            std::vector<int> done(count, 0);
            pool.run(count, [&](std::size_t i) { ++done[i]; });
            EXPECT_EQ(done, std::vector<int>(count, 1));
        }
    }
}

TEST(WorkerPool, WorksOnSeveralThreadsAtOnce)
{
    WorkerPool pool(2);
    // Each task waits for the other: one thread alone would never end.
    std::atomic<int> arrived = 0;
    pool.run(2, [&](std::size_t) {
        ++arrived;
        while (arrived < 2) std::this_thread::yield();
    });
    EXPECT_EQ(arrived, 2);
}

TEST(WorkerPool, ThrowsWhatTheFirstTaskThrew)
{
    WorkerPool pool(3);
    for (int repeat = 0; repeat < 20; ++repeat) {
        std::atomic<int> done = 0;
        try {
            pool.run(50, [&](std::size_t i) {
                ++done;
                if (i % 10 == 3) throw std::runtime_error(std::to_string(i));
            });
            FAIL();
        } catch (const std::runtime_error& error) {
            EXPECT_STREQ(error.what(), "3");
        }
        EXPECT_EQ(done, 50);
    }
    int after = 0;
    pool.run(1, [&](std::size_t) { ++after; });
    EXPECT_EQ(after, 1);
}

TEST(WorkerPool, AsManyThreadsAsProcessorsByDefault)
{
    EXPECT_EQ(WorkerPool(0).threads(), std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace
}  // namespace syzygy
