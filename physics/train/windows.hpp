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
    Interval fitted;        ///< times of the rows that are fitted, as in the observations
    PreparedData training;  ///< the rows that are fitted
    PreparedData whole;     ///< the fitted rows and the held-out rows after them, from the same first row
    std::size_t held_out;   ///< index in `whole` of the first held-out row; the size of `whole` if there is none

    std::size_t held_out_rows() const { return whole.size() - held_out; }
};

/// Splits the setup's window (of each trajectory) in time: the last share `train.validation` is held out. All losses use the
/// magnitudes of the training part. Throws ArgumentError if either part has too few rows.
std::vector<TrainingTrajectory> split(std::span<const Observations> trajectories, const FitSetup& setup);

/// A stretch of a trajectory that is solved from a state of its own.
struct TrainingWindow {
    std::size_t trajectory;
    PreparedData data;
    std::optional<State> start;  ///< nothing: the trajectory's own initial state, which may be free
};

/// The windows to train on. Without `train.batch_window`, one for each trajectory, up to the trajectory's time `ends[i]`
/// (horizons()). Else stretches of that duration, one after the other, each beginning with the row at which the previous one
/// ends; a window that is not the first of its trajectory begins at the state of its first row: as observed if the row holds
/// the whole state, else estimated from the rows around it (states_at); this state is held. w(t) counts from a window's own
/// start.
std::vector<TrainingWindow> windows_of(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                                       std::span<const double> ends);

/// Ends of the growing horizon in each trajectory's own time, the last being the end of the training part; the same number
/// for each trajectory.
std::vector<std::vector<double>> horizons(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                                          std::size_t unknowns);

}  // namespace syzygy
