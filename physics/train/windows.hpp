#pragma once

#include "physics/fit/options.hpp"
#include "physics/observations/observations.hpp"

#include <optional>
#include <span>
#include <vector>

namespace syzygy {

/// A trajectory of a training: what is fitted, and what is held out.
struct TrainingTrajectory {
    const Observations* observations;
    Interval fitted;        ///< times of the rows that are fitted, as the observations have them
    PreparedData training;  ///< the rows that are fitted
    PreparedData whole;     ///< these, and the held-out rows after them, from the same first row
    std::size_t held_out;   ///< index in `whole` of the first that is held out; its size where none is

    std::size_t held_out_rows() const { return whole.size() - held_out; }
};

/// Cuts the setup's window (of each trajectory) at the part of its time that `train.validation` leaves. All losses are in
/// the magnitudes of the training part. Throws ArgumentError where either side has too few rows.
std::vector<TrainingTrajectory> split(std::span<const Observations> trajectories, const FitSetup& setup);

/// A stretch of a trajectory that is solved from a state of its own.
struct TrainingWindow {
    std::size_t trajectory;
    PreparedData data;
    std::optional<State> start;  ///< nothing: the trajectory's own initial state, which may be free
};

/// The windows to train on. Without `train.batch_window` one a trajectory, up to its time `ends[i]` (horizons()). Else
/// stretches of that duration, one after the other, each beginning with the row at which the one before ends; a window that
/// is not the first of its trajectory begins at the state of its first row: as observed where the row holds it whole, else
/// estimated from the rows around it (states_at), and that is held. w(t) counts from a window's own start.
std::vector<TrainingWindow> windows_of(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                                       std::span<const double> ends);

/// Ends of the growing horizon in each trajectory's own time, the last being that of its training part; as many for each.
std::vector<std::vector<double>> horizons(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                                          std::size_t unknowns);

}  // namespace syzygy
