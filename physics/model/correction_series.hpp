#pragma once

#include "physics/corrections/correction.hpp"
#include "physics/units/units.hpp"

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace syzygy {

struct Solution;

/// States along a solve, ascending in time: the ends of the accepted steps and points between them.
struct SampledStates {
    std::vector<double> times;  ///< as the data have them
    std::vector<State> states;
    std::size_t in_window = 0;  ///< the first so many lie in the training window
};

/// At most about `most` states of a solve, window and beyond, closer together where the steps are.
SampledStates sample_states(const Solution& solution, std::size_t most = 1500);

/// How strongly a correction pulls the pairs 1-2, 1-3, 2-3 (the order of body_pairs) together. What is called attraction
/// stands where Newton's law has K1/r^2: acceleration towards the partner over the partner's mass, V/T over a mass;
/// negative where it pushes apart.
struct CorrectionForce {
    /// Along the solve in the window. Of a correction with a law between two bodies, that law at the pair's own velocity;
    /// of another, ((a_i - a_j) . d_ij/|d_ij|) / (m_i + m_j) of its accelerations a, the third body's part among them.
    struct Samples {
        std::vector<double> distance, attraction;
    };
    std::array<Samples, 3> pairs;
    /// The law over distance, from below the least distance to above the largest one: at the pair's masses, without
    /// velocity along the line, at the median of those across it. Empty where the correction has no such law.
    std::vector<double> law_distance;
    std::array<std::vector<double>, 3> law;

    bool has_law() const { return !law_distance.empty(); }
    /// Least and largest distance of a pair (0..2), or of all (-1), in the window: where data say something.
    std::pair<double, double> range(int pair = -1) const;
};

/// The force of a correction along these states, for bodies of these masses. Empty where no state lies in the window.
CorrectionForce correction_force(const SampledStates& along, const CorrectionAt& correction, const Eigen::Vector3d& masses);

/// What a correction does along a solve.
struct CorrectionSeries {
    std::vector<double> times;                 ///< K times as the data have them, window and beyond
    std::size_t in_window = 0;                 ///< the first so many lie in the window
    Eigen::Matrix<double, 9, Eigen::Dynamic> acceleration;  ///< 9 x K, the correction's of the three bodies, V/T
    std::array<std::vector<double>, 3> share;  ///< of each body |correction| / |Newton|; inf where Newton's is 0
    CorrectionForce force;
    std::vector<double> newton_times, newton_energy;  ///< as DriftSeries has them, of the same point without the correction

    /// The correction's accelerations at a time as the data have it, linear between the samples; zero where there are none.
    Eigen::Matrix<double, 9, 1> acceleration_at(double time) const;
    /// The largest of any body in the window.
    double largest_acceleration() const;
};

/// All of it but the drift under Newton alone.
CorrectionSeries make_correction_series(const SampledStates& along, const UnitSystem& units, double softening,
                                        const CorrectionAt& correction, const Eigen::Vector3d& masses);

}  // namespace syzygy
