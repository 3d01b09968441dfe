#include "physics/fit/residuals.hpp"

#include "physics/model/encounters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace syzygy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string length_text(const PreparedData& data, double value)
{
    return with_unit(value, data.units.length_label());
}

/// Lag-1 autocorrelation of the residuals of each component, pooled, and the number of products in it.
struct Autocorrelation {
    double value = 0;
    long products = 0;
};
Autocorrelation autocorrelation(const Eigen::MatrixXd& residual)
{
    double products = 0, squares = 0;
    Autocorrelation result;
    for (Eigen::Index c = 0; c < std::min<Eigen::Index>(9, residual.rows()); ++c)
        for (Eigen::Index k = 0; k + 1 < residual.cols(); ++k) {
            if (!std::isfinite(residual(c, k)) || !std::isfinite(residual(c, k + 1))) continue;
            products += residual(c, k) * residual(c, k + 1);
            squares += (residual(c, k) * residual(c, k) + residual(c, k + 1) * residual(c, k + 1)) / 2;
            ++result.products;
        }
    if (squares > 0) result.value = products / squares;
    return result;
}

/// A pair's separation in a column of positions; the reference body of relative data stands at 0.
Eigen::Vector3d separation(const Eigen::Ref<const Eigen::VectorXd>& positions, int i, int j)
{
    return positions.segment<3>(3 * j) - positions.segment<3>(3 * i);
}

/// A pair that is predicted more than a quarter turn away from where it is observed, in more rows than outliers
/// explain.
std::optional<Warning> phase_wrap(const PreparedData& data, const Residuals& residuals)
{
    const Eigen::Index count = residuals.residual.cols();
    std::array<Eigen::Index, 3> rows{}, first{};
    for (Eigen::Index k = 0; k < count; ++k) {
        Eigen::VectorXd predicted = residuals.predicted.col(k).head<9>(),
                        residual = residuals.residual.col(k).head<9>();
        if (data.reference >= 0) {
            predicted.segment<3>(3 * data.reference).setZero();
            residual.segment<3>(3 * data.reference).setZero();
        }
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto [i, j] = body_pairs[pair];
            const Eigen::Vector3d d = separation(predicted, i, j), observed = d - separation(residual, i, j);
            if (!observed.allFinite() || d.dot(observed) >= 0) continue;
            if (rows[pair]++ == 0) first[pair] = k;
        }
    }
    for (std::size_t pair = 0; pair < 3; ++pair) {
        if (rows[pair] == 0 || (rows[pair] < 3 && count > 10) || rows[pair] * 50 < count) continue;
        const auto [i, j] = body_pairs[pair];
        return Warning{
            "phase-wrap",
            fmt::format(
                "{} and {} are predicted more than a quarter turn away from where they are observed, first at "
                "t = {:.6g}: the fit may sit in a wrong minimum; use --grow on, a better start, or a shorter window",
                data.bodies[i], data.bodies[j], data.absolute(data.times()[static_cast<std::size_t>(first[pair])]))};
    }
    return std::nullopt;
}

/// A pair that comes much closer than it usually is.
std::optional<Warning> close_encounter(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                                       const Residuals& residuals, std::stop_token stop)
{
    for (const Encounter& closest : smallest_distances(data, point, model, stop)) {
        std::vector<double> distances;
        for (Eigen::Index k = 0; k < residuals.predicted.cols(); ++k) {
            Eigen::VectorXd predicted = residuals.predicted.col(k).head<9>();
            if (data.reference >= 0) predicted.segment<3>(3 * data.reference).setZero();
            distances.push_back(separation(predicted, closest.first, closest.second).norm());
        }
        const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
        std::nth_element(distances.begin(), middle, distances.end());
        if (closest.distance < 0.02 * *middle)
            return Warning{
                "close-encounter",
                fmt::format("{} and {} come within {} at t = {:.6g}, {:.2g} of their usual distance: everything after "
                            "depends on how they passed; fit a window that ends before",
                            data.bodies[closest.first], data.bodies[closest.second],
                            length_text(data, closest.distance), closest.t, closest.distance / *middle)};
    }
    return std::nullopt;
}

}  // namespace

Residuals compute_residuals(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                            std::stop_token stop)
{
    Residuals result;
    const auto run = [&](const auto& loss) {
        using Loss = std::remove_cvref_t<decltype(loss)>;
        constexpr int components = Loss::components;
        const auto count = static_cast<Eigen::Index>(data.size());
        result.predicted.setConstant(components, count, nan);
        result.residual.setConstant(components, count, nan);
        double squares = 0;
        long positions = 0;
        std::vector<double> in_sigmas;
        result.outcome = predict(
            data, point, model,
            [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
                const auto column = static_cast<Eigen::Index>(k);
                typename Loss::Observed unused;
                result.loss += loss.add(k, typename Loss::Observed(y), unused);
                result.predicted.col(column) = loss.compared(typename Loss::Observed(y)).template head<components>();
                for (int c = 0; c < components; ++c) {
                    if (loss.weights()(c, column) == 0) continue;
                    const double residual = result.predicted(c, column) - loss.observed()(c, column);
                    result.residual(c, column) = residual;
                    ++result.count;
                    const double weighted = loss.time_weight(k) * loss.weights()(c, column) * residual * residual;
                    const bool apart = data.sigmas_known && data.is_estimated(c, k);
                    (apart   ? result.estimated_squares
                     : c < 9 ? result.position_squares
                             : result.velocity_squares) += weighted;
                    (apart   ? result.estimated_weight
                     : c < 9 ? result.position_weight
                             : result.velocity_weight) += loss.time_weight(k);
                    if (c < 9) in_sigmas.push_back(std::abs(residual) * std::sqrt(loss.weights()(c, column)));
                    if (c >= 9) continue;
                    squares += residual * residual;
                    ++positions;
                }
            },
            stop);
        result.rms = positions > 0 ? std::sqrt(squares / static_cast<double>(positions)) : 0;
        if (!in_sigmas.empty()) {
            const auto middle = in_sigmas.begin() + static_cast<std::ptrdiff_t>(in_sigmas.size() / 2);
            std::nth_element(in_sigmas.begin(), middle, in_sigmas.end());
            result.median_in_sigmas = *middle / 0.6745;
        }
    };
    std::visit(run, data.loss);
    return result;
}

