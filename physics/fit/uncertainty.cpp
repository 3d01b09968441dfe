#include "physics/fit/uncertainty.hpp"

#include "core/base/not_finite.hpp"
#include "physics/fit/halves.hpp"
#include "physics/fit/noise_scale.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// "m1" with the body's name beside it; a parameter that belongs to no body by its id.
std::string described(const PreparedData& data, const Parameter& parameter)
{
    if (parameter.body < 0) return parameter.id;
    return fmt::format("{} ({})", parameter.id, data.bodies[static_cast<std::size_t>(parameter.body)]);
}

/// A direction in relative units as the changes it makes: in per cent for masses, in their own units for states.
std::string combination(const ParameterSet& parameters, const Eigen::VectorXd& units, const Eigen::VectorXd& direction)
{
    std::vector<Eigen::Index> order(static_cast<std::size_t>(direction.size()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Eigen::Index>(i);
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return std::abs(direction[a]) > std::abs(direction[b]); });
    const double largest = std::abs(direction[order.front()]), sign = direction[order.front()] < 0 ? -1 : 1;
    std::string text;
    int terms = 0;
    for (const Eigen::Index column : order) {
        const double share = sign * direction[column] / largest;
        if (std::abs(share) < 0.1 || ++terms > 6) break;
        const Parameter& parameter = parameters.of_column(column);
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", parameter.id,
                            parameter.is_mass() ? fmt::format("by {:+.3g} %", share)
                                                : fmt::format("by {:+.3g}", 0.01 * share * units[column]));
    }
    return text;
}

}  // namespace

Eigen::VectorXd natural_units(const ParameterSet& parameters, const ModelPoint& point)
{
    Eigen::VectorXd units(parameters.size());
    for (Eigen::Index column = 0; column < units.size(); ++column) {
        const Parameter& parameter = parameters.of_column(column);
        units[column] = parameter.is_mass() ? std::max(parameter.value(point), 1e-3 * parameter.start) : parameter.scale;
    }
    return units;
}

Eigen::MatrixXd half_inverse(const FitObjective::Information& information, bool robust)
{
    const Eigen::Index n = information.shift.size();
    if (n == 0) return Eigen::MatrixXd(0, 0);
    const Eigen::MatrixXd& r = information.reduced.r;
    Eigen::VectorXd lengths = robust ? Eigen::VectorXd(information.curvature.diagonal().cwiseMax(0).cwiseSqrt())
                                     : Eigen::VectorXd(r.colwise().norm().transpose());
    lengths = lengths.cwiseMax(std::max(1e-150 * lengths.maxCoeff(), std::numeric_limits<double>::min()));
    const auto scaling = lengths.cwiseInverse().asDiagonal();
    if (robust) {
        // The curvature of a robust loss is no J^T J: it has no R.
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(scaling * information.curvature * scaling);
        return scaling * axes.eigenvectors() *
               axes.eigenvalues().cwiseMax(1e-15).cwiseSqrt().cwiseInverse().asDiagonal();
    }
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(r * scaling, Eigen::ComputeThinU | Eigen::ComputeThinV);
    return scaling * svd.matrixV() * svd.singularValues().cwiseMax(1e-15).cwiseInverse().asDiagonal();
}

