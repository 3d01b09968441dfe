// The table that ui/views/view.hpp declares. It stands with the window, since its rows name views of several folders.
#include "ui/views/view.hpp"

#include "core/base/error.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/correction/correction_views.hpp"
#include "ui/orbit/orbit_view.hpp"
#include "ui/panels/numbers_view.hpp"
#include "ui/views/plots.hpp"

#include <array>

namespace syzygy {
namespace {

constexpr std::array<ViewInfo, 26> table{{
    {"orbit", "Orbits", "The bodies in space: observed, predicted and true, with checkpoints and initial velocities.",
     Workspace::fit, ViewPlace::centre, make_orbit_view},
    {"step-size", "Step size", "Sizes of the solver's steps over time, with the attempts that were rejected.",
     Workspace::fit, ViewPlace::below_left, make_step_size_view},
    {"checkpoints", "Checkpoints", "The states kept for the gradient, coloured by step size, and the bytes they take.",
     Workspace::fit, ViewPlace::below_left, make_checkpoints_view},
    {"error", "Error", "Local error of each step over the tolerance; above one a step is rejected.",
     Workspace::fit, ViewPlace::below_left, make_error_view},
    {"residuals", "Residuals", "Predicted minus observed positions of each body, with the one-sigma band of the data.",
     Workspace::fit, ViewPlace::below_middle, make_residuals_view},
    {"radial-velocity", "Velocities",
     "Radial velocities that instruments read, less their offsets, on the model's curve; predicted minus observed below.",
     Workspace::fit, ViewPlace::below_middle, make_radial_velocity_view},
    {"drift", "Drift", "Relative change of energy, momentum and angular momentum along the solve, and without the correction.",
     Workspace::fit, ViewPlace::below_middle, make_drift_view},
    {"distances", "Distances", "Distance of each pair over time, with the closest approach.", Workspace::fit, ViewPlace::below_middle,
     make_distances_view},
    {"numbers", "Numbers", "What the solve and the fit took and found: counts, times, masses with errors, warnings.",
     Workspace::fit, ViewPlace::below_right, make_numbers_view},
    {"loss", "Loss", "The loss over the iterations of the fit.", Workspace::fit, ViewPlace::below_right, make_loss_view},
    {"masses", "Masses", "The masses over the iterations of the fit, with their errors and, where known, the truth.",
     Workspace::fit, ViewPlace::below_right, make_masses_view},
    {"correlation", "Correlation", "How the errors of the fitted parameters hang together.", Workspace::fit, ViewPlace::below_right,
     make_correlation_view},

    {"correction-force", "Correction force",
     "How strongly the correction pulls each pair together over their distance, and where the data say so.", Workspace::fit,
     ViewPlace::right, make_correction_force_view},
    {"correction-share", "Correction share", "Size of the correction beside Newton's acceleration of each body.",
     Workspace::fit, ViewPlace::right, make_correction_share_view},
    {"training", "Training", "Loss of a training and of the part held out over its epochs, with the learning rate.",
     Workspace::fit, ViewPlace::right, make_training_view},
    {"ablation", "Justified?", "The same fit without its correction, side by side, and whether that is worth its parameters.",
     Workspace::fit, ViewPlace::right, make_ablation_view},

    {"compare-reverse", "Reverse trajectory",
     "The state as each method has it on its way back, over the forward trajectory: what drifts off is seen.",
     Workspace::compare, ViewPlace::centre, make_compare_reverse_view},
    {"compare-gradients", "Gradients",
     "The gradient of each method beside the reference: arrows on the initial velocities, bars on the parameters.",
     Workspace::compare, ViewPlace::right, make_compare_gradients_view},
    {"compare-drift", "Drift on the way back", "Distance of each method's reverse trajectory from the forward one.",
     Workspace::compare, ViewPlace::right, make_compare_drift_view},
    {"compare-player", "Player",
     "The backward sweep step by step: checkpoints kept and loaded, what is recomputed, held and thrown away.",
     Workspace::compare, ViewPlace::below_left, make_compare_player_view},
    {"compare-memory", "Memory", "Bytes that each method holds, while it goes forward and on its way back.",
     Workspace::compare, ViewPlace::below_left, make_compare_memory_view},
    {"compare-table", "Table", "Every run with its error, seconds, evaluations, bytes and depth.", Workspace::compare,
     ViewPlace::below_left, make_compare_table_view},
    {"compare-precision", "Work-precision", "Error of the gradient against what it took; a mark a tolerance.",
     Workspace::compare, ViewPlace::below_right, make_compare_precision_view},
    {"compare-horizon", "Horizon", "Error of the gradient against the length of the interval.", Workspace::compare,
     ViewPlace::below_right, make_compare_horizon_view},
    {"compare-steps", "Memory against steps", "Bytes held at most against accepted steps.", Workspace::compare,
     ViewPlace::below_right, make_compare_steps_view},
    {"compare-evaluations", "Evaluations", "What each method evaluates: forward, backward, and derivatives.",
     Workspace::compare, ViewPlace::below_right, make_compare_evaluations_view},
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
