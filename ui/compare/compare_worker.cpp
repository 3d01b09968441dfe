#include "ui/compare/compare_worker.hpp"

#include "ui/worker/priority.hpp"

namespace syzygy {

CompareWorker::CompareWorker(std::function<void()> wake)
    : wake_(std::move(wake)), thread_([this](const std::stop_token& stop) { run(stop); })
{
}

CompareWorker::~CompareWorker()
{
    thread_.request_stop();
    stop();
}

void CompareWorker::start(CompareJob job)
{
    {
        const std::lock_guard lock(mutex_);
        running_.request_stop();
        running_ = {};
        newest_ = job.run;
        news_.reset();
    }
    jobs_.put(std::move(job));
}

void CompareWorker::stop()
{
    const std::lock_guard lock(mutex_);
    running_.request_stop();
}

std::optional<CompareNews> CompareWorker::take()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(news_, std::nullopt);
}

void CompareWorker::run(const std::stop_token& stop)
{
    give_way_to_the_window();
    while (const auto job = jobs_.wait(stop)) {
        std::stop_token stop_job;
        {
            const std::lock_guard lock(mutex_);
            if (job->run != newest_) continue;
            stop_job = running_.get_token();
        }
        if (stop.stop_requested()) return;
        run_one(*job, stop_job);
    }
}

void CompareWorker::run_one(const CompareJob& job, const std::stop_token& stop)
{
    CompareEnd end;
    try {
        const CompareRequest request = job.make();
        publish(job.run, [&](CompareNews& news) { news.subject = request.subject; });
        end.result = run_comparison(
            request,
            [&](std::size_t done, std::size_t all, const CompareRow& row) {
                publish(job.run, [&](CompareNews& news) {
                    news.done = done;
                    news.all = all;
                    news.rows.push_back(row);
                });
            },
            stop);
    } catch (const std::exception& error) {
        end.error = error.what();
    }
    publish(job.run, [&](CompareNews& news) { news.end = std::move(end); });
}

void CompareWorker::publish(std::uint64_t run, const std::function<void(CompareNews&)>& change)
{
    bool first;
    {
        const std::lock_guard lock(mutex_);
        if (run != newest_) return;
        first = !news_;
        if (first) news_.emplace().run = run;
        change(*news_);
    }
    if (first) wake_();
}

}  // namespace syzygy
