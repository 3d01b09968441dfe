#include "physics/fit/uncertainty.hpp"

#include <Eigen/SVD>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// "m1" with the body's name beside it.
std::string described(const PreparedData& data, int index)
{
    const int body = index < 3 ? index : (index - 3) % 9 / 3;
    return fmt::format("{} ({})", parameter_name(index), data.bodies[body]);
}

/// A direction in x as the changes it makes: relative for masses, in their own units for states.
std::string combination(const ParameterSet& parameters, const Eigen::VectorXd& direction)
{
    std::vector<Eigen::Index> order(static_cast<std::size_t>(direction.size()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Eigen::Index>(i);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return std::abs(direction[a]) > std::abs(direction[b]); });
    const double largest = std::abs(direction[order.front()]), sign = direction[order.front()] < 0 ? -1 : 1;
    std::string text;
    int terms = 0;
    for (const Eigen::Index column : order) {
        const double share = sign * direction[column] / largest;
        if (std::abs(share) < 0.1 || ++terms > 6) break;
        const int index = parameters.free()[static_cast<std::size_t>(column)];
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", parameter_name(index),
                            index < 3 ? fmt::format("by {:+.3g} %", share) : fmt::format("by {:+.3g}", 0.01 * share * parameters[index].scale));
    }
    return text;
}

}  // namespace

std::optional<Uncertainty> estimate_uncertainty(const PreparedData& data, const ParameterSet& parameters,
                                                FitObjective& objective, const Eigen::VectorXd& x, const ModelOptions& model,
                                                const Residuals& residuals, std::stop_token stop)
{
    const Eigen::Index n = x.size();
    ReducedLeastSquares reduced;
    Eigen::MatrixXd middle;
    if (!residuals.outcome.ok() || !objective.linearise(x, reduced)) return std::nullopt;
    const auto plain = [](const auto& loss) {
        bool all_one = loss.robust() == RobustLoss::none;
        for (std::size_t k = 0; all_one && k < loss.times().size(); ++k) all_one = loss.time_weight(k) == 1;
        return all_one;
    };
    const bool sandwich = !std::visit(plain, data.loss);
    if (sandwich && !objective.scores(x, middle)) return std::nullopt;

    // A^-1 = V S^-2 V^T, with directions below rounding held at it: they come out as not determined.
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(reduced.r, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::VectorXd& singular = svd.singularValues();
    const double floor = n > 0 ? std::max(1e-15 * singular[0], std::numeric_limits<double>::min() * 1e20) : 0;
    const Eigen::VectorXd inverse = singular.cwiseMax(floor).cwiseInverse();
    const Eigen::MatrixXd inverse_a = svd.matrixV() * inverse.cwiseAbs2().asDiagonal() * svd.matrixV().transpose();
    Eigen::MatrixXd covariance = sandwich ? Eigen::MatrixXd(inverse_a * middle * inverse_a) : inverse_a;

    Uncertainty result;
    long priors = 0;
    for (const int index : parameters.free()) priors += parameters[index].prior_sigma.has_value();
    result.degrees_of_freedom = residuals.count + priors - static_cast<long>(n);
    const double freedom = sandwich ? residuals.weight_sum - (inverse_a * middle).trace() : static_cast<double>(result.degrees_of_freedom);
    const bool over_determined = result.degrees_of_freedom > 0 && freedom > 0;
    result.reduced_chi_square = over_determined ? residuals.weighted_squares / freedom : nan;

    const ModelPoint point = parameters.point(x);
    const double typical_sigma = std::visit([](const auto& loss) { return 1 / std::sqrt(loss.weights().maxCoeff()); }, data.loss);
    const NumericalError numerical = numerical_error(data, point, model, residuals,
                                                     data.sigmas_known ? 0.3 * typical_sigma : 1e-3 * data.length, stop);
    result.warnings = residual_warnings(data, point, model, residuals, result.reduced_chi_square,
                                        result.degrees_of_freedom, result.scaled_factor, numerical, stop);
    // Without stated errors the residuals give the scale; never below the solver's own error.
    if (!data.sigmas_known && !(sandwich && std::visit([](const auto& l) { return l.robust() != RobustLoss::none; }, data.loss)))
        covariance *= over_determined ? std::max(result.reduced_chi_square, numerical.rms_in_sigmas * numerical.rms_in_sigmas)
                                      : nan;

    result.sigma.setConstant(n, nan);
    result.upper_limit.setConstant(n, nan);
    result.identifiable.assign(static_cast<std::size_t>(n), true);
    result.correlation.setIdentity(n, n);
    std::string named;
    for (Eigen::Index i = 0; i < n; ++i) {
        const int index = parameters.free()[static_cast<std::size_t>(i)];
        const double sigma_x = std::sqrt(covariance(i, i)), value = ParameterSet::value(point, index);
        const double sigma = sigma_x * std::abs(parameters.derivative(index, value));
        for (Eigen::Index j = 0; j < n; ++j) result.correlation(i, j) = covariance(i, j) / std::sqrt(covariance(i, i) * covariance(j, j));
        const bool determined = sigma_x * result.scaled_factor < 1;
        if (determined) {
            result.sigma[i] = sigma;
            continue;
        }
        result.identifiable[static_cast<std::size_t>(i)] = false;
        result.upper_limit[i] = value + 2 * sigma * result.scaled_factor;
        named += fmt::format("{}{}", named.empty() ? "" : ", ", described(data, index));
        if (index < 3 && std::isfinite(result.upper_limit[i]))
            named += fmt::format(", below {:.3g} at two sigma", result.upper_limit[i]);
    }
    if (!named.empty()) {
        std::string message = fmt::format("the data do not determine {}", named);
        if (!over_determined)
            message += fmt::format("; there are {} observed numbers for {} unknowns", residuals.count, n);
        else
            message += fmt::format("; the predictions stay the same within the errors when one changes together {}",
                                   combination(parameters, svd.matrixV().col(n - 1)));
        result.warnings.push_back({"unidentifiable", message + "; hold it with --fix, give a --prior, or observe longer"});
    }
    return result;
}

}  // namespace syzygy
