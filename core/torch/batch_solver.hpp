#pragma once

#include "core/base/outcome.hpp"
#include "core/ode/options.hpp"
#include "core/ode/solver.hpp"
#include "core/torch/batch_step.hpp"

#include <memory>
#include <stop_token>
#include <vector>

namespace syzygy::torch_ode {

/// The input of a solve of a batch of trajectories.
struct BatchTask {
    Tensor y0;               ///< [batch, ...], float or double
    Tensor times;            ///< [K] or [batch, K]: y0 holds at the first, the solve ends at the last; ordered, forward or
                             ///< backward, equal ones allowed. Times between are read from the dense output: they force no step
    SolverOptions options;   ///< `atol`: one number, or one per component of a trajectory in the order of its shape
    Tensor atol = {};        ///< replaces options.atol: any tensor that broadcasts to [batch, ...]
    std::stop_token stop = {};
};

/// An accepted step of some trajectories of the batch, as kept to repeat the step.
struct AcceptedStep {
    Tensor rows;  ///< [n] indices of the trajectories; undefined: all, in order
    Tensor t, h;  ///< [n] double
    Tensor y;     ///< [n, ...] state at the start; undefined if only the steps are kept
    Readings inside, at_end;
};

/// The record of a solve. The steps of one entry are taken together; a trajectory appears once per accepted step.
struct StepRecord {
    std::string method;
    std::shared_ptr<const SchemeOnDevice> scheme;
    std::vector<AcceptedStep> steps;
    Readings at_start;
    std::vector<std::int64_t> shape;  ///< shape of the readings: batch, K, ...
    std::stop_token stop;
};

enum class Keep {
    nothing,
    steps,       ///< t, h and the trajectory indices
    checkpoints  ///< and the states: the memory of ACA
};

/// The result of one trajectory of the batch.
struct TrajectoryResult {
    Outcome outcome;
    double t;  ///< the time reached
    SolveCounts counts;
};

struct BatchSolution {
    Tensor y;  ///< [batch, K, ...]; nan at times that a trajectory did not reach
    std::vector<TrajectoryResult> trajectories;
    StepRecord record;
    long attempts = 0;  ///< joint attempts of all unfinished trajectories, accepted or not

    /// True if all trajectories have reached their end.
    bool ok() const;
    /// [batch] bool on the processor: true for trajectories that have reached their end.
    Tensor reached() const;
};

/// Solves for all trajectories of the batch. Each trajectory has its own step size and controller, accepts its own steps, and
/// takes the same steps that the solver of core/ode would take for it alone; ended trajectories are no longer evaluated. Records
/// no graph. Throws ArgumentError for wrong shapes, times and options.
BatchSolution solve_batch(const Field& field, at::TensorList parameters, const BatchTask& task, Keep keep);

}  // namespace syzygy::torch_ode
