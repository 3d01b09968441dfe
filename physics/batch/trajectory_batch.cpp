#include "physics/batch/trajectory_batch.hpp"

#include "core/base/error.hpp"
#include "physics/backend/backend.hpp"

#include <fmt/format.h>

namespace syzygy {

namespace {

/// Windows are stacked: what is not a number of each must be the same in all.
void check_alike(const PreparedData& first, const PreparedData& other)
{
    const auto robust = [](const PreparedData& data) {
        return std::pair(data.loss.robust(), data.loss.robust_scale());
    };
    const bool alike =
        first.reference == other.reference && robust(first) == robust(other) && first.loss.components() == other.loss.components();
    if (!alike)
        throw ArgumentError(
            "backend", "torch",
            "windows of a batch must be relative to one body, by one robust loss, all with or all without "
            "velocities");
}

}  // namespace

std::unique_ptr<TrajectoryBatch> make_trajectory_batch(std::span<const PreparedData* const> windows,
                                                       const BatchSetup& setup)
{
    validate(solver_options(), setup.model.solver);
    if (windows.empty()) throw ArgumentError("window", "none", "a batch needs at least one window");
    if (setup.model.observe != "dense")
        throw ArgumentError("observe", setup.model.observe,
                            "must be dense with --backend torch: no step is forced there");
    if (asks_more(setup.model.gradient))
        throw ArgumentError("control", setup.model.gradient.control, "is not offered with --backend torch");
    if ((setup.correction.correction == "none") != !setup.model.correction)
        throw ArgumentError("correction", setup.correction.correction, "must be the one that the model has");
    BatchRequest request{setup, windows, {}};
    for (const PreparedData* data : windows) {
        check_alike(*windows.front(), *data);
        request.atol.push_back(absolute_tolerance(setup.model.solver, data->length, data->velocity));
    }
    return torch_backend().trajectory_batch(request);
}

}  // namespace syzygy
