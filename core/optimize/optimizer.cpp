#include "core/optimize/optimizer.hpp"

namespace syzygy {

std::span<const OptimizerInfo> optimizers()
{
    static const OptimizerInfo table[] = {
        {"lm", "Levenberg-Marquardt", "Levenberg 1944, Marquardt 1963; Ceres Solver",
         "least squares with the Jacobian of forward sensitivities; the fastest where the model is right", false,
         &minimize_levenberg_marquardt},
        {"lbfgs", "L-BFGS", "Liu, Nocedal, Math. Program. 45, 503 (1989)",
         "quasi-Newton with the gradient of any gradient method", true, &minimize_lbfgs},
        {"adam", "Adam",
         "Kingma, Ba, ICLR 2015, arXiv:1412.6980; defaults: the three-body recipe of Zhuang et al. 2020",
         "first order, with the gradient of any gradient method", true, &minimize_adam},
    };
    return table;
}

const OptimizerInfo& find_optimizer(std::string_view id)
{
    std::string known;
    for (const OptimizerInfo& info : optimizers()) {
        if (info.id == id) return info;
        known += (known.empty() ? "" : ", ") + std::string(info.id);
    }
    throw ArgumentError("optimizer", id, "must be one of " + known);
}

const OptionList<OptimizerOptions>& optimizer_options()
{
    using O = OptimizerOptions;
    static const OptionList<O> list = [] {
        std::vector<std::string_view> ids;
        for (const OptimizerInfo& info : optimizers()) ids.push_back(info.id);
        return OptionList<O>{
            {"optimizer", "Optimiser", "", "how the loss is minimised (see `syzygy list optimizers`)", &O::optimizer, 0,
             0, ids},
            {"iterations", "Iterations", "",
             "largest number of iterations in the last stage (Adam: epochs). Earlier stages, which fit shorter arcs or keep the "
             "masses within a factor of their starting values, have at most 30 iterations each",
             &O::iterations, 0, 1e9},
            {"loss-tolerance", "Loss tolerance", "", "converged when the loss changes by less, relatively",
             &O::loss_tolerance, 0, 1},
            {"gradient-tolerance", "Gradient tolerance", "",
             "converged if no component of the gradient exceeds this value. The gradient is that of the loss with respect to the "
             "scaled unknowns; if the data have no errors, the loss counts in squares of their length scale",
             &O::gradient_tolerance, 0},
            {"step-tolerance", "Step tolerance", "", "converged when a step is shorter, relatively", &O::step_tolerance,
             0, 1},
            {"learning-rate", "Learning rate", "", "Adam: length of the first steps, in scaled unknowns",
             &O::learning_rate, 0, 1e3},
            {"learning-rate-decay", "Learning-rate decay", "", "Adam: factor applied to the learning rate after each iteration", &O::learning_rate_decay,
             1e-6, 1},
            {"beta1", "Beta 1", "", "Adam: decay rate of the average of the gradient", &O::beta1, 0, 0.999999},
            {"beta2", "Beta 2", "", "Adam: decay rate of the average of the squared gradient", &O::beta2, 0, 0.999999},
            {"history", "History", "", "L-BFGS: pairs remembered", &O::history, 1, 1000},
        };
    }();
    return list;
}

Outcome minimize(Objective& objective, const OptimizerOptions& options, OptimizerState& state,
                 const IterationCallback& callback, std::stop_token stop)
{
    validate(optimizer_options(), options);
    if (objective.size() == 0) {
        if (!objective.evaluate(state.x, state.loss, nullptr))
            return {Status::non_finite, "the loss cannot be evaluated at the start"};
        return {Status::converged, "nothing is free: the loss was evaluated"};
    }
    return find_optimizer(options.optimizer).minimize(objective, options, state, callback, std::move(stop));
}

}  // namespace syzygy
