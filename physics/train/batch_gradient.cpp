#include "physics/train/batch_gradient.hpp"

#include <algorithm>

namespace syzygy {

namespace {

class NativeGradient final : public BatchGradient {
public:
    NativeGradient(std::span<const PreparedData* const> windows, const ModelOptions& model, const std::string& method,
                   WorkerPool& pool)
        : pool_(pool)
    {
        for (const PreparedData* data : windows)
            evaluators_.push_back(std::make_unique<GradientEvaluator>(*data, model, method));
    }

    WindowsGradient evaluate(std::span<const std::size_t> windows, std::span<const ModelPoint> points,
                             std::span<const double> weights, std::span<const std::function<void()>> beside,
                             std::stop_token stop) override
    {
        std::vector<ThreeBodyGradient> results(windows.size());
        pool_.run(windows.size() + beside.size(), [&](std::size_t i) {
            if (i < windows.size())
                results[i] = (*evaluators_[windows[i]])(points[i], stop);
            else
                beside[i - windows.size()]();
        });
        WindowsGradient sum;
        sum.initial_states.setZero(18, static_cast<Eigen::Index>(windows.size()));
        sum.correction.setZero(points.front().correction.size());
        for (std::size_t i = 0; i < windows.size(); ++i) {
            const ThreeBodyGradient& result = results[i];
            if (!result.outcome.ok()) {
                sum.outcome = result.outcome;
                return sum;
            }
            sum.loss += weights[i] * result.loss;
            sum.masses += weights[i] * result.parameters;
            sum.initial_states.col(static_cast<Eigen::Index>(i)) = weights[i] * result.initial_state;
            sum.correction += weights[i] * result.correction;
            sum.evaluations = std::max(sum.evaluations, result.forward.rhs_evaluations);
        }
        return sum;
    }

private:
    WorkerPool& pool_;
    std::vector<std::unique_ptr<GradientEvaluator>> evaluators_;  ///< one a window: each has memory of its own
};

class TorchGradient final : public BatchGradient {
public:
    TorchGradient(std::span<const PreparedData* const> windows, const BatchSetup& setup, WorkerPool& pool)
        : pool_(pool), batch_(make_trajectory_batch(windows, setup))
    {
    }

    WindowsGradient evaluate(std::span<const std::size_t> windows, std::span<const ModelPoint> points,
                             std::span<const double> weights, std::span<const std::function<void()>> beside,
                             std::stop_token stop) override
    {
        std::vector<BatchRow> rows;
        for (std::size_t i = 0; i < windows.size(); ++i) rows.push_back({windows[i], points[i].initial_state, weights[i]});
        WindowsGradient result;
        pool_.run(1 + beside.size(), [&](std::size_t i) {
            if (i == 0)
                static_cast<BatchResult&>(result) = (*batch_)(rows, points.front().masses, points.front().correction, true, stop);
            else
                beside[i - 1]();
        });
        return result;
    }

private:
    WorkerPool& pool_;
    std::unique_ptr<TrajectoryBatch> batch_;
};

}  // namespace

std::unique_ptr<BatchGradient> native_gradient(std::span<const PreparedData* const> windows, const ModelOptions& model,
                                               const std::string& method, WorkerPool& pool)
{
    return std::make_unique<NativeGradient>(windows, model, method, pool);
}

std::unique_ptr<BatchGradient> torch_gradient(std::span<const PreparedData* const> windows, const BatchSetup& setup,
                                              WorkerPool& pool)
{
    return std::make_unique<TorchGradient>(windows, setup, pool);
}

}  // namespace syzygy
