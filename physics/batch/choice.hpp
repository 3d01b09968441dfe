#pragma once

#include "core/base/device_choice.hpp"
#include "physics/batch/trajectory_batch.hpp"

namespace syzygy {

/// Which back end computes losses and gradients of a batch: the native code on the processor, or LibTorch on a device.
struct BackendChoice {
    std::string backend;  ///< native or torch
    std::string device;   ///< cpu, cuda:0, ..., as BatchSetup::device
    std::string because;  ///< a sentence, with the times if something was measured
    std::vector<MeasuredDevice> measured;
};

/// The fastest choice for losses and gradients of these rows (a small case of the work to come) among the back ends and
/// devices that are present and that `backend` (auto, native, torch) and `device` (auto, cpu, cuda, cuda:n) allow: each
/// computes these rows, the native code on `threads` threads. Several GPUs are tried together too. Nothing is measured if
/// only one choice is allowed. Throws ArgumentError for a device that is not present, and for torch if LibTorch is absent or
/// does not compute the correction.
BackendChoice choose_backend(std::span<const PreparedData* const> windows, std::span<const BatchRow> rows,
                             const Eigen::Vector3d& masses, const Eigen::VectorXd& correction, const BatchSetup& setup,
                             std::string_view backend, std::string_view device, long threads,
                             std::stop_token stop = {});

}  // namespace syzygy
