#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace syzygy {

/// How another thread controls a long computation: stop, pause, resume, abandon. The computation checks `wait_while_paused`
/// between two iterations and `token` within them; the work it still does at the point of a stop (errors, residuals) checks
/// `abandoned`.
class Control {
public:
    void stop()
    {
        source_.request_stop();
        resume();
    }
    /// Stops, and signals that nobody waits for the result.
    void abandon()
    {
        abandoned_.request_stop();
        stop();
    }
    void pause()
    {
        const std::lock_guard lock(mutex_);
        paused_ = true;
    }
    void resume()
    {
        {
            const std::lock_guard lock(mutex_);
            paused_ = false;
        }
        changed_.notify_all();
    }

    std::stop_token token() const { return source_.get_token(); }
    std::stop_token abandoned() const { return abandoned_.get_token(); }

    /// Returns at once if not paused, else when resumed or stopped.
    void wait_while_paused()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !paused_ || source_.stop_requested(); });
    }

private:
    std::stop_source source_, abandoned_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool paused_ = false;
};

}  // namespace syzygy
