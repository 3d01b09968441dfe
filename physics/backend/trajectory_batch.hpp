#pragma once

#include "physics/corrections/corrections.hpp"
#include "physics/model/gradient.hpp"

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// What losses and gradients of many trajectories are computed with on LibTorch, and where.
struct BatchSetup {
    ModelOptions model;            ///< with the correction; `observe` dense, and no options of single gradient methods
    CorrectionOptions correction;  ///< that the correction was made from: none, pairwise, external or full
    CorrectionContext context;     ///< and with
    std::string device =
        "cpu";  ///< cpu, cuda, cuda:n; several between commas: each takes its share of the trajectories
    bool single_precision = false;
    long largest_batch = 0;  ///< most trajectories solved at once on a device; 0: as many as there are
};

/// A trajectory of a batch: the data of a window, and where it begins there.
struct BatchRow {
    std::size_t window = 0;  ///< which of the windows
    State initial_state;     ///< at the first time of its data
    double weight = 1;       ///< of its loss in the sum
};

/// Losses of a batch, and the gradient of loss = sum_i weight_i loss_i over the rows that reached their end.
struct BatchResult {
    Outcome outcome;                ///< that of the first which did not reach its end, where there is one
    std::vector<Outcome> outcomes;  ///< one a row
    Eigen::VectorXd losses;         ///< one a row: docs/equations.md, "The loss"; nan where the row did not reach its end
    double loss = 0;
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
    Eigen::Matrix<double, 18, Eigen::Dynamic> initial_states;  ///< a column a row
    Eigen::VectorXd correction;                                ///< as many as the correction has parameters
    long accepted = 0, rejected = 0;                           ///< steps of all rows
    double seconds = 0;
    std::vector<std::string> messages;  ///< what was done about memory that ran out
};

/// Loss and gradient of many trajectories at once, by ACA with each trajectory's own steps: the numbers of
/// compute_gradient(), but for rounding. Holds the windows' data on its devices. Trajectories that do not fit into
/// memory at once are solved in smaller parts: a message says so, nothing is lost, and later calls begin with parts of
/// that size. One thread at a time may use one.
class TrajectoryBatch {
public:
    virtual ~TrajectoryBatch() = default;

    /// Masses and parameters of the correction (empty: where it starts) are common to all rows. Without `gradient` the
    /// losses alone. Throws ArgumentError for a window or a number of parameters that there is not.
    virtual BatchResult operator()(std::span<const BatchRow> rows, const Eigen::Vector3d& masses,
                                   const Eigen::VectorXd& correction, bool gradient = true,
                                   std::stop_token stop = {}) = 0;
};

/// Loads LibTorch. Copies what it needs of the windows. Throws ArgumentError for what LibTorch does not compute, and
/// for a device that is not there.
std::unique_ptr<TrajectoryBatch> make_trajectory_batch(std::span<const PreparedData* const> windows,
                                                       const BatchSetup& setup);

/// What the module is given for it (backend.hpp).
struct BatchRequest {
    BatchSetup setup;
    std::span<const PreparedData* const> windows;
    std::vector<State> atol;  ///< a window's absolute tolerance
};

}  // namespace syzygy
