#pragma once

#include "physics/bodies/correction.hpp"
#include "physics/units/units.hpp"

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace syzygy {

struct Solution;

/// States along a solve, ascending in time: the ends of the accepted steps and points between them.
struct SampledStates {
    std::vector<double> times;  ///< as in the data
    std::vector<State> states;
    std::size_t in_window = 0;  ///< number of leading entries in the training window
};

/// At most about `most` states of a solve, in the window and beyond it; they are closer together where the steps are shorter.
SampledStates sample_states(const Solution& solution, std::size_t most = 1500);

/// How strongly a correction pulls the pairs 1-2, 1-3, 2-3 (the order of body_pairs) together. The attraction takes the place
/// of K1/r^2 in Newton's law: acceleration towards the partner divided by the partner's mass, V/T over a mass; negative if
/// the correction pushes the pair apart.
struct CorrectionForce {
    /// Along the solve in the window. For a correction with a law between two bodies: that law at the pair's own velocity.
    /// For any other correction: ((a_i - a_j) . d_ij/|d_ij|) / (m_i + m_j) with its accelerations a, which include the third
    /// body's effect.
    struct Samples {
        std::vector<double> distance, attraction;
    };
    std::array<Samples, 3> pairs;
    /// The law as a function of distance, from below the smallest distance to above the largest: at the pair's masses, with
    /// zero velocity along the line and the median velocity across it. Empty if the correction has no such law.
    std::vector<double> law_distance;
    std::array<std::vector<double>, 3> law;

    bool has_law() const { return !law_distance.empty(); }
    /// Smallest and largest distance of a pair (0..2), or of all pairs (-1), in the window: the range that the data cover.
    std::pair<double, double> range(int pair = -1) const;
};

/// The force of a correction along these states, for bodies of these masses. Empty if no state lies in the window.
CorrectionForce correction_force(const SampledStates& along, const CorrectionAt& correction, const Eigen::Vector3d& masses);

/// What a correction does along a solve.
struct CorrectionSeries {
    std::vector<double> times;                 ///< K times as in the data, in the window and beyond it
    std::size_t in_window = 0;                 ///< number of leading times in the window
    Eigen::Matrix<double, 9, Eigen::Dynamic> acceleration;  ///< 9 x K, of the three bodies, by the correction alone, V/T
    std::array<std::vector<double>, 3> share;  ///< of each body |correction| / |Newton|; inf if |Newton| is 0
    CorrectionForce force;
    std::vector<double> newton_times, newton_energy;  ///< as in DriftSeries, for the same point without the correction

    /// The correction's accelerations at a time as in the data, interpolated linearly between the samples; zero if there are
    /// no samples.
    Eigen::Matrix<double, 9, 1> acceleration_at(double time) const;
    /// The largest acceleration of any body in the window.
    double largest_acceleration() const;
};

/// The whole series except the drift under Newton's force alone.
CorrectionSeries make_correction_series(const SampledStates& along, const UnitSystem& units, double softening,
                                        const CorrectionAt& correction, const Eigen::Vector3d& masses);

}  // namespace syzygy
