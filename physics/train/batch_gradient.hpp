#pragma once

#include "core/base/worker_pool.hpp"
#include "physics/model/gradient.hpp"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// Losses and gradients of many windows under one correction: what a back end does for a training.
class BatchGradient {
public:
    virtual ~BatchGradient() = default;

    /// results[i]: loss and gradient of window `windows[i]` at points[i] (L of design.md over that window's rows, with
    /// respect to the masses, the state at its first time and the correction's parameters). All points have the same masses
    /// and correction. An outcome that is not ok, of a single window, leaves the others as they are. The same call gives
    /// the same bits on the same device. Meanwhile `beside` is done, on the processor.
    virtual void evaluate(std::span<const std::size_t> windows, std::span<const ModelPoint> points,
                          std::span<ThreeBodyGradient> results, std::span<const std::function<void()>> beside,
                          std::stop_token stop) = 0;

    virtual std::string backend() const = 0;  ///< "native", "torch"
    virtual std::string device() const = 0;   ///< "cpu", "cuda:0"
};

/// Our own code on the threads of a pool, window by window, with the gradient method of that id.
class NativeGradient final : public BatchGradient {
public:
    /// Refers to the data and the pool, which must outlive it.
    NativeGradient(std::span<const PreparedData* const> windows, const ModelOptions& model, const std::string& method,
                   WorkerPool& pool);

    void evaluate(std::span<const std::size_t> windows, std::span<const ModelPoint> points,
                  std::span<ThreeBodyGradient> results, std::span<const std::function<void()>> beside,
                  std::stop_token stop) override;
    std::string backend() const override { return "native"; }
    std::string device() const override { return "cpu"; }

private:
    WorkerPool& pool_;
    std::vector<std::unique_ptr<GradientEvaluator>> evaluators_;  ///< one a window: each has memory of its own
};

}  // namespace syzygy