NumericalError numerical_error(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                               const Residuals& residuals, double limit, std::stop_token stop)
{
    // Ten times the tolerance errs about eight times as much; a fixed step is doubled instead.
    constexpr double safety = 4;
    NumericalError result;
    result.exceeded_at = nan;
    ModelOptions coarse = model;
    coarse.solver.rtol = std::min(1.0, 10 * coarse.solver.rtol);
    for (double& atol : coarse.solver.atol) atol *= 10;
    if (!find_method(coarse.solver.method).adaptive()) coarse.solver.step *= 2;
    const Residuals other = compute_residuals(data, point, coarse, stop);
    if (!other.outcome.ok()) return result;
    result.difference = (other.predicted - residuals.predicted) / safety;
    double squares = 0;
    long positions = 0;
    for (Eigen::Index k = 0; k < residuals.residual.cols(); ++k)
        for (Eigen::Index c = 0; c < 9; ++c) {
            if (!std::isfinite(residuals.residual(c, k))) continue;
            const double difference = std::abs(result.difference(c, k));
            squares += difference * difference;
            ++positions;
            result.largest = std::max(result.largest, difference);
            if (std::isnan(result.exceeded_at) && difference > limit)
                result.exceeded_at = data.absolute(data.times()[static_cast<std::size_t>(k)]);
        }
    result.rms = positions > 0 ? std::sqrt(squares / static_cast<double>(positions)) : 0;
    return result;
}

std::vector<Warning> residual_warnings(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                                       const Residuals& residuals, double reduced_chi_square, long degrees_of_freedom,
                                       double& scaled_factor, const NumericalError& numerical, std::stop_token stop)
{
    std::vector<Warning> warnings;
    scaled_factor = 1;
    const Autocorrelation lag = autocorrelation(residuals.residual);
    const bool robust = std::visit([](const auto& loss) { return loss.robust() != RobustLoss::none; }, data.loss);
    // A robust loss is there to live with outliers: the median tells what the rest of the residuals is like.
    const double size = robust ? residuals.median_in_sigmas * residuals.median_in_sigmas : reduced_chi_square;
    // A chi-square of nan: the point is no minimum, and its residuals say nothing of the model.
    const bool judged = !std::isnan(reduced_chi_square);
    const bool structured = judged && lag.products >= 20 && lag.value > 0.5 && residuals.rms > 10 * numerical.rms;
    const bool too_large = judged && data.sigmas_known && degrees_of_freedom > 0 &&
                           size > 1 + (robust ? 10 : 5) * std::sqrt(2.0 / static_cast<double>(degrees_of_freedom));
    // Residuals that hang together count as fewer: the effective number of an AR(1) series (Bayley, Hammersley 1946).
    const double correlation_factor =
        structured ? std::sqrt((1 + lag.value) / std::max(1 - lag.value, 1.0 / static_cast<double>(lag.products))) : 1;
    if (too_large || structured) {
        scaled_factor = (too_large ? std::sqrt(size) : 1) * correlation_factor;
        std::string message;
        if (too_large)
            message =
                fmt::format("the residuals are {:.3g} times larger than the stated errors (reduced chi-square {:.4g})",
                            std::sqrt(size), reduced_chi_square);
        if (structured)
            message += fmt::format("{}the residuals ({} rms) are no noise: neighbours are correlated by {:.3f}",
                                   message.empty() ? "" : ", and ", length_text(data, residuals.rms), lag.value);
        warnings.push_back(
            {"misfit",
             fmt::format("{}; the model lacks something that acts on these bodies, and the formal errors "
                         "are too small, by {:.3g} times or more (scaled_sigma has that factor){}; or shorten the "
                         "window until this ends",
                         message, scaled_factor,
                         data.reference < 0
                             ? "; positions relative to one body (--relative-to) are free of a pull on all three"
                             : "")});
    }
    if (auto warning = phase_wrap(data, residuals)) warnings.push_back(*warning);
    if (auto warning = close_encounter(data, point, model, residuals, stop)) warnings.push_back(*warning);
    if (!std::isnan(numerical.exceeded_at))
        warnings.push_back(
            {"horizon",
             fmt::format("from t = {:.6g} on the solver's own error (up to {}) is no longer small: tighten rtol or "
                         "shorten the window",
                         numerical.exceeded_at, length_text(data, numerical.largest))});
    return warnings;
}

}  // namespace syzygy
