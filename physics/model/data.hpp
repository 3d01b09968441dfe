#pragma once

#include "core/ode/options.hpp"
#include "physics/model/loss.hpp"
#include "physics/model/missing_errors.hpp"
#include "physics/model/options.hpp"
#include "physics/observations/observations.hpp"

namespace syzygy {

/// Observations as a loss wants them: the window cut out, relative to the reference body, weighted.
struct PreparedData {
    TrajectoryLoss loss;
    UnitSystem units;
    std::array<std::string, 3> bodies;
    double epoch;             ///< first time of the window, as the data have it; all other times here count from it,
                              ///< since the equations know no time and small numbers carry more of it
    double t0, t1;            ///< first and last time of the window: 0 and its length
    State first_row;          ///< observed state at t0; nan where missing
    int reference = -1;       ///< body that positions are relative to; -1: none
    bool sigmas_known;        ///< errors of what counts are given, by the data or by `sigma`; `missing` stands in for some
    /// Magnitudes of the data, a component: rms distance of the bodies from their mean, and rms of the velocities. Of what
    /// the rows hold, one body or three: positions that a row lacks are interpolated.
    double length, velocity;
    MissingErrors missing;    ///< what stands in for errors that are not given
    Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> estimated;  ///< components x K: where it does; empty: nowhere
    double first_time = 0;    ///< of all observations, whatever the window, as the data have it
    std::vector<ObservedSeries> series{};  ///< the channels of the loss, in their order, without values
    Eigen::MatrixXd stated_variances{};    ///< of the series, channels x K: their errors as stated, squared; 0: none are
    bool lacks_errors = false;             ///< positions or velocities count beside series and have no errors
    ObservedTable velocities{};  ///< observed ones, 9 x K as the data have them, whether they count or not; nan: missing; no columns: none

    std::span<const double> times() const;
    std::size_t size() const { return times().size(); }
    /// True where a counted number's error is not given.
    bool is_estimated(int component, std::size_t k) const
    {
        return estimated.size() > 0 && estimated(component, static_cast<Eigen::Index>(k));
    }
    /// What one unit of a dimensionless loss is: optimisers work on loss / loss_unit(), so that their criteria have no
    /// dimension. Squares of the data's length where no errors are known, and the loss is a sum of squared lengths; else 1.
    double loss_unit() const { return sigmas_known ? 1 : length * length; }
    /// A time as the data have it.
    double absolute(double t) const { return epoch + t; }

    /// The rows first .. last - 1 alone, in the magnitudes and with the estimated errors of these data; one row at least.
    /// Their times count from the first of them. If first > 0 and positions are relative, first_row has no positions.
    PreparedData rows(std::size_t first, std::size_t last) const;
    /// The rows up to time t.
    PreparedData up_to(double t) const;
};

/// Cuts and weighs. `missing`, where given, stands in for missing errors (of a fit, say); else missing_errors of these
/// observations does. Throws ArgumentError for an empty window, an unknown body, options out of range, and positions that
/// are all the same and so have no magnitude.
PreparedData prepare(const Observations& observations, const DataOptions& options, RobustLoss robust = RobustLoss::none,
                     double robust_scale = 1, const MissingErrors* missing = nullptr);

/// Throws ArgumentError if a loss of the data would add what is not in the same units: series count in units of their errors, so
/// positions and velocities beside them need errors as well, and a series without errors needs a jitter.
void require_comparable(const PreparedData& data);

/// The observed positions as they are compared, 9 x K: relative to the reference body, which stands at 0; nan where not
/// observed.
Eigen::MatrixXd compared_positions(const PreparedData& data);

/// Index 0..2 of a body given by number (1..3) or name, regardless of letter case where that is unambiguous. Throws
/// ArgumentError(option, ...) listing the bodies.
int find_body(const std::array<std::string, 3>& bodies, std::string_view text, std::string_view option);

/// First and last time of the options' window. Throws ArgumentError("window", ...) unless the last is the later one.
std::pair<double, double> window_of(const Observations& observations, const DataOptions& options);

/// rtol times the magnitude of positions (rows 0..8) and of velocities (rows 9..17), unless `options.atol` says
/// otherwise: one number for all, two for positions and velocities, or 18.
State absolute_tolerance(const SolverOptions& options, double length, double velocity);

/// Magnitudes of a system's positions (about their mean) and velocities, both above zero: bodies at rest get the
/// velocity that their potential energy is worth.
std::pair<double, double> magnitudes(const UnitSystem& units, const Eigen::Vector3d& masses, const State& state);

/// Magnitude of the masses: their mean; where there is none above zero, a third of what would hold bodies of this
/// velocity at this length.
double mass_magnitude(const UnitSystem& units, const Eigen::Vector3d& masses, double length, double velocity);

}  // namespace syzygy
