#include "physics/torch/window_losses.hpp"

namespace syzygy {

using torch::Tensor;

namespace {

/// A tensor in double on the processor, to be filled; and its copy on the device.
Tensor zeros(at::IntArrayRef shape)
{
    return torch::zeros(shape, torch::kDouble);
}

}  // namespace

WindowLosses::WindowLosses(const BatchRequest& request, const torch::TensorOptions& options)
{
    const auto& windows = request.windows;
    const auto count = static_cast<std::int64_t>(windows.size());
    std::int64_t longest = 0;
    for (const PreparedData* data : windows) {
        const auto times = data->loss.times();
        // One reading at the end of the window, where no observation is.
        const bool open = times.empty() || times.back() != data->t1;
        longest = std::max(longest, static_cast<std::int64_t>(times.size()) + (open ? 1 : 0));
        components_ = data->loss.components();
        reference_ = data->loss.reference();
        robust_ = data->loss.robust();
        robust_scale_ = data->loss.robust_scale();
    }

    Tensor times = zeros({count, longest + 1}), epochs = zeros({count}), atol = zeros({count, 18});
    Tensor observed = zeros({count, longest, components_}), weights = zeros({count, longest, components_});
    Tensor time_weights = zeros({count, longest});
    for (std::int64_t w = 0; w < count; ++w) {
        const PreparedData& data = *windows[static_cast<std::size_t>(w)];
        double* t = times.data_ptr<double>() + w * (longest + 1);
        std::fill_n(t, longest + 1, data.t1);
        t[0] = data.t0;
        epochs.data_ptr<double>()[w] = data.epoch;
        Eigen::Map<State>(atol.data_ptr<double>() + 18 * w) = request.atol[static_cast<std::size_t>(w)];
        const TrajectoryLoss& loss = data.loss;
        const auto n = static_cast<std::int64_t>(loss.times().size());
        std::copy(loss.times().begin(), loss.times().end(), t + 1);
        for (std::int64_t k = 0; k < n; ++k) {
            const std::int64_t place = (w * longest + k) * components_;
            for (std::int64_t c = 0; c < components_; ++c) {
                observed.data_ptr<double>()[place + c] = loss.observed()(c, k);
                weights.data_ptr<double>()[place + c] = loss.weights()(c, k);
            }
            time_weights.data_ptr<double>()[w * longest + k] =
                loss.time_weight(static_cast<std::size_t>(k)) / static_cast<double>(n);
        }
    }
    times_ = times.to(options.device());
    epochs_ = epochs.to(options.device());
    atol_ = atol.to(options);
    observed_ = observed.to(options);
    weights_ = weights.to(options);
    time_weights_ = time_weights.to(options);
}

/// Predictions as they are compared: relative to the reference body where there is one.
Tensor WindowLosses::compared(const Tensor& states) const
{
    const Tensor seen = states.slice(1, 1).narrow(2, 0, components_);
    if (reference_ < 0) return seen;
    const Tensor vectors = seen.unflatten(2, std::vector<std::int64_t>{components_ / 9, 3, 3});
    return (vectors - vectors.narrow(3, reference_, 1)).flatten(2);
}

Tensor WindowLosses::losses(const Tensor& windows, const Tensor& states) const
{
    const Tensor residuals = compared(states) - observed_.index_select(0, windows);
    const Tensor s = weights_.index_select(0, windows) * residuals * residuals;
    const double limit = robust_scale_ * robust_scale_;
    Tensor rho = s;
    if (robust_ == RobustLoss::huber)
        // The root is taken where it counts only: at 0 it has no derivative.
        rho = at::where(s > limit, 2 * robust_scale_ * at::sqrt(s.clamp_min(limit)) - limit, s);
    else if (robust_ == RobustLoss::cauchy)
        rho = limit * at::log1p(s / limit);
    return (rho.sum(2) * time_weights_.index_select(0, windows)).sum(1);
}

}  // namespace syzygy
