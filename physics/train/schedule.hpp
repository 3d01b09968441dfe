#pragma once

#include "core/optimize/optimizer.hpp"
#include "physics/fit/train_options.hpp"

namespace syzygy {

/// The learning rate of an epoch by `schedule`: constant; exponential, times `learning_rate_decay` per epoch; cosine, from
/// the learning rate to a hundredth of it at the last epoch (Loshchilov and Hutter, ICLR 2017, without restarts).
double learning_rate(const OptimizerOptions& optimizer, const TrainOptions& train, long epoch);

/// One step of Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019, algorithm 2).
struct AdamStep {
    double rate;              ///< of the weights
    double physical_rate;     ///< of the leading `physical` unknowns: masses and states, which do not decay
    Eigen::Index physical;
    double beta1, beta2;
    double weight_decay;      ///< times the rate
    double clip;              ///< largest norm of the gradient; 0: any
};
struct AdamMemory {
    long steps = 0;
    Eigen::VectorXd first, second;  ///< moments
};
void take_step(const AdamStep& step, Eigen::VectorXd gradient, AdamMemory& memory, Eigen::VectorXd& x);

/// The windows of an epoch's mini-batches: each window once, in an order given by the seed and the epoch. Size 0: all windows
/// in one batch.
std::vector<std::vector<std::size_t>> batches_of(std::size_t windows, long size, long seed, long epoch);

}  // namespace syzygy
