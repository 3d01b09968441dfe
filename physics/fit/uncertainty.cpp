#include "physics/fit/uncertainty.hpp"

#include <Eigen/Eigenvalues>
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

/// A direction in relative units as the changes it makes: in per cent for masses, in their own units for states.
std::string combination(const ParameterSet& parameters, const Eigen::VectorXd& units, const Eigen::VectorXd& direction)
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
                            index < 3 ? fmt::format("by {:+.3g} %", share) : fmt::format("by {:+.3g}", 0.01 * share * units[column]));
    }
    return text;
}

/// Units in which a change of 1 is as large as the parameter itself: for a mass that went towards 0, a
/// thousandth of where it started, so that its effect is still seen.
Eigen::VectorXd natural_units(const ParameterSet& parameters, const ModelPoint& point)
{
    Eigen::VectorXd units(parameters.size());
    for (Eigen::Index column = 0; column < units.size(); ++column) {
        const int index = parameters.free()[static_cast<std::size_t>(column)];
        units[column] = index < 3 ? std::max(point.masses[index], 1e-3 * parameters[index].start) : parameters[index].scale;
    }
    return units;
}

bool is_robust(const PreparedData& data)
{
    return std::visit([](const auto& loss) { return loss.robust() != RobustLoss::none; }, data.loss);
}

/// Weights that are not inverse variances: a decay, or a robust loss.
bool needs_sandwich(const PreparedData& data)
{
    const auto weighted = [](const auto& loss) {
        for (std::size_t k = 0; k < loss.times().size(); ++k)
            if (loss.time_weight(k) != 1) return true;
        return false;
    };
    return is_robust(data) || std::visit(weighted, data.loss);
}

}  // namespace

std::optional<Uncertainty> estimate_uncertainty(const PreparedData& data, const ParameterSet& parameters,
                                                FitObjective& objective, const Eigen::VectorXd& x, const ModelOptions& model,
                                                const Residuals& residuals, bool converged, std::stop_token stop)
{
    const Eigen::Index n = x.size();
    const ModelPoint point = parameters.point(x);
    const Eigen::VectorXd units = natural_units(parameters, point);
    const bool sandwich = needs_sandwich(data);
    ReducedLeastSquares reduced;
    Eigen::MatrixXd middle;
    if (!residuals.outcome.ok() || !objective.linearise_in(units, x, reduced, sandwich ? &middle : nullptr)) return std::nullopt;

    // A^-1 from the columns of R brought to length one, so that an unknown of little effect is not taken for none;
    // directions below rounding are held at it and come out as not determined.
    Eigen::VectorXd lengths = reduced.r.colwise().norm().transpose();
    const double least = std::max(n > 0 ? 1e-150 * lengths.maxCoeff() : 0, std::numeric_limits<double>::min());
    lengths = lengths.cwiseMax(least);
    Eigen::MatrixXd half(n, n);
    if (n > 0) {
        const Eigen::JacobiSVD<Eigen::MatrixXd> svd(reduced.r * lengths.cwiseInverse().asDiagonal(),
                                                    Eigen::ComputeThinU | Eigen::ComputeThinV);
        const Eigen::VectorXd inverse = svd.singularValues().cwiseMax(1e-15).cwiseInverse();
        half = lengths.cwiseInverse().asDiagonal() * svd.matrixV() * inverse.asDiagonal();
    }
    const Eigen::MatrixXd inverse_a = half * half.transpose();
    Eigen::MatrixXd covariance = sandwich ? Eigen::MatrixXd(inverse_a * middle * inverse_a) : inverse_a;

    Uncertainty result;
    long priors = 0;
    for (const int index : parameters.free()) priors += parameters[index].prior_sigma.has_value();
    result.degrees_of_freedom = residuals.count + priors - static_cast<long>(n);
    const double freedom = sandwich ? residuals.weight_sum - (inverse_a * middle).trace() : static_cast<double>(result.degrees_of_freedom);
    const bool over_determined = result.degrees_of_freedom > 0 && freedom > 0;
    result.reduced_chi_square = over_determined ? residuals.weighted_squares / freedom : nan;
    const double unit_variance = data.sigmas_known ? 1 : result.reduced_chi_square;
    result.from_minimum = reduced.q.norm() / std::sqrt(unit_variance);

    const double typical_sigma = std::visit([](const auto& loss) { return 1 / std::sqrt(loss.weights().maxCoeff()); }, data.loss);
    const NumericalError numerical =
        numerical_error(data, point, model, residuals, data.sigmas_known ? 0.3 * typical_sigma : 1e-3 * data.length, stop);
    const bool at_minimum = converged || result.from_minimum < 1;
    result.warnings = residual_warnings(data, point, model, residuals, at_minimum ? result.reduced_chi_square : nan,
                                        result.degrees_of_freedom, result.scaled_factor, numerical, stop);
    // Without stated errors the residuals give the scale; never below the solver's own error.
    if (!data.sigmas_known && !is_robust(data))
        covariance *= over_determined ? std::max(result.reduced_chi_square, numerical.rms_in_sigmas * numerical.rms_in_sigmas)
                                      : nan;

    result.sigma.setConstant(n, nan);
    result.upper_limit.setConstant(n, nan);
    result.identifiable.assign(static_cast<std::size_t>(n), true);
    result.correlation.setIdentity(n, n);
    std::string named;
    for (Eigen::Index i = 0; i < n; ++i) {
        const int index = parameters.free()[static_cast<std::size_t>(i)];
        const double value = ParameterSet::value(point, index), sigma = std::sqrt(covariance(i, i)) * units[i];
        for (Eigen::Index j = 0; j < n; ++j)
            if (i != j) result.correlation(i, j) = covariance(i, j) / std::sqrt(covariance(i, i) * covariance(j, j));
        if (sigma * result.scaled_factor < (index < 3 ? value : units[i])) {
            result.sigma[i] = sigma;
            continue;
        }
        result.identifiable[static_cast<std::size_t>(i)] = false;
        result.upper_limit[i] = value + 2 * sigma * result.scaled_factor;
        named += fmt::format("{}{}", named.empty() ? "" : ", ", described(data, index));
        if (index < 3 && std::isfinite(result.upper_limit[i])) named += fmt::format(" below {:.3g} at two sigma", result.upper_limit[i]);
    }
    if (!named.empty()) {
        std::string message = fmt::format("the data do not determine {}", named);
        if (!over_determined) {
            message += fmt::format("; there are {} observed numbers for {} unknowns", residuals.count, n);
        } else {
            const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(covariance);
            message += fmt::format("; the predictions stay the same within the errors when one changes together {}",
                                   combination(parameters, units, axes.eigenvectors().col(n - 1)));
        }
        result.warnings.push_back({"unidentifiable", message + "; hold it with --fix, give a --prior, or observe longer"});
    }
    return result;
}

}  // namespace syzygy
