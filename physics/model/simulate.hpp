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
    bool velocities = false;  ///< velocities in every row, not only in the first
    double noise = 0;         ///< one-sigma error added to positions, and written as their error
    std::string series;       ///< further columns: "rv1:Keck,rv3" (observations/series.hpp)
    double series_noise = 0;  ///< one-sigma error added to these columns, each in its unit, and written as their error
    long seed = 1;            ///< of the noise
    double separation = 0;    ///< end when two bodies come this close; 0: do not
};

const OptionList<SimulateOptions>& simulate_options();

struct Simulation {
    Outcome outcome;
    double t;                          ///< time at which the solve ended
    State state;
    SolveCounts counts;
    double energy_error;               ///< relative, largest over the accepted steps
    std::vector<Encounter> encounters; ///< in order of time
    Observations samples;              ///< up to the time at which the solve ended
    double seconds;
};

/// Solves a system from t0 to t1, under a correction if one is given, and samples the solution.
Simulation simulate(const ThreeBodySystem& system, const SimulateOptions& options, const SolverOptions& solver,
                    std::stop_token stop = {}, const CorrectionAt& correction = {});

/// The magnitudes of the system and of the solve, for a correction that no fit has made. The data that a solve makes begin at
/// the earlier of t0 and t1: this time is the epoch, unless the options name another.
CorrectionContext correction_context(const ThreeBodySystem& system, const SimulateOptions& options,
                                     const CorrectionOptions& correction);

/// Reads a system file: {"units": "G=1" or {"length": "1 au", ...}, "bodies": [{"name", "mass", "position": [3],
/// "velocity": [3]} x3]}. Throws InputError naming the place and the remedy.
ThreeBodySystem read_system(const std::filesystem::path& file);

}  // namespace syzygy
