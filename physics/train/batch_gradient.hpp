#pragma once

#include "core/base/worker_pool.hpp"
#include "physics/batch/trajectory_batch.hpp"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// Losses of windows and the gradient of their weighted sum, as in BatchResult (without losses and outcomes of single rows).
struct WindowsGradient : BatchResult {
    long evaluations = 0;  ///< of the right-hand side in the forward solve, maximum over windows; 0: not counted
};

/// Losses and gradients of many windows under one correction: what a back end does for a training.
class BatchGradient {
public:
    virtual ~BatchGradient() = default;

    /// Evaluates window `windows[i]` at points[i] with weights[i]. All points have the same masses and correction. The same
    /// call gives the same bits on the same device. Meanwhile the tasks in `beside` run on the processor.
    virtual WindowsGradient evaluate(std::span<const std::size_t> windows, std::span<const ModelPoint> points,
                                     std::span<const double> weights, std::span<const std::function<void()>> beside,
                                     std::stop_token stop) = 0;
};

/// Our own code on the threads of a pool, window by window, with the gradient method of the given id. Sums are taken in the
/// order of the windows, so that the bits do not depend on which thread computed them. Refers to the data and the pool.
std::unique_ptr<BatchGradient> native_gradient(std::span<const PreparedData* const> windows, const ModelOptions& model,
                                               const std::string& method, WorkerPool& pool);

/// LibTorch, all windows at once (trajectory_batch.hpp). Refers to the pool.
std::unique_ptr<BatchGradient> torch_gradient(std::span<const PreparedData* const> windows, const BatchSetup& setup,
                                              WorkerPool& pool);

}  // namespace syzygy
