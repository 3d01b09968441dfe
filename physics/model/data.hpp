#pragma once

#include "core/ode/options.hpp"
#include "physics/model/loss.hpp"
#include "physics/model/options.hpp"
#include "physics/observations/observations.hpp"

#include <variant>

namespace syzygy {

/// Observations as a loss wants them: the window cut out, relative to the reference body, weighted.
struct PreparedData {
    std::variant<TrajectoryLoss<9>, TrajectoryLoss<18>> loss;
    UnitSystem units;
    std::array<std::string, 3> bodies;
    double epoch;             ///< first time of the window, as the data have it; all other times here count from it,
                              ///< since the equations know no time and small numbers carry more of it
    double t0, t1;            ///< first and last time of the window: 0 and its length
    State first_row;          ///< observed state at t0; nan where missing
    int reference = -1;       ///< body that positions are relative to; -1: none
    bool sigmas_known;        ///< errors of positions are given, by the data or by `sigma`
    bool velocity_sigmas_known;  ///< errors of velocities are given
    double length, velocity;  ///< magnitudes of the data: rms distance of the bodies from their mean, and of the velocities
    double first_time = 0;    ///< of all observations, whatever the window, as the data have it

    std::span<const double> times() const;
    std::size_t size() const { return times().size(); }
    /// A time as the data have it.
    double absolute(double t) const { return epoch + t; }
};

/// Cuts and weighs. Throws ArgumentError for an empty window, an unknown body, options out of range.
PreparedData prepare(const Observations& observations, const DataOptions& options, RobustLoss robust = RobustLoss::none,
                     double robust_scale = 1);

/// Index 0..2 of a body given by number (1..3) or name, regardless of letter case where that is unambiguous. Throws ArgumentError(option, ...) listing the bodies.
int find_body(const std::array<std::string, 3>& bodies, std::string_view text, std::string_view option);

/// "t0:t1" as two times; blank sides give `lowest` and `highest`. Throws ArgumentError("window", ...).
std::pair<double, double> parse_window(std::string_view text, double lowest, double highest);

/// rtol times the magnitude of positions (rows 0..8) and of velocities (rows 9..17), unless `options.atol` says
/// otherwise: one number for all, two for positions and velocities, or 18.
State absolute_tolerance(const SolverOptions& options, double length, double velocity);

/// Magnitudes of a system's positions (about their mean) and velocities, both above zero: bodies at rest get the
/// velocity that their potential energy is worth.
std::pair<double, double> magnitudes(const UnitSystem& units, const Eigen::Vector3d& masses, const State& state);

}  // namespace syzygy
