#pragma once

#include "physics/corrections/corrections.hpp"
#include "physics/model/gradient.hpp"

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// How losses and gradients of many trajectories are computed on LibTorch, and on which device.
struct BatchSetup {
    ModelOptions model;            ///< with the correction; `observe` dense, and no options of particular gradient methods
    CorrectionOptions correction;  ///< the correction was made from these: none, pairwise, external or full
    CorrectionContext context;     ///< and with this context
    std::string device =
        "cpu";  ///< cpu, cuda, cuda:n; several between commas: each takes its share of the trajectories
    bool single_precision = false;
    long largest_batch = 0;  ///< most trajectories solved at once on a device; 0: as many as there are
};

/// A trajectory of a batch: the data of a window, and the initial state.
struct BatchRow {
    std::size_t window = 0;  ///< index of the window
    State initial_state;     ///< at the first time of its data
    double weight = 1;       ///< of its loss in the sum
};

/// Losses of a batch, and the gradient of loss = sum_i weight_i loss_i over the rows that reached their end.
struct BatchResult {
    Outcome outcome;                ///< the outcome of the first row that did not reach its end, if any
    std::vector<Outcome> outcomes;  ///< one for each row
    Eigen::VectorXd losses;         ///< one for each row: docs/equations.md, "The loss"; nan if the row did not reach its end
    double loss = 0;
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
    Eigen::Matrix<double, 18, Eigen::Dynamic> initial_states;  ///< one column for each row
    Eigen::VectorXd correction;                                ///< as many as the correction has parameters
    long accepted = 0, rejected = 0;                           ///< steps of all rows
    double seconds = 0;
    std::vector<std::string> messages;  ///< what was done when memory ran out
};

/// Loss and gradient of many trajectories at once, by ACA with each trajectory's own steps: the numbers of
/// compute_gradient(), except for rounding. Holds the windows' data on its devices. Trajectories that do not fit into memory
/// at once are solved in smaller parts: a message says so, nothing is lost, and later calls begin with parts of that size.
/// Only one thread at a time may use a batch.
class TrajectoryBatch {
public:
    virtual ~TrajectoryBatch() = default;

    /// Masses and parameters of the correction (empty: the correction's own start) are common to all rows. Without
    /// `gradient`, only the losses are computed. Throws ArgumentError for a window that does not exist or a wrong number of
    /// parameters.
    virtual BatchResult operator()(std::span<const BatchRow> rows, const Eigen::Vector3d& masses,
                                   const Eigen::VectorXd& correction, bool gradient = true,
                                   std::stop_token stop = {}) = 0;
};

/// Loads LibTorch. Copies what it needs of the windows. Throws ArgumentError for what LibTorch does not compute, and for a
/// device that is not present.
std::unique_ptr<TrajectoryBatch> make_trajectory_batch(std::span<const PreparedData* const> windows,
                                                       const BatchSetup& setup);

/// The request that the module gets for a batch (backend.hpp).
struct BatchRequest {
    BatchSetup setup;
    std::span<const PreparedData* const> windows;
    std::vector<State> atol;  ///< absolute tolerance of each window
};

}  // namespace syzygy
