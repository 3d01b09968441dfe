#pragma once

#include "core/base/option.hpp"
#include "core/base/outcome.hpp"
#include "core/optimize/objective.hpp"

#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// The options of an optimiser. `optimizer_options()` declares each member.
struct OptimizerOptions {
    std::string optimizer = "lm";
    long iterations = 100;
    double loss_tolerance = 1e-12;      ///< relative change of the loss per iteration
    double gradient_tolerance = 1e-14;  ///< largest gradient component, for a dimensionless loss and scaled unknowns
    double step_tolerance = 1e-12;      ///< length of a step, relative to the length of the unknowns
    double learning_rate = 0.1;         ///< Adam
    double learning_rate_decay = 0.95;  ///< Adam: factor per iteration
    double beta1 = 0.5, beta2 = 0.5;    ///< Adam: memory of the first and second moment
    long history = 10;                  ///< L-BFGS: number of pairs kept
};

const OptionList<OptimizerOptions>& optimizer_options();

/// All that an optimiser needs to continue from here as if never stopped, bit for bit.
struct OptimizerState {
    long iteration = 0;
    Eigen::VectorXd x;
    double loss = 0;
    std::map<std::string, std::vector<double>> memory;  ///< radius, moments, pairs: by names that the optimiser chooses
};

/// Called after each iteration with the state to resume from; returning false ends the run.
using IterationCallback = std::function<bool(const OptimizerState&)>;

/// A row of the table of optimisers.
struct OptimizerInfo {
    std::string_view id, label, source, help;
    bool uses_gradient;  ///< needs a gradient method; otherwise forward sensitivities
    Outcome (*minimize)(Objective&, const OptimizerOptions&, OptimizerState&, const IterationCallback&, std::stop_token);
};

/// The one table of optimisers.
std::span<const OptimizerInfo> optimizers();
const OptimizerInfo& find_optimizer(std::string_view id);

/// Minimises from `state` (x given; all other members empty for a fresh start) with the optimiser that the options name. `state`
/// ends at the last good point, whatever the outcome.
Outcome minimize(Objective& objective, const OptimizerOptions& options, OptimizerState& state,
                 const IterationCallback& callback, std::stop_token stop = {});

Outcome minimize_levenberg_marquardt(Objective&, const OptimizerOptions&, OptimizerState&, const IterationCallback&,
                                     std::stop_token);
Outcome minimize_lbfgs(Objective&, const OptimizerOptions&, OptimizerState&, const IterationCallback&, std::stop_token);
Outcome minimize_adam(Objective&, const OptimizerOptions&, OptimizerState&, const IterationCallback&, std::stop_token);

}  // namespace syzygy
