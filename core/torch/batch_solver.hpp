#pragma once

#include "core/base/outcome.hpp"
#include "core/ode/options.hpp"
#include "core/ode/solver.hpp"
#include "core/torch/batch_step.hpp"

#include <memory>
#include <stop_token>
#include <vector>

namespace syzygy::torch_ode {

/// What a solve of a batch of trajectories is asked for.
struct BatchTask {
    Tensor y0;               ///< [batch, ...], float or double
    Tensor times;            ///< [K] or [batch, K]: the first is where y0 holds, the last where the solve ends; ordered, forward
                             ///< or backward, equal ones allowed. Between them the dense output is read: no step is forced
    SolverOptions options;   ///< `atol`: one number, or one a component of a trajectory in the order of its shape
    Tensor atol = {};        ///< in its place: what can be broadcast to [batch, ...]
    std::stop_token stop = {};
};

/// An accepted step of some trajectories of the batch: what is kept to take it again.
struct AcceptedStep {
    Tensor rows;  ///< [n] which; undefined: all, in order
    Tensor t, h;  ///< [n] double
    Tensor y;     ///< [n, ...] where it begins; undefined where only the steps are kept
    Readings inside, at_end;
};

/// What is kept of a solve. Steps of one entry are taken together; a trajectory is in as many as it accepted.
struct StepRecord {
    std::string method;
    std::shared_ptr<const SchemeOnDevice> scheme;
    std::vector<AcceptedStep> steps;
    Readings at_start;
    std::vector<std::int64_t> shape;  ///< of what was read: batch, K, ...
    std::stop_token stop;
};

enum class Keep {
    nothing,
    steps,       ///< t, h and which trajectories
    checkpoints  ///< and the states: ACA's memory
};

/// How one trajectory of the batch ended.
struct TrajectoryResult {
    Outcome outcome;
    double t;  ///< where it stands
    SolveCounts counts;
};

struct BatchSolution {
    Tensor y;  ///< [batch, K, ...]; nan at times that a trajectory did not reach
    std::vector<TrajectoryResult> trajectories;
    StepRecord record;
    long attempts = 0;  ///< steps of all unfinished trajectories at once, accepted or not

    /// All trajectories have reached their end.
    bool ok() const;
    /// [batch] bool on the processor: those that have.
    Tensor reached() const;
};

/// Solves for all trajectories of the batch. Each has its own step size and controller, accepts its own steps, and takes
/// the same as the solver of core/ode would for it alone; those that have ended are evaluated no more. Records no graph.
/// Throws ArgumentError for wrong shapes, times and options.
BatchSolution solve_batch(const Field& field, at::TensorList parameters, const BatchTask& task, Keep keep);

}  // namespace syzygy::torch_ode
