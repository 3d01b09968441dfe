#include "physics/fit/gradient_check.hpp"

#include <fmt/format.h>

#include <cmath>

namespace syzygy {

namespace {

constexpr double part_of_the_way = 0.1;
constexpr double least_way = 1e-4;  ///< of the unknowns, in which a change of 1 is a large one
constexpr double most_error = 0.1;

}  // namespace

std::optional<Warning> gradient_warning(const PreparedData& data, const ParameterSet& parameters, const Eigen::VectorXd& x,
                                        const ModelOptions& model, std::stop_token stop)
{
    if (x.size() == 0 || !(x.norm() > least_way) || model.correction) return std::nullopt;
    const ModelPoint point = parameters.point((1 - part_of_the_way) * x);
    ModelOptions options = model;
    options.gradient = {};
    options.gradient.error_estimate = true;
    const ThreeBodyGradient result = compute_gradient(data, point, options, "aca", std::move(stop));
    if (!result.outcome.ok() || !result.error) return std::nullopt;

    // No correction is here, and offsets are estimated without the solver.
    const Eigen::VectorXd of_offsets = Eigen::VectorXd::Zero(result.offsets.size());
    Eigen::VectorXd gradient(x.size()), error(x.size());
    for (Eigen::Index column = 0; column < x.size(); ++column) {
        const Parameter& parameter = parameters.of_column(column);
        const double inner = parameter.slope_at(parameter.value(point));
        gradient[column] = inner * parameter.derivative(result);
        error[column] = inner * parameter.component(result.error->parameters_error, result.error->initial_state_error,
                                                    of_offsets, of_offsets);
    }
    const double share = error.norm() / gradient.norm();
    if (!(share > most_error)) return std::nullopt;  // nan: a second solve was not possible
    const std::string part = share < 1 ? fmt::format("{:.2g} %", 100 * share) : "more than all";
    return Warning{"gradient-error",
                   fmt::format("the solver's own error makes {} of the gradient that led here (estimated a tenth of the way back "
                               "to the start): the fit may have gone astray; tighten rtol",
                               part)};
}

}  // namespace syzygy
