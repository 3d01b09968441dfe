#pragma once

#include "core/ode/trajectory.hpp"
#include "physics/bodies/bodies.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/model/encounters.hpp"
#include "physics/observations/observations.hpp"

#include <stop_token>

namespace syzygy {

struct SimulateOptions {
    double t0 = 0, t1 = 0;
    long samples = 1000;      ///< equidistant from t0 to t1, both included
    bool velocities = false;  ///< velocities in every row, not in the first only
    double noise = 0;         ///< one-sigma error added to positions, and written as their error
    std::string series;       ///< further columns: "rv1:Keck,rv3" (observations/series.hpp)
    double series_noise = 0;  ///< one-sigma error added to them, each in its unit, and written as their error
    long seed = 1;            ///< of the noise
    double separation = 0;    ///< end where two bodies come this close; 0: do not
};

const OptionList<SimulateOptions>& simulate_options();

struct Simulation {
    Outcome outcome;
    double t;                          ///< where the solve ended
    State state;
    SolveCounts counts;
    double energy_error;               ///< relative, largest over the accepted steps
    std::vector<Encounter> encounters; ///< in order of time
    Observations samples;              ///< up to where the solve ended
    double seconds;
};

/// Solves a system, under a correction where one is given, from t0 to t1 and samples it.
Simulation simulate(const ThreeBodySystem& system, const SimulateOptions& options, const SolverOptions& solver,
                    std::stop_token stop = {}, const CorrectionAt& correction = {});

/// The magnitudes of the system and of the solve, for a correction that no fit has made. The data that a solve makes begin at
/// the earlier one of t0 and t1: there is the epoch, unless the options name a time.
CorrectionContext correction_context(const ThreeBodySystem& system, const SimulateOptions& options,
                                     const CorrectionOptions& correction);

/// Reads a system file: {"units": "G=1" or {"length": "1 au", ...}, "bodies": [{"name", "mass", "position": [3],
/// "velocity": [3]} x3]}. Throws InputError naming the place and the remedy.
ThreeBodySystem read_system(const std::filesystem::path& file);

}  // namespace syzygy
