#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace syzygy {

/// A slot between two threads where the newest value wins: what was not taken is replaced, nothing queues up.
template <class T>
class Latest {
public:
    /// True where the slot was empty: the taker has to be woken.
    bool put(T value)
    {
        bool was_empty;
        {
            const std::lock_guard lock(mutex_);
            was_empty = !value_;
            value_ = std::move(value);
        }
        changed_.notify_one();
        return was_empty;
    }

    /// What is there, if anything.
    std::optional<T> take()
    {
        const std::lock_guard lock(mutex_);
        return std::exchange(value_, std::nullopt);
    }

    /// Waits for a value; nothing where stopped.
    std::optional<T> wait(std::stop_token stop)
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [this] { return value_.has_value(); });
        return stop.stop_requested() ? std::nullopt : std::exchange(value_, std::nullopt);
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::optional<T> value_;
};

}  // namespace syzygy
