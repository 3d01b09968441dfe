#pragma once

#include "physics/observations/series.hpp"
#include "physics/time/epoch.hpp"
#include "physics/units/units.hpp"

#include <Eigen/Core>

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// Nine numbers for each observation time: body 1 x y z, body 2 x y z, body 3 x y z.
using ObservedTable = Eigen::Matrix<double, 9, Eigen::Dynamic>;

/// What positions and times refer to, as far as the file says.
struct ReferenceSystem {
    std::optional<Epoch> epoch;  ///< of t = 0, in TDB unless `time_scale` is another
    std::string time_scale;      ///< of the times as they are kept: "TDB"; "" if unknown
    std::string centre;          ///< the origin: "Solar System Barycenter (0)"
    std::string frame;           ///< the axes: "Ecliptic of J2000.0"
    /// "" for geometric states or if unknown; otherwise the correction: "LT corrected", "LT+S corrected". Such states give
    /// where the bodies are seen, each at a different moment, and not where they are.
    std::string aberration;

    bool operator==(const ReferenceSystem&) const = default;
};

/// Observed trajectories of three bodies. nan marks what was not observed.
struct Observations {
    std::string source;  ///< the file or files that they were read from, for messages; "" if from no file
    std::string name;
    UnitSystem units;
    std::array<std::string, 3> bodies{"body 1", "body 2", "body 3"};

    /// The truth if the file states it: shown, never used by a fit.
    std::optional<Eigen::Vector3d> true_masses;

    /// The body (0..2) that positions are to be taken relative to, if the file says so.
    std::optional<int> relative_to;

    ReferenceSystem reference;

    std::vector<double> times;       ///< N times, never decreasing, in the unit system's time
    ObservedTable positions;         ///< 9 x N
    ObservedTable velocities;        ///< 9 x N, or 9 x 0 if the file has no velocity
    ObservedTable position_sigmas;   ///< one-sigma errors, 9 x N, or 9 x 0 if not given
    ObservedTable velocity_sigmas;   ///< 9 x N, or 9 x 0

    std::vector<ObservedSeries> series;  ///< what instruments read besides positions and velocities, in `units`

    /// What the loader had to repair or leave out, one sentence each (rows sorted, epochs dropped).
    std::vector<std::string> notes;

    std::size_t size() const { return times.size(); }
    bool has_velocities() const { return velocities.cols() > 0; }
    /// True if a number of a position was observed.
    bool has_positions() const { return positions.array().isFinite().any(); }

    /// True if the first row holds all 18 numbers of an initial state.
    bool has_initial_state() const;

    /// The name of the observations in messages: the files, else the name, else "the data".
    std::string called() const;
};

/// A file in memory: what every parser reads, so that parsers never touch the disk.
struct SourceText {
    std::string file;  ///< for messages
    std::string text;
};

/// The names of the files, for messages: "a.txt, b.txt, c.txt".
std::string files_text(std::span<const SourceText> sources);

/// Reads one file with three bodies, or three files of one body each in the order of the bodies, with the first loader of the
/// table (loaders.hpp) that recognises it. "-" reads standard input. Throws InputError with file, line, column, value and
/// remedy; Cancelled if stopped.
Observations load_observations(std::span<const std::filesystem::path> files, std::stop_token stop = {});

}  // namespace syzygy
