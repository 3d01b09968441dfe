#include "core/base/worker_pool.hpp"

#include <algorithm>
#include <utility>

namespace syzygy {

WorkerPool::WorkerPool(std::size_t threads)
{
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    for (std::size_t i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool()
{
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wanted_.notify_all();
}

void WorkerPool::take(std::unique_lock<std::mutex>& lock)
{
    while (next_ < count_) {
        const std::size_t index = next_++;
        const auto& task = *task_;
        ++running_;
        lock.unlock();
        std::exception_ptr error;
        try {
            task(index);
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        --running_;
        if (error && (!error_ || index < failed_)) {
            error_ = error;
            failed_ = index;
        }
    }
    if (running_ == 0) done_.notify_all();
}

void WorkerPool::work()
{
    std::unique_lock lock(mutex_);
    while (true) {
        wanted_.wait(lock, [this] { return ending_ || next_ < count_; });
        if (ending_) return;
        take(lock);
    }
}

void WorkerPool::run(std::size_t count, const std::function<void(std::size_t)>& task)
{
    std::unique_lock lock(mutex_);
    task_ = &task;
    count_ = count;
    next_ = 0;
    error_ = nullptr;
    if (count > 1) wanted_.notify_all();
    take(lock);
    done_.wait(lock, [this] { return running_ == 0; });
    count_ = next_ = 0;
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

}  // namespace syzygy
