#pragma once

#include "physics/batch/trajectory_batch.hpp"

#include <torch/types.h>

namespace syzygy {

/// The losses of windows (TrajectoryLoss) as tensors on a device: W windows of at most K times, padded.
class WindowLosses {
public:
    WindowLosses(const BatchRequest& request, const torch::TensorOptions& options);

    /// [n, K + 1] double: for each of these windows t0, then its times, then its t1 until the row is full.
    torch::Tensor times(const torch::Tensor& windows) const { return times_.index_select(0, windows); }
    /// [n] the epochs: added to these times, they give the times of the data.
    torch::Tensor epochs(const torch::Tensor& windows) const { return epochs_.index_select(0, windows); }
    /// [n, 18] absolute tolerances of the state.
    torch::Tensor atol(const torch::Tensor& windows) const { return atol_.index_select(0, windows); }
    /// The losses [n] of these windows; states [n, K + 1, 18] are the solutions at `times`.
    torch::Tensor losses(const torch::Tensor& windows, const torch::Tensor& states) const;

private:
    torch::Tensor compared(const torch::Tensor& states) const;

    torch::Tensor times_, epochs_, atol_;
    torch::Tensor observed_, weights_;  ///< [W, K, components]
    torch::Tensor time_weights_;        ///< [W, K], divided by the window's number of times
    std::int64_t components_;           ///< 9: positions; 18: velocities too
    int reference_;
    RobustLoss robust_;
    double robust_scale_;
};

}  // namespace syzygy
