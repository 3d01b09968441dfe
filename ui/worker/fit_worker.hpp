#pragma once

#include "physics/fit/fit.hpp"
#include "physics/train/train.hpp"
#include "ui/worker/worker.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace syzygy {

/// A fit to run.
struct FitRequest {
    std::shared_ptr<const Observations> observations;
    FitSetup setup;
    FitState state;           ///< to go on from; empty: from the start
    TrainState train;         ///< likewise, of a fit that trains a network
    bool one_step = false;    ///< pause after the first iteration
    bool paced = true;        ///< keeps the pace that was set; else as fast as it goes
};

/// How a fit ended.
struct FitEnd {
    std::optional<FitResult> result;  ///< nothing where the setup does not fit the data
    std::string error;
    FitState state;
    std::optional<TrainResult> training;  ///< of a fit that trained a network, beside `result`
    TrainState train;
};

/// What has come of a fit since it was last asked: every record, the newest point and state, its end.
struct FitNews {
    std::vector<FitRecord> records;
    std::optional<FitSnapshot> snapshot;
    std::string search;                      ///< where the search for a start stands; empty: nothing new of it
    std::optional<FitState> state;
    std::vector<TrainRecord> epochs;         ///< of a training, beside `records`
    std::optional<TrainState> train;
    std::optional<FitEnd> end;
};

/// The thread of fits: one at a time; starting another abandons the one before.
class FitWorker {
public:
    /// `wake` is called from the worker's thread when news wait and none did before.
    explicit FitWorker(std::function<void()> wake);
    ~FitWorker();
    FitWorker(const FitWorker&) = delete;
    FitWorker& operator=(const FitWorker&) = delete;

    void start(FitRequest request);
    void pause();
    void resume();
    void step();
    void stop();
    /// Nobody waits for what the fit that runs still has to say.
    void abandon();
    /// Iterations a second; 0: as fast as it goes. Holds for the fit that runs as well.
    void set_pace(double iterations_a_second);

    std::optional<FitNews> take() { return worker_.take(); }

private:
    using Publish = Worker<FitRequest, FitNews>::Publish;

    void run(const FitRequest& request, Control& control, const Publish& publish);
    void fit(const FitRequest& request, Control& control, const Publish& publish, FitEnd& end);
    void train(const FitRequest& request, Control& control, const Publish& publish, FitEnd& end);
    void end_iteration(const FitRequest& request, Control& control, const std::function<void()>& publish);
    void keep_pace(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool one_step_ = false;
    double pace_ = 0;
    std::chrono::steady_clock::time_point last_iteration_{};
    Worker<FitRequest, FitNews> worker_;  ///< last: ends before what it uses
};

}  // namespace syzygy
