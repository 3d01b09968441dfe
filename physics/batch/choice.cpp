#include "physics/batch/choice.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/error.hpp"
#include "core/base/worker_pool.hpp"
#include "physics/backend/backend.hpp"

#include <fmt/format.h>

namespace syzygy {

namespace {

/// LibTorch's devices that are allowed; several GPUs together behind them.
std::vector<ComputeDevice> torch_candidates(const DeviceChoice& wanted, std::string_view backend, std::size_t rows)
{
    if (backend == "native") return {};
    if (backend == "auto" && wanted.kind != DeviceChoice::Kind::cuda && !torch_available()) return {};
    const std::vector<ComputeDevice> present = torch_backend().devices();
    if (wanted.kind != DeviceChoice::Kind::automatic) return {find_device(wanted, present)};
    std::vector<ComputeDevice> candidates = present;
    if (present.size() > 2 && rows > 1) {
        ComputeDevice together{"", "all GPUs", 0};
        for (std::size_t gpu = 1; gpu < present.size(); ++gpu) together.id += (gpu > 1 ? "," : "") + present[gpu].id;
        candidates.push_back(together);
    }
    return candidates;
}

}  // namespace

BackendChoice choose_backend(std::span<const PreparedData* const> windows, std::span<const BatchRow> rows,
                             const Eigen::Vector3d& masses, const Eigen::VectorXd& correction, const BatchSetup& setup,
                             std::string_view backend, std::string_view device, long threads, std::stop_token stop)
{
    const DeviceChoice wanted = parse_device(device);
    const bool on_gpu = wanted.kind == DeviceChoice::Kind::cuda;
    if (on_gpu && backend == "native")
        throw ArgumentError("device", device,
                            "is LibTorch's: the native back end computes on the CPU; take --backend torch or auto");
    const std::vector<ComputeDevice> devices = torch_candidates(wanted, backend, rows.size());
    if (backend == "native" || devices.empty())
        return {"native",
                "cpu",
                backend == "native" ? "the native solver on the CPU, as asked for"
                                    : "the native solver on the CPU: there is no LibTorch to compare it with",
                {}};
    if (devices.size() == 1 && (backend == "torch" || on_gpu))
        return {"torch",
                devices[0].id,
                fmt::format(
                    "LibTorch on {}, {}", devices[0].id == "cpu" ? "the CPU" : devices[0].id,
                    wanted.kind == DeviceChoice::Kind::automatic ? "the only device that it has here" : "as asked for"),
                {}};

    const auto torch_work = [&](const ComputeDevice& candidate) {
        throw_if_stopped(stop);
        BatchSetup there = setup;
        there.device = candidate.id;
        (*make_trajectory_batch(windows, there))(rows, masses, correction, true, stop);
    };
    std::function<void()> native;
    if (backend != "torch")
        native = [&] {
            const auto of_row = [&](std::size_t i) {
                compute_gradient(*windows[rows[i].window], {masses, rows[i].initial_state, correction}, setup.model,
                                 "aca", stop);
            };
            WorkerPool(static_cast<std::size_t>(std::max(threads, 1L))).run(rows.size(), of_row);
        };
    const ChosenDevice chosen = choose_device(devices, static_cast<std::int64_t>(rows.size()), torch_work, native);
    return {chosen.id == "native" ? "native" : "torch", chosen.id == "native" ? "cpu" : chosen.id, chosen.reason,
            chosen.measured};
}

}  // namespace syzygy
