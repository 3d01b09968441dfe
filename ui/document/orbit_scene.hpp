#pragma once

#include "physics/model/solution.hpp"
#include "physics/observations/observations.hpp"

#include <Eigen/Core>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace syzygy {

/// What positions are drawn relative to: -1 as the data have them, 0..2 that body, 3 the centre of mass.
enum class Frame : int { data = -1, body_1 = 0, body_2 = 1, body_3 = 2, centre_of_mass = 3 };

/// Points in the length units of the data, relative to `OrbitScene::centre`, in single precision for the GPU.
using ScenePoints = std::vector<Eigen::Vector3f>;

/// What the orbit view draws of one solution, made on the solver's thread: no view walks a trajectory. Immutable.
struct OrbitScene {
    std::shared_ptr<const Solution> solution;
    Frame frame = Frame::data;
    Eigen::Vector3d centre = Eigen::Vector3d::Zero();  ///< subtracted from all points
    double radius = 1;                                 ///< of a sphere about `centre` that holds what is drawn

    /// Predicted curves: one point a body at each of `curve_times`, the first `window_points` of them in the window.
    std::vector<double> curve_times;  ///< as the data have them
    std::array<ScenePoints, 3> curves;
    std::size_t window_points = 0;

    /// Observed points: at most `max_observed` a body, each `observed_stride`-th where there are more.
    std::array<ScenePoints, 3> observed;
    std::array<ScenePoints, 3> observed_sigma;               ///< one-sigma errors by axis; empty where none are known
    std::array<std::vector<std::uint32_t>, 3> observed_row;  ///< row of the observations that a point came from
    std::array<std::size_t, 3> observed_in_window{};         ///< how many points come first that lie in the window
    std::size_t observed_stride = 1;

    /// The true curves, where the truth is known; as `curves`, at their own times.
    std::array<ScenePoints, 3> truth;

    /// Checkpoints: the accepted steps' ends in the window, and log10 of the size of the step that begins there.
    std::array<ScenePoints, 3> beads;
    std::vector<double> bead_times;
    std::vector<float> bead_log_step;
    std::vector<float> bead_share;  ///< of the loss error, signed: of the steps from there to the next; empty: not estimated
    std::size_t bead_stride = 1;

    /// Positions of the three bodies in the scene at a time as the data have it, and their velocities, in the velocity
    /// units of the data and relative to the frame.
    std::array<Eigen::Vector3f, 3> positions_at(double time) const;
    std::array<Eigen::Vector3f, 3> velocities_at(double time) const;
    /// Positions in the frame, not relative to `centre`, and velocities in full precision.
    std::array<Eigen::Vector3d, 3> exact_positions_at(double time) const;
    std::array<Eigen::Vector3d, 3> exact_velocities_at(double time) const;
    /// Accelerations by the correction, relative to the frame; zero where the model has none.
    std::array<Eigen::Vector3d, 3> corrections_at(double time) const;
};

/// What a scene is asked for.
struct SceneRequest {
    std::shared_ptr<const Solution> solution;
    std::shared_ptr<const Observations> observations;
    std::shared_ptr<const Trajectory<State>> truth;  ///< counted from `truth_epoch`; null: unknown
    double truth_epoch = 0;
    Eigen::Vector3d truth_masses = Eigen::Vector3d::Zero();
    Frame frame = Frame::data;
    std::size_t max_curve_points = 20'000;  ///< a body
    std::size_t max_observed = 4'000;       ///< a body
    std::size_t max_beads = 2'000;
};

OrbitScene make_orbit_scene(const SceneRequest& request);

}  // namespace syzygy
