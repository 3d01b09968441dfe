#include "ui/worker/fit_worker.hpp"

#include "physics/fit/correction_choice.hpp"
#include "ui/base/option_words.hpp"
#include "ui/worker/priority.hpp"

#include <cmath>

namespace syzygy {

FitWorker::FitWorker(std::function<void()> wake)
    : wake_(std::move(wake)), thread_([this](const std::stop_token& stop) { run(stop); })
{
}

FitWorker::~FitWorker()
{
    thread_.request_stop();
    abandon();
}

void FitWorker::start(FitRequest request)
{
    Job job{std::move(request), std::make_shared<Control>()};
    {
        const std::lock_guard lock(mutex_);
        control_->abandon();
        control_ = job.control;
        one_step_ = job.request.one_step;
        last_iteration_ = {};
        news_.reset();
    }
    changed_.notify_all();
    jobs_.put(std::move(job));
}

void FitWorker::pause()
{
    const std::lock_guard lock(mutex_);
    control_->pause();
}

void FitWorker::resume()
{
    const std::lock_guard lock(mutex_);
    one_step_ = false;
    control_->resume();
}

void FitWorker::step()
{
    const std::lock_guard lock(mutex_);
    one_step_ = true;
    control_->resume();
}

void FitWorker::stop()
{
    const std::lock_guard lock(mutex_);
    control_->stop();
    changed_.notify_all();
}

void FitWorker::abandon()
{
    const std::lock_guard lock(mutex_);
    control_->abandon();
    news_.reset();
    changed_.notify_all();
}

void FitWorker::set_pace(double iterations_a_second)
{
    const std::lock_guard lock(mutex_);
    pace_ = iterations_a_second;
    changed_.notify_all();
}

std::optional<FitNews> FitWorker::take()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(news_, std::nullopt);
}

void FitWorker::run(const std::stop_token& stop)
{
    give_way_to_the_window();
    while (const auto job = jobs_.wait(stop)) run_one(*job);
}

void FitWorker::run_one(const Job& job)
{
    FitEnd end;
    end.state = job.request.state;
    end.train = job.request.train;
    try {
        if (is_training(job.request.setup, *job.request.observations))
            train(job, end);
        else
            fit(job, end);
    } catch (const std::exception& error) {
        end.error = refusal_text(error).toStdString();
    }
    publish(job, [&](FitNews& news) { news.end = std::move(end); });
}

void FitWorker::fit(const Job& job, FitEnd& end)
{
    std::size_t told = end.state.history.size();
    const auto callback = [&](const FitSnapshot& snapshot, const FitState& state) {
        if (!snapshot.search.empty()) {
            publish(job, [&](FitNews& news) { news.search = snapshot.search; });
            return;
        }
        publish(job, [&](FitNews& news) {
            // The history grows with every iteration, so it travels record by record and the state without it.
            news.records.insert(news.records.end(), state.history.begin() + static_cast<std::ptrdiff_t>(told),
                                state.history.end());
            told = state.history.size();
            news.snapshot = snapshot;
            news.state = FitState{state.arc,           state.stage,        state.boxed,    state.centre,  state.optimizer,
                                  {},                  state.seconds,      state.noise_factors, state.noise_rounds,
                                  state.finished,      state.outcome,      state.start,    state.search,  state.rows};
            if (one_step_) job.control->pause();
        });
        if (job.request.paced) keep_pace(job.control->token());
    };
    end.result = run_fit(*job.request.observations, job.request.setup, end.state, callback, *job.control);
}

void FitWorker::train(const Job& job, FitEnd& end)
{
    const FitRequest& request = job.request;
    std::size_t told = end.train.history.size();
    const auto callback = [&](const TrainSnapshot& snapshot, const TrainState& state) {
        publish(job, [&](FitNews& news) {
            for (; told < state.history.size(); ++told) {
                const TrainRecord& record = state.history[told];
                news.epochs.push_back(record);
                news.records.push_back({0, record.epoch, record.loss, record.masses});
            }
            news.snapshot = FitSnapshot{0, 1, snapshot.record.horizon, snapshot.record.epoch, snapshot.record.loss,
                                        snapshot.point};
            news.train = state;
            if (one_step_) job.control->pause();
        });
        if (request.paced) keep_pace(job.control->token());
    };
    end.training = syzygy::train({request.observations.get(), 1}, request.setup, end.train, callback, *job.control);
    end.result = end.training->fit;
    end.result->point = end.training->point;
}

void FitWorker::publish(const Job& job, const std::function<void(FitNews&)>& change)
{
    bool first;
    {
        const std::lock_guard lock(mutex_);
        // A fit that was abandoned says nothing more: its news would be taken for the next one's.
        if (job.control->abandoned().stop_requested()) return;
        first = !news_;
        if (first) news_.emplace().run = job.request.run;
        change(*news_);
    }
    if (first) wake_();
}

void FitWorker::keep_pace(const std::stop_token& stop)
{
    using Clock = std::chrono::steady_clock;
    std::unique_lock lock(mutex_);
    for (;;) {
        if (!(pace_ > 0) || stop.stop_requested()) break;
        const auto next = last_iteration_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / pace_));
        if (Clock::now() >= next) break;
        changed_.wait_until(lock, next);
    }
    last_iteration_ = Clock::now();
}

}  // namespace syzygy
