#include "core/optimize/optimizer.hpp"

#include <cmath>

namespace syzygy {

Outcome minimize_adam(Objective& objective, const OptimizerOptions& options, OptimizerState& state,
                      const IterationCallback& callback, std::stop_token stop)
{
    constexpr double epsilon = 1e-8;  // of a gradient of a dimensionless loss
    const Eigen::Index n = objective.size();
    const auto memory = [&](const char* name) {
        std::vector<double>& values = state.memory[name];
        values.resize(static_cast<std::size_t>(n), 0.0);
        return Eigen::Map<Eigen::VectorXd>(values.data(), n);
    };
    auto first = memory("first-moment"), second = memory("second-moment");
    Eigen::VectorXd gradient(n);
    double loss = 0;
    for (;;) {
        if (stop.stop_requested()) return {Status::stopped, "stopped on request"};
        if (!objective.evaluate(state.x, loss, &gradient) || !gradient.allFinite() || !std::isfinite(loss)) {
            if (stop.stop_requested()) return {Status::stopped, "stopped on request"};
            return {Status::non_finite,
                    fmt::format("the loss could not be evaluated after {} iterations; lower the learning rate",
                                state.iteration)};
        }
        state.loss = loss;
        if (state.iteration >= options.iterations)
            return {Status::finished,
                    fmt::format("{} iterations done, learning rate now {:.3g}", state.iteration,
                                options.learning_rate *
                                    std::pow(options.learning_rate_decay, static_cast<double>(state.iteration)))};
        if (gradient.lpNorm<Eigen::Infinity>() <= options.gradient_tolerance)
            return {Status::converged, fmt::format("gradient below {:.3g}", options.gradient_tolerance)};

        const auto t = static_cast<double>(state.iteration + 1);
        const double rate =
            options.learning_rate * std::pow(options.learning_rate_decay, static_cast<double>(state.iteration));
        first = options.beta1 * first + (1 - options.beta1) * gradient;
        second = options.beta2 * second + (1 - options.beta2) * gradient.cwiseAbs2();
        const double first_correction = 1 - std::pow(options.beta1, t),
                     second_correction = 1 - std::pow(options.beta2, t);
        state.x -=
            rate *
            ((first / first_correction).array() / ((second / second_correction).array().sqrt() + epsilon)).matrix();
        state.x = state.x.cwiseMax(objective.lower()).cwiseMin(objective.upper());
        ++state.iteration;
        if (!callback(state)) return {Status::stopped, "stopped on request"};
    }
}

}  // namespace syzygy
