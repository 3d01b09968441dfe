#pragma once

#include "physics/guess/tracks.hpp"
#include "physics/model/gradient.hpp"

#include <functional>
#include <stop_token>
#include <vector>

namespace syzygy {

/// The problem of multiple shooting, apart from the data.
struct ShootingProblem {
    ModelOptions model;                                   ///< Newton alone: no correction
    std::array<bool, 3> mass_free{true, true, true};
    Eigen::Vector3d lower = Eigen::Vector3d::Zero();      ///< bounds of the masses
    Eigen::Vector3d upper = Eigen::Vector3d::Constant(std::numeric_limits<double>::infinity());
    std::array<bool, 18> held{};                          ///< components of the initial state that are held
    State initial_state = State::Zero();                  ///< their values; for the reference body, its own state
    /// What is known of the masses beforehand: mean, and 1/sigma (0: nothing known).
    Eigen::Vector3d prior = Eigen::Vector3d::Zero(), prior_weight = Eigen::Vector3d::Zero();
    double closed = 1e-12;  ///< weight of the gaps at the end: how large a gap counts as one sigma, relative to the data's size
    long iterations = 120;
};

/// Where multiple shooting starts: masses and the states at the nodes.
struct ShootingStart {
    Eigen::Vector3d masses;
    std::vector<std::size_t> rows;  ///< of the nodes, ascending
    std::vector<State> states;      ///< at the nodes; relative to the reference body if there is one
    std::size_t end = 0;            ///< the rows from the first node up to, but without, this row are used
};

/// How multiple shooting ended.
struct ShootingResult {
    Outcome outcome;               ///< converged: the arcs join; no_progress and others: they do not
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
    std::vector<State> states;     ///< at the nodes, as in the start
    double misfit = 0;             ///< rms of the residuals in units of their errors (stated, or of the tracks' noise)
    double gap = 0;                ///< largest gap between arcs, relative to the data's length and velocity
    long iterations = 0;
};

/// Rows of the data at which arcs begin: an arc is so short that no pair turns (or changes the logarithm of its distance)
/// by more than about `turn` radians in it; at most `most` arcs.
std::vector<std::size_t> shooting_nodes(const PreparedData& data, std::span<const double> turns, double turn = 1.2,
                                        std::size_t most = 160);

/// How far the fastest pair turns (or changes the logarithm of its distance) from each row to the next, radians.
std::vector<double> row_turns(const PreparedData& data, const Tracks& tracks);

/// States at rows, solved from the state at row `from` on: forward to the row before `end`, or backward to row `end`. The
/// first state is at the row next to `from`; there are fewer states if the solve does not reach the end.
std::vector<State> follow(const PreparedData& data, const ModelOptions& model, const Eigen::Vector3d& masses, const State& state,
                          std::size_t from, std::size_t end, std::stop_token stop);

/// Fits masses and orbit by multiple shooting (Bock, in: Deuflhard, Hairer (eds.), Numerical Treatment of Inverse Problems in
/// Differential and Integral Equations, 95 (1983)): states at nodes are unknowns, each arc is integrated from its own node
/// with its sensitivities, and the gaps between arcs count with a weight that grows until they are closed. Each step is a
/// Levenberg-Marquardt step; its least-squares problem is solved by orthogonal elimination from node to node (the square-root
/// information smoother; Bierman, Factorization Methods for Discrete Sequential Estimation (1977), chapter V). `report`, if
/// given, is called after each step.
ShootingResult shoot(const PreparedData& data, const Tracks& tracks, const ShootingProblem& problem, const ShootingStart& start,
                     std::stop_token stop, const std::function<void(const ShootingResult&)>& report = {});

}  // namespace syzygy
