#include "physics/train/batch_gradient.hpp"

namespace syzygy {

NativeGradient::NativeGradient(std::span<const PreparedData* const> windows, const ModelOptions& model,
                               const std::string& method, WorkerPool& pool)
    : pool_(pool)
{
    for (const PreparedData* data : windows)
        evaluators_.push_back(std::make_unique<GradientEvaluator>(*data, model, method));
}

void NativeGradient::evaluate(std::span<const std::size_t> windows, std::span<const ModelPoint> points,
                              std::span<ThreeBodyGradient> results, std::span<const std::function<void()>> beside,
                              std::stop_token stop)
{
    pool_.run(windows.size() + beside.size(), [&](std::size_t i) {
        if (i < windows.size())
            results[i] = (*evaluators_[windows[i]])(points[i], stop);
        else
            beside[i - windows.size()]();
    });
}

}  // namespace syzygy