namespace {

/// Unknowns that a bound holds.
std::vector<bool> at_bounds(const ParameterSet& parameters, const Eigen::VectorXd& x)
{
    std::vector<bool> held;
    for (Eigen::Index i = 0; i < x.size(); ++i)
        held.push_back(x[i] <= parameters.lower()[i] || x[i] >= parameters.upper()[i]);
    return held;
}

/// Scores and shift of an information in coordinates z in which its R is the unit matrix: unknowns = half z. From
/// the rows one by one: products of unscaled tangents lose what is small beside the best determined direction.
struct Whitened {
    Eigen::MatrixXd positions, velocities, priors, estimated;
    Eigen::VectorXd shift;
};
Whitened whitened(const FitObjective::Information& information, const Eigen::MatrixXd& half, const PreparedData& data,
                  const Eigen::MatrixXd& difference, bool robust)
{
    const Eigen::Index n = half.cols();
    const LinearRows& rows = information.rows;
    Whitened result;
    if (rows.tangents.cols() == 0 && n > 0) {
        const auto turned = [&](const Eigen::MatrixXd& scores) -> Eigen::MatrixXd { return half.transpose() * scores * half; };
        Eigen::MatrixXd estimated = Eigen::MatrixXd::Zero(half.rows(), half.rows());
        if (data.sigmas_known)
            for (int group = 0; group < error_groups; ++group)
                estimated += information.groups[static_cast<std::size_t>(group)].scores;
        return {turned(information.position_scores), turned(information.velocity_scores), turned(information.prior_scores),
                turned(estimated), half.transpose() * information.shift};
    }
    for (Eigen::MatrixXd* matrix : {&result.positions, &result.velocities, &result.priors, &result.estimated}) matrix->setZero(n, n);
    result.shift.setZero(n);
    Eigen::VectorXd z(n);
    for (Eigen::Index i = 0; i < rows.size(); ++i) {
        const int component = rows.component[static_cast<std::size_t>(i)];
        const std::size_t k = rows.row[static_cast<std::size_t>(i)];
        z.noalias() = half.transpose() * rows.tangents.row(i).transpose();
        const double weight = component < 0 ? 1 : data.loss.time_weight(k);
        const double psi = robust && component >= 0 ? rows.robust_weight[i] * rows.residual[i] : 1;
        Eigen::MatrixXd& scores = component < 0 ? result.priors : component < 9 ? result.positions : result.velocities;
        scores.noalias() += (weight * weight * psi * psi) * z * z.transpose();
        if (component < 0) continue;
        if (data.sigmas_known && data.is_estimated(component, k))
            result.estimated.noalias() += (weight * weight * psi * psi) * z * z.transpose();
        const auto column = static_cast<Eigen::Index>(k);
        if (difference.size() == 0 || !std::isfinite(difference(component, column))) continue;
        result.shift += (weight * rows.robust_curvature[i] * std::sqrt(data.loss.weight(component, k)) *
                         difference(component, column)) * z;
    }
    return result;
}

/// The variance of a group's residuals in units of its stated errors: 1 where they are stated.
double group_variance(bool stated, double squares, double weight, double share_of_unknowns)
{
    if (stated || weight == 0) return 1;
    const double freedom = weight - share_of_unknowns;
    return freedom > 0 ? squares / freedom : nan;
}

}  // namespace

