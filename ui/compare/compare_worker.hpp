#pragma once

#include "physics/compare/comparison.hpp"
#include "ui/worker/latest.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace syzygy {

/// A comparison to run. `make` is called on the worker's thread: subjects take a while to make.
struct CompareJob {
    std::uint64_t run = 0;  ///< ascending; all news of it carries it
    std::function<CompareRequest()> make;
};

/// How a comparison ended.
struct CompareEnd {
    std::optional<CompareResult> result;  ///< nothing where the request was wrong
    std::string error;                    ///< why, as a person reads it
};

/// What has come of a comparison since it was last asked.
struct CompareNews {
    std::uint64_t run = 0;
    std::shared_ptr<const CompareSubject> subject;
    std::vector<CompareRow> rows;  ///< in the order they were run
    std::size_t done = 0, all = 0;
    std::optional<CompareEnd> end;
};

/// The thread of comparisons: one at a time; starting another stops the one before.
class CompareWorker {
public:
    /// `wake` is called from the worker's thread when news wait and none did before.
    explicit CompareWorker(std::function<void()> wake);
    ~CompareWorker();
    CompareWorker(const CompareWorker&) = delete;
    CompareWorker& operator=(const CompareWorker&) = delete;

    void start(CompareJob job);
    /// The one that runs ends within a solver step, with the rows there are.
    void stop();
    std::optional<CompareNews> take();

private:
    void run(const std::stop_token& stop);
    void run_one(const CompareJob& job, const std::stop_token& stop);
    void publish(std::uint64_t run, const std::function<void(CompareNews&)>& change);

    std::function<void()> wake_;
    Latest<CompareJob> jobs_;
    std::mutex mutex_;
    std::stop_source running_;  ///< of the newest job
    std::uint64_t newest_ = 0;
    std::optional<CompareNews> news_;
    std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace syzygy
