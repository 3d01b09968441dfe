#include "ui/worker/release.hpp"

#include "ui/worker/priority.hpp"

#include <QCoreApplication>
#include <QThread>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace syzygy {

namespace {

class Releaser {
public:
    void put(std::shared_ptr<const void> last)
    {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(last));
        }
        changed_.notify_one();
    }

private:
    void run(const std::stop_token& stop)
    {
        give_way_to_the_window();
        std::vector<std::shared_ptr<const void>> taken;
        while (!stop.stop_requested()) {
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
                taken.swap(waiting_);
            }
            taken.clear();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<std::shared_ptr<const void>> waiting_;
    std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};  ///< last: ends before what it uses
};

bool is_window_thread()
{
    const QCoreApplication* application = QCoreApplication::instance();
    return application && QThread::currentThread() == application->thread();
}

}  // namespace

void release_aside(std::shared_ptr<const void> last)
{
    // Elsewhere nobody waits; and after the application nobody does at all.
    if (!is_window_thread()) return;
    static Releaser releaser;
    releaser.put(std::move(last));
}

}  // namespace syzygy
