#pragma once

#include "physics/compare/comparison.hpp"
#include "ui/worker/worker.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace syzygy {

/// A comparison to run. `make` is called on the worker's thread: subjects take a while to make.
struct CompareJob {
    std::function<CompareRequest()> make;
};

/// How a comparison ended.
struct CompareEnd {
    std::optional<CompareResult> result;  ///< nothing where the request was wrong
    std::string error;                    ///< why, as a person reads it
};

/// What has come of a comparison since it was last asked.
struct CompareNews {
    std::shared_ptr<const CompareSubject> subject;
    std::vector<CompareRow> rows;  ///< in the order they were run
    std::size_t done = 0, all = 0;
    std::optional<CompareEnd> end;
};

/// The thread of comparisons: one at a time; starting another stops the one before.
using CompareWorker = Worker<CompareJob, CompareNews>;

/// What it does with a job. Stopped, a comparison ends within a solver step, with the rows there are.
void compare(const CompareJob& job, Control& control, const CompareWorker::Publish& publish);

}  // namespace syzygy
