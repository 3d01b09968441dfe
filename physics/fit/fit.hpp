#pragma once

#include "core/base/control.hpp"
#include "physics/fit/options.hpp"
#include "physics/fit/result.hpp"
#include "physics/observations/observations.hpp"

#include <functional>
#include <span>
#include <vector>

namespace syzygy {

/// One iteration, as histories and plots show it. Iterations count anew in each stage.
struct FitRecord {
    long stage = 0, iteration = 0;
    double loss = 0;
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
};

/// Where a fit stands: all that is needed to go on as if it had never stopped.
struct FitState {
    std::size_t arc = 0;         ///< of the growing arcs
    long stage = 0;              ///< runs of the optimiser before this one
    bool boxed = true;           ///< masses are held within a factor of where the stage began
    std::vector<double> centre;  ///< x where the stage began
    OptimizerState optimizer;    ///< empty x: not begun
    std::vector<FitRecord> history;
    double seconds = 0;  ///< spent so far
    std::vector<double> noise_factors;  ///< MissingErrors::factor, common and jitter, where estimated already
    long noise_rounds = 0;              ///< times that the fit was repeated under other scales of missing errors
    bool finished = false;
    Outcome outcome;              ///< of a finished fit
    std::vector<double> start{};  ///< masses and state from which the unknowns count; empty: not begun
    std::string search{};         ///< how a start was looked for, in a sentence; empty: it was not
    std::size_t rows = 0;         ///< rows of the window that the orbit can be followed through; 0: all
};

/// What a callback sees after each iteration. Values only; the last good point.
struct FitSnapshot {
    std::size_t arc = 0, arcs = 1;
    double arc_end = 0;
    long iteration = 0;
    double loss = 0;
    ModelPoint point;
    std::string search{};  ///< where a search for a start stands; empty: none runs. During one `loss` is nan, and `point` has
                           ///< the masses that are tried
};

/// Called after every iteration and every step of a search from the thread of the fit, with the state to save.
using FitCallback = std::function<void(const FitSnapshot&, const FitState&)>;

/// Where a fit of the setup begins on these data: guesses, first row and the user's own numbers. Throws ArgumentError
/// where there is no such point; `notes` gets what was guessed.
ModelPoint fit_start(const PreparedData& data, const FitSetup& setup, std::vector<std::string>& notes, std::stop_token stop = {});

/// The observations that a fit of the setup sees. `missing`, where given, stands in for missing errors; else what a fit
/// begins with does.
PreparedData fit_data(const Observations& observations, const FitSetup& setup, const MissingErrors* missing = nullptr);
/// The same with the scales of errors that a fit has estimated (FitState::noise_factors); empty, or of other data: as above.
PreparedData fit_data(const Observations& observations, const FitSetup& setup, std::span<const double> noise_factors);

/// Fits. Begins afresh where `state` is empty, else goes on from it; leaves it at the last good point whatever the
/// outcome. Stopping, pausing and resuming go through `control`. Throws ArgumentError for wrong options.
FitResult run_fit(const Observations& observations, const FitSetup& setup, FitState& state, const FitCallback& callback,
                  Control& control);

/// The same from the start, with nobody watching.
FitResult run_fit(const Observations& observations, const FitSetup& setup);

}  // namespace syzygy
