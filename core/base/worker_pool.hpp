#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace syzygy {

/// Threads that wait for work, so that even a millisecond of work is worth dividing. The caller of run() also works.
class WorkerPool {
public:
    /// `threads`: the total, including the caller's thread; 0: as many as there are processors.
    explicit WorkerPool(std::size_t threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    std::size_t threads() const { return workers_.size() + 1; }

    /// Calls task(i) for each i below `count`, in any order, on any thread; returns when all are done. If tasks throw, rethrows
    /// the exception of the task with the least i.
    void run(std::size_t count, const std::function<void(std::size_t)>& task);

private:
    void work();
    /// Takes tasks of the current run until none is left.
    void take(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable wanted_, done_;
    const std::function<void(std::size_t)>* task_ = nullptr;
    std::size_t count_ = 0, next_ = 0, running_ = 0;
    std::size_t failed_ = 0;      ///< index of the task that threw `error_`
    std::exception_ptr error_;
    bool ending_ = false;
    std::vector<std::jthread> workers_;
};

}  // namespace syzygy
