#pragma once

#include "core/base/control.hpp"
#include "ui/worker/latest.hpp"
#include "ui/worker/priority.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace syzygy {

/// A thread that does one job at a time. Starting another job abandons the one before. News of a job gather until they are taken;
/// an abandoned job says nothing more, since its news would be taken for those of the next one.
template <class Job, class News>
class Worker {
public:
    /// Changes the news that wait, or new ones.
    using Publish = std::function<void(const std::function<void(News&)>& change)>;
    /// Does a job on the worker's thread; throws nothing.
    using Work = std::function<void(const Job& job, Control& control, const Publish& publish)>;

    /// `wake` is called from the worker's thread if news wait and none did before.
    Worker(Work work, std::function<void()> wake)
        : work_(std::move(work)), wake_(std::move(wake)), thread_([this](const std::stop_token& stop) { run(stop); })
    {
    }
    ~Worker()
    {
        thread_.request_stop();
        abandon();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void start(Job job)
    {
        Task task{std::move(job), std::make_shared<Control>()};
        {
            const std::lock_guard lock(mutex_);
            control_->abandon();
            control_ = task.control;
            news_.reset();
        }
        tasks_.put(std::move(task));
    }
    /// Nobody waits for what the newest job still has to say.
    void abandon()
    {
        const std::lock_guard lock(mutex_);
        control_->abandon();
        news_.reset();
    }
    void pause() { newest()->pause(); }
    void resume() { newest()->resume(); }
    /// The newest job ends soon, and says how.
    void stop() { newest()->stop(); }

    std::optional<News> take()
    {
        const std::lock_guard lock(mutex_);
        return std::exchange(news_, std::nullopt);
    }

private:
    struct Task {
        Job job;
        std::shared_ptr<Control> control;
    };

    std::shared_ptr<Control> newest()
    {
        const std::lock_guard lock(mutex_);
        return control_;
    }

    void run(const std::stop_token& stop)
    {
        give_way_to_the_window();
        while (const auto task = tasks_.wait(stop)) {
            if (task->control->abandoned().stop_requested()) continue;
            work_(task->job, *task->control, [&](const std::function<void(News&)>& change) { publish(*task->control, change); });
        }
    }
    void publish(Control& control, const std::function<void(News&)>& change)
    {
        bool first;
        {
            const std::lock_guard lock(mutex_);
            if (control.abandoned().stop_requested()) return;
            first = !news_;
            if (first) news_.emplace();
            change(*news_);
        }
        if (first) wake_();
    }

    Work work_;
    std::function<void()> wake_;
    Latest<Task> tasks_;
    std::mutex mutex_;
    std::shared_ptr<Control> control_ = std::make_shared<Control>();  ///< of the newest job
    std::optional<News> news_;
    std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace syzygy
