#include "ui/views/view.hpp"

#include "core/base/error.hpp"
#include "ui/orbit/orbit_view.hpp"
#include "ui/panels/numbers_view.hpp"
#include "ui/views/plots.hpp"

#include <array>

namespace syzygy {
namespace {

constexpr std::array<ViewInfo, 11> table{{
    {"orbit", "Orbits", "The bodies in space: observed, predicted and true, with checkpoints and initial velocities.",
     ViewPlace::centre, make_orbit_view},
    {"step-size", "Step size", "Sizes of the solver's steps over time, with the attempts that were rejected.",
     ViewPlace::below_left, make_step_size_view},
    {"checkpoints", "Checkpoints", "The states kept for the gradient, coloured by step size, and the bytes they take.",
     ViewPlace::below_left, make_checkpoints_view},
    {"error", "Error", "Local error of each step over the tolerance; above one a step is rejected.",
     ViewPlace::below_left, make_error_view},
    {"residuals", "Residuals", "Predicted minus observed positions of each body, with the one-sigma band of the data.",
     ViewPlace::below_middle, make_residuals_view},
    {"drift", "Drift", "Relative change of energy, momentum and angular momentum along the solve.",
     ViewPlace::below_middle, make_drift_view},
    {"distances", "Distances", "Distance of each pair over time, with the closest approach.", ViewPlace::below_middle,
     make_distances_view},
    {"numbers", "Numbers", "What the solve and the fit took and found: counts, times, masses with errors, warnings.",
     ViewPlace::below_right, make_numbers_view},
    {"loss", "Loss", "The loss over the iterations of the fit.", ViewPlace::below_right, make_loss_view},
    {"masses", "Masses", "The masses over the iterations of the fit, with their errors and, where known, the truth.",
     ViewPlace::below_right, make_masses_view},
    {"correlation", "Correlation", "How the errors of the fitted parameters hang together.", ViewPlace::below_right,
     make_correlation_view},
}};

}  // namespace

std::span<const ViewInfo> views()
{
    return table;
}

const ViewInfo& find_view(std::string_view id)
{
    for (const ViewInfo& row : table)
        if (row.id == id) return row;
    std::string known;
    for (const ViewInfo& row : table) known += (known.empty() ? "" : ", ") + std::string(row.id);
    throw ArgumentError("view", id, "must be one of " + known);
}

}  // namespace syzygy
