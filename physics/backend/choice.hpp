#pragma once

#include "physics/backend/batch.hpp"

namespace syzygy {

/// What losses and gradients are computed with: the native code on the processor, or LibTorch on one of its devices.
struct BackendTime {
    std::string backend;  ///< native or torch
    std::string device;   ///< cpu, cuda:0, ...
    std::string name;     ///< what the device's maker calls it
    double seconds = 0;   ///< for losses and gradients of all rows
    std::string problem;  ///< why it has no time, where it has none
};

struct BackendChoice {
    std::string backend, device;
    std::string because;  ///< a sentence with the times
    std::vector<BackendTime> times;
};

/// One loss and gradient of the rows with each back end that there is and that `backend` (auto, native, torch) and `device`
/// (auto, cpu, cuda, cuda:n) allow, and the fastest of them. The native time is that of the first row, on `threads` threads.
/// Where one alone is allowed nothing is measured. Throws ArgumentError for a device that is not there, and for torch where
/// LibTorch is not.
BackendChoice choose_backend(std::span<const PreparedData* const> windows, std::span<const BatchRow> rows,
                             const Eigen::Vector3d& masses, const Eigen::VectorXd& correction, const BatchSetup& setup,
                             std::string_view backend, std::string_view device, long threads, std::stop_token stop = {});

/// "2.1 ms", "3.2 s".
std::string seconds_text(double seconds);

}  // namespace syzygy
