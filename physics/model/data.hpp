#pragma once

#include "core/ode/options.hpp"
#include "physics/model/loss.hpp"
#include "physics/model/missing_errors.hpp"
#include "physics/model/options.hpp"
#include "physics/observations/observations.hpp"

namespace syzygy {

/// Observations prepared for a loss: cut to the window, relative to the reference body, weighted.
struct PreparedData {
    TrajectoryLoss loss;
    UnitSystem units;
    std::array<std::string, 3> bodies;
    double epoch;             ///< first time of the window, as in the data; all other times here count from the epoch,
                              ///< since the equations do not depend on time and small numbers resolve time more finely
    double t0, t1;            ///< first and last time of the window: 0 and its length
    State first_row;          ///< observed state at t0; nan where missing
    int reference = -1;       ///< body that positions are relative to; -1: none
    bool sigmas_known;        ///< errors of the counted numbers are given, by data or `sigma`; `missing` stands in for some
    /// Magnitudes of the data, per component: rms distance of the bodies from their mean, and rms of the velocities. All that
    /// the rows hold is used, be it one body or three: positions that a row lacks are interpolated.
    double length, velocity;
    MissingErrors missing;    ///< what stands in for errors that are not given
    Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> estimated;  ///< components x K: where `missing` stands in; empty: nowhere
    double first_time = 0;    ///< of all observations, whatever the window, as in the data
    std::vector<ObservedSeries> series{};  ///< the channels of the loss, in the loss's order, without values
    Eigen::MatrixXd stated_variances{};    ///< of the series, channels x K: squares of the stated errors; 0: no error is stated
    bool lacks_errors = false;             ///< positions or velocities count in addition to series and have no errors
    ObservedTable velocities{};  ///< 9 x K as in the data, whether or not they count; nan: missing; no columns: none observed

    std::span<const double> times() const;
    std::size_t size() const { return times().size(); }
    /// True if the error of a counted number is not given.
    bool is_estimated(int component, std::size_t k) const
    {
        return estimated.size() > 0 && estimated(component, static_cast<Eigen::Index>(k));
    }
    /// The unit of the loss: optimisers work on loss / loss_unit(), so that their criteria have no dimension. The square of
    /// the data's length if no errors are known, since the loss is then a sum of squared lengths; else 1.
    double loss_unit() const { return sigmas_known ? 1 : length * length; }
    /// Time t as in the data.
    double absolute(double t) const { return epoch + t; }

    /// Only the rows first .. last - 1, with the magnitudes and the estimated errors of these data; at least one row. Times
    /// count from the first of these rows. If first > 0 and positions are relative, first_row has no positions.
    PreparedData rows(std::size_t first, std::size_t last) const;
    /// The rows up to time t.
    PreparedData up_to(double t) const;
};

/// Cuts the observations to the window and weights them. `missing`, if given (by a fit, say), stands in for missing errors;
/// else missing_errors of these observations does. Throws ArgumentError for an empty window, an unknown body, options out of
/// range, and positions that are all the same and so have no magnitude.
PreparedData prepare(const Observations& observations, const DataOptions& options, RobustLoss robust = RobustLoss::none,
                     double robust_scale = 1, const MissingErrors* missing = nullptr);

/// Throws ArgumentError if a loss of the data would add numbers in different units: series count in units of their errors, so
/// positions and velocities that count with series need errors as well, and a series without errors needs a jitter.
void require_comparable(const PreparedData& data);

/// The observed positions as they are compared, 9 x K: relative to the reference body, which stands at 0; nan where not
/// observed.
Eigen::MatrixXd compared_positions(const PreparedData& data);

/// Index 0..2 of a body given by number (1..3) or name, in any letter case if that is unambiguous. Throws
/// ArgumentError(option, ...) listing the bodies.
int find_body(const std::array<std::string, 3>& bodies, std::string_view text, std::string_view option);

/// First and last time of the options' window. Throws ArgumentError("window", ...) unless the last time is the later one.
std::pair<double, double> window_of(const Observations& observations, const DataOptions& options);

/// rtol times the magnitude of positions (rows 0..8) and of velocities (rows 9..17), unless `options.atol` says
/// otherwise: one number for all, two for positions and velocities, or 18.
State absolute_tolerance(const SolverOptions& options, double length, double velocity);

/// Magnitudes of a system's positions (about their mean) and velocities, both above zero: bodies at rest get the velocity
/// that corresponds to their potential energy.
std::pair<double, double> magnitudes(const UnitSystem& units, const Eigen::Vector3d& masses, const State& state);

/// Magnitude of the masses: their mean; if no mass is above zero, a third of the mass that would hold bodies of this velocity
/// at this length.
double mass_magnitude(const UnitSystem& units, const Eigen::Vector3d& masses, double length, double velocity);

}  // namespace syzygy
