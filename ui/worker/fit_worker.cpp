#include "ui/worker/fit_worker.hpp"

#include "physics/run/correction_choice.hpp"
#include "ui/base/option_words.hpp"

#include <cmath>

namespace syzygy {

FitWorker::FitWorker(std::function<void()> wake)
    : worker_([this](const FitRequest& request, Control& control, const Publish& publish) { run(request, control, publish); },
              std::move(wake))
{
}

FitWorker::~FitWorker()
{
    abandon();
}

void FitWorker::start(FitRequest request)
{
    {
        const std::lock_guard lock(mutex_);
        one_step_ = request.one_step;
        last_iteration_ = {};
        worker_.start(std::move(request));
    }
    changed_.notify_all();
}

void FitWorker::pause()
{
    worker_.pause();
}

void FitWorker::resume()
{
    const std::lock_guard lock(mutex_);
    one_step_ = false;
    worker_.resume();
}

void FitWorker::step()
{
    const std::lock_guard lock(mutex_);
    one_step_ = true;
    worker_.resume();
}

void FitWorker::stop()
{
    {
        const std::lock_guard lock(mutex_);
        worker_.stop();
    }
    changed_.notify_all();
}

void FitWorker::abandon()
{
    {
        const std::lock_guard lock(mutex_);
        worker_.abandon();
    }
    changed_.notify_all();
}

void FitWorker::set_pace(double iterations_a_second)
{
    {
        const std::lock_guard lock(mutex_);
        pace_ = iterations_a_second;
    }
    changed_.notify_all();
}

void FitWorker::run(const FitRequest& request, Control& control, const Publish& publish)
{
    FitEnd end;
    end.state = request.state;
    end.train = request.train;
    try {
        if (is_training(request.setup, *request.observations))
            train(request, control, publish, end);
        else
            fit(request, control, publish, end);
    } catch (const std::exception& error) {
        end.error = refusal_text(error).toStdString();
    }
    publish([&](FitNews& news) { news.end = std::move(end); });
}

void FitWorker::fit(const FitRequest& request, Control& control, const Publish& publish, FitEnd& end)
{
    std::size_t told = end.state.history.size();
    const auto callback = [&](const FitSnapshot& snapshot, const FitState& state) {
        if (!snapshot.search.empty()) {
            publish([&](FitNews& news) { news.search = snapshot.search; });
            return;
        }
        end_iteration(request, control, [&] {
            publish([&](FitNews& news) {
                // The history grows with every iteration, so it travels record by record and the state without it.
                news.records.insert(news.records.end(), state.history.begin() + static_cast<std::ptrdiff_t>(told),
                                    state.history.end());
                told = state.history.size();
                news.snapshot = snapshot;
                news.state = FitState{state.arc,           state.stage,        state.boxed,    state.centre,  state.optimizer,
                                      {},                  state.seconds,      state.noise_factors, state.noise_rounds,
                                      state.finished,      state.outcome,      state.start,    state.search,  state.rows};
            });
        });
    };
    end.result = run_fit(*request.observations, request.setup, end.state, callback, control);
}

void FitWorker::train(const FitRequest& request, Control& control, const Publish& publish, FitEnd& end)
{
    std::size_t told = end.train.history.size();
    const auto callback = [&](const TrainSnapshot& snapshot, const TrainState& state) {
        end_iteration(request, control, [&] {
            publish([&](FitNews& news) {
                for (; told < state.history.size(); ++told) {
                    const TrainRecord& record = state.history[told];
                    news.epochs.push_back(record);
                    news.records.push_back({0, record.epoch, record.loss, record.masses});
                }
                news.snapshot = FitSnapshot{0, 1, snapshot.record.horizon, snapshot.record.epoch, snapshot.record.loss,
                                            snapshot.point};
                news.train = state;
            });
        });
    };
    end.training = syzygy::train({request.observations.get(), 1}, request.setup, end.train, callback, control);
    end.result = end.training->fit;
    end.result->point = end.training->point;
}

/// Says what came of an iteration; pauses after it if one step was asked for, else keeps the pace.
void FitWorker::end_iteration(const FitRequest& request, Control& control, const std::function<void()>& publish)
{
    {
        const std::lock_guard lock(mutex_);
        if (one_step_) control.pause();
        publish();
    }
    if (request.paced) keep_pace(control.token());
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
