#pragma once

#include "core/base/control.hpp"
#include "physics/fit/options.hpp"
#include "physics/fit/result.hpp"
#include "physics/observations/observations.hpp"

#include <functional>
#include <span>
#include <vector>

namespace syzygy {

/// One iteration, as histories and plots show it. The count of iterations restarts in each stage.
struct FitRecord {
    long stage = 0, iteration = 0;
    double loss = 0;
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
};

/// The state of a fit: all that is needed to go on as if the fit had never stopped.
struct FitState {
    std::size_t arc = 0;         ///< index of the growing arc
    long stage = 0;              ///< runs of the optimiser before this one
    bool boxed = true;           ///< masses are held within a factor of their values at the stage's start
    std::vector<double> centre;  ///< x at the stage's start
    OptimizerState optimizer;    ///< empty x: not begun
    std::vector<FitRecord> history;
    double seconds = 0;  ///< spent so far
    std::vector<double> noise_factors;  ///< MissingErrors::factor, common and jitter, if already estimated
    long noise_rounds = 0;              ///< how often the fit was repeated with other scales of missing errors
    bool finished = false;
    Outcome outcome;              ///< of a finished fit
    std::vector<double> start{};  ///< masses and state from which the unknowns count; empty: not begun
    std::string search{};         ///< how a start was searched for, in a sentence; empty: no search
    std::size_t rows = 0;         ///< rows of the window that the orbit can be followed through; 0: all
};

/// What a callback sees after each iteration. Values only, at the last good point.
struct FitSnapshot {
    std::size_t arc = 0, arcs = 1;
    double arc_end = 0;
    long iteration = 0;
    double loss = 0;
    ModelPoint point;
    std::string search{};  ///< progress of a search for a start; empty: none runs. In a search, `loss` is nan and `point` has
                           ///< the masses being tried
};

/// Called from the fit's thread after every iteration and every step of a search, with the state to save.
using FitCallback = std::function<void(const FitSnapshot&, const FitState&)>;

/// The point at which a fit of the setup begins on these data, from guesses, the first row and the user's own numbers. Throws
/// ArgumentError if there is no such point; `notes` gets what was guessed.
ModelPoint fit_start(const PreparedData& data, const FitSetup& setup, std::vector<std::string>& notes, std::stop_token stop = {});

/// The observations that a fit of the setup sees. `missing`, if given, stands in for missing errors; else the values that a
/// fit begins with do.
PreparedData fit_data(const Observations& observations, const FitSetup& setup, const MissingErrors* missing = nullptr);
/// The same with the scales of errors that a fit has estimated (FitState::noise_factors); if these are empty, or of other
/// data: as above.
PreparedData fit_data(const Observations& observations, const FitSetup& setup, std::span<const double> noise_factors);

/// Fits. Begins afresh if `state` is empty, else goes on from `state`; leaves `state` at the last good point whatever the
/// outcome. `control` stops, pauses and resumes the fit. Throws ArgumentError for wrong options.
FitResult run_fit(const Observations& observations, const FitSetup& setup, FitState& state, const FitCallback& callback,
                  Control& control);

/// The same from the start, without callback or control.
FitResult run_fit(const Observations& observations, const FitSetup& setup);

}  // namespace syzygy
