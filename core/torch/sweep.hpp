#pragma once

#include "core/torch/batch_solver.hpp"

namespace syzygy::torch_ode {

/// The cotangents that a sweep computes.
struct SweepResult {
    Tensor y0;                       ///< [batch, ...]
    std::vector<Tensor> parameters;  ///< shaped as the parameters; undefined if not required or without effect
};

/// How a kept step is pulled back.
enum class Pull {
    taped,      ///< ACA (Zhuang et al. 2020): one step is replayed with a graph and pulled back whole: s L
    stage_wise  ///< symplectic adjoint (Matsubara et al. 2021): stages without a graph, then one evaluation's vjp at a time: L
};

/// Pulls the cotangents `of_read` [batch, K, ...] of a solve's readings back through its accepted steps, last to first: the exact
/// gradient of the discrete solution. Readings that a trajectory did not reach have none. Memory besides the record: one step.
/// Throws Cancelled if the solve's stop token is set.
SweepResult sweep_back(const Field& field, at::TensorList parameters, const StepRecord& record, const Tensor& of_read, Pull pull);

/// Solves again along the accepted steps with a graph of all of them (N s L): plain backpropagation with step sizes held fixed,
/// and the way to derivatives of any order. [batch, K, ...]
Tensor replay(const Field& field, at::TensorList parameters, const StepRecord& record, const Tensor& y0);

}  // namespace syzygy::torch_ode