std::optional<Uncertainty> estimate_uncertainty(const PreparedData& data, const ParameterSet& parameters,
                                                FitObjective& objective, const Eigen::VectorXd& x,
                                                const ModelOptions& model, const Residuals& residuals, bool converged,
                                                std::stop_token stop)
{
    const Eigen::Index n = x.size();
    const ModelPoint point = parameters.point(x);
    const Eigen::VectorXd units = natural_units(parameters, point);
    if (!residuals.outcome.ok()) return std::nullopt;
    const double typical_sigma =
        1 / std::sqrt(data.loss.weights().topRows<9>().maxCoeff());
    const NumericalError numerical = numerical_error(
        data, point, model, residuals, data.sigmas_known ? 0.3 * typical_sigma : 1e-3 * data.length, stop);
    FitObjective::Information information;
    if (!objective.information(units, x, information,
                               numerical.difference.size() > 0 ? &numerical.difference : nullptr))
        return std::nullopt;
    const bool robust = data.loss.is_robust();
    const Eigen::MatrixXd half = half_inverse(information, robust);
    const Whitened scores = whitened(information, half, data, numerical.difference, robust);

    Uncertainty result;
    long priors = 0;
    for (const int index : parameters.free()) priors += parameters[index].prior_sigma.has_value();
    result.degrees_of_freedom = residuals.count + priors - static_cast<long>(n);
    // Each group has given up the unknowns that it determines (the trace of its part of the hat matrix).
    const double position_share = scores.positions.trace();
    const double velocity_share = scores.velocities.trace();
    // Chi-square is over what has stated errors; where nothing has, over all. Residuals have left the others out.
    const double estimated_share = scores.estimated.trace();
    const double squares = residuals.position_squares + residuals.velocity_squares;
    const double freedom =
        robust ? static_cast<double>(result.degrees_of_freedom)
               : residuals.position_weight + residuals.velocity_weight - position_share - velocity_share + estimated_share;
    const bool over_determined = result.degrees_of_freedom > 0 && freedom > 0;
    result.reduced_chi_square = over_determined ? squares / freedom : nan;
    const double position_variance =
        group_variance(data.sigmas_known, residuals.position_squares, residuals.position_weight, position_share);
    const double velocity_variance = group_variance(data.sigmas_known, residuals.velocity_squares,
                                                    residuals.velocity_weight, velocity_share);
    Eigen::MatrixXd middle = (data.missing.common * data.missing.common) * scores.priors;
    middle += (robust ? 1 : position_variance) * scores.positions;
    middle += (robust ? 1 : velocity_variance) * scores.velocities;
    // Errors that were estimated are those that the residuals show, whatever they were taken for.
    if (residuals.estimated_weight - estimated_share >= fewest_redundant && !robust)
        middle += (group_variance(false, residuals.estimated_squares, residuals.estimated_weight, estimated_share) - 1) *
                  scores.estimated;
    const Eigen::VectorXd bias = half * scores.shift;
    const Eigen::MatrixXd statistical = half * middle * half.transpose();
    Eigen::MatrixXd covariance = statistical;
    covariance.diagonal() += bias.cwiseAbs2();
    result.numerical_shift =
        n > 0 ? (bias.cwiseAbs().array() / covariance.diagonal().array().sqrt()).maxCoeff<Eigen::PropagateNaN>() : 0;
    if (!over_determined) covariance.setConstant(nan);
    result.from_minimum = information.reduced.q.norm() / std::sqrt(position_variance);
    const bool at_minimum = (converged || result.from_minimum < 1) && !std::isnan(result.reduced_chi_square);
    const std::vector<bool> held = at_bounds(parameters, x);
    ResidualJudgement judgement = judge_residuals(
        data, point, model, residuals, remaining_residuals(information.rows, held, data, numerical.difference),
        at_minimum, result.reduced_chi_square, numerical, stop);
    result.warnings = std::move(judgement.warnings);
    result.scaled_factor = judgement.scaled_factor;
    // Residuals that are the solver's own say nothing of the data's halves.
    if (at_minimum && (data.sigmas_known || residuals.rms > 10 * numerical.rms)) {
        const HalvesScale scale{units, held, position_variance, velocity_variance, numerical.difference};
        double apart = 1;
        if (auto warning = halves_warning(information.rows, data, parameters, x, scale, model, apart, stop)) {
            result.warnings.push_back(std::move(*warning));
            result.scaled_factor = std::max(result.scaled_factor, apart);
        }
    }

    result.sigma.setConstant(n, nan);
    result.upper_limit.setConstant(n, nan);
    result.identifiable.assign(static_cast<std::size_t>(n), true);
    result.solver_sigma = bias.cwiseAbs().cwiseProduct(units);
    result.correlation.setIdentity(n, n);
    // Residuals that are exactly zero have no size, but a shape.
    const bool sized = n > 0 && statistical.diagonal().minCoeff() > 0;
    const Eigen::MatrixXd shape = sized ? statistical : half * half.transpose();
    for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j < n; ++j)
            if (i != j)
                result.correlation(i, j) = over_determined ? shape(i, j) / std::sqrt(shape(i, i) * shape(j, j)) : nan;
    std::string named;
    for (Eigen::Index i = 0; i < n; ++i) {
        const Parameter& parameter = parameters.of_column(i);
        const double value = parameter.value(point), sigma = std::sqrt(covariance(i, i)) * units[i];
        if (sigma * result.scaled_factor < (parameter.is_mass() ? value : units[i])) {
            result.sigma[i] = sigma;
            continue;
        }
        result.identifiable[static_cast<std::size_t>(i)] = false;
        result.upper_limit[i] = value + 2 * sigma * result.scaled_factor;
        named += fmt::format("{}{}", named.empty() ? "" : ", ", described(data, parameter));
        if (parameter.is_mass() && std::isfinite(result.upper_limit[i]))
            named += fmt::format(" below {:.3g} at two sigma", result.upper_limit[i]);
    }
    if (!named.empty()) {
        std::string message = fmt::format("the data do not determine {}", named);
        if (!over_determined) {
            message += fmt::format("; there are {} observed numbers for {} unknowns", residuals.count, n);
        } else if (covariance.allFinite()) {
            const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(covariance);
            message += fmt::format("; the predictions stay the same within the errors when one changes together {}",
                                   combination(parameters, units, axes.eigenvectors().col(n - 1)));
        }
        result.warnings.push_back(
            {"unidentifiable", message + "; hold it with --fix, give a --prior, or observe longer"});
    }
    return result;
}

}  // namespace syzygy
