#include "physics/fit/residuals.hpp"

#include "core/base/median.hpp"
#include "core/base/not_finite.hpp"
#include "physics/fit/residual_tests.hpp"
#include "physics/model/encounters.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace syzygy {

namespace {

// Of white noise to be taken for structure by one of three tests, and to be taken for larger than it is said to be.
constexpr double chance_of_structure = 1e-3, chance_of_size = 5e-4;

std::string length_text(const PreparedData& data, double value)
{
    return with_unit(value, data.units.length_label());
}

/// A pair's separation in a column of positions; the reference body of relative data stands at 0.
Eigen::Vector3d separation(const Eigen::Ref<const Eigen::VectorXd>& positions, int i, int j)
{
    return positions.segment<3>(3 * j) - positions.segment<3>(3 * i);
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
        const double usual = median(std::move(distances));
        if (closest.distance < 0.02 * usual)
            return Warning{
                "close-encounter",
                fmt::format("{} and {} come within {} at t = {:.6g}, {:.2g} of their usual distance: everything after "
                            "depends on how they passed; fit a window that ends before",
                            data.bodies[closest.first], data.bodies[closest.second],
                            length_text(data, closest.distance), closest.t, closest.distance / usual),
                closest.t};
    }
    return std::nullopt;
}

/// By how much the residuals with stated errors exceed these; 1 where chance explains it.
double excess(const PreparedData& data, const Residuals& residuals, const std::vector<ComponentResiduals>& remaining)
{
    double squares = 0, freedom = 0;
    for (const ComponentResiduals& series : remaining)
        if (series.stated) {
            squares += series.squares();
            freedom += series.freedom();
        }
    if (!(freedom >= 1)) return 1;
    if (data.loss.is_robust()) {
        // A robust loss is there to live with outliers: the median tells what the rest of the residuals is like. For
        // normal errors it knows their variance 1.65 times worse than the mean square does (Huber 1981, sec. 5.1:
        // efficiency 0.37).
        const double size = residuals.median_in_sigmas * residuals.median_in_sigmas;
        const double limit = 1 + 1.65 * normal_quantile_of_tail(chance_of_size) * std::sqrt(2 / freedom);
        return size > limit ? std::sqrt(size) : 1;
    }
    return chi_square_tail(squares, freedom) < chance_of_size ? std::sqrt(squares / freedom) : 1;
}

/// Errors of parameters grow by the root of the spectral density of the residuals over that of white noise, at most
/// where it is largest; of an AR(1) series that is (1 + r) / (1 - r) at frequency 0 (Bayley, Hammersley 1946).
double correlation_factor(const ResidualStructure& structure)
{
    const double at_peak = structure.spectrum < chance_of_structure ? structure.density : 1;
    const double largest = std::max(at_peak, 10.0),
                 r = std::clamp(structure.neighbours, 0.0, (largest - 1) / (largest + 1));
    return std::sqrt(std::max(at_peak, (1 + r) / (1 - r)));
}

/// "y of Moon", "vy of Moon" or "radial velocity of Moon by Keck".
std::string component_text(const PreparedData& data, int component)
{
    if (component >= 18) {
        const ObservedSeries& series = data.series[static_cast<std::size_t>(component - 18)];
        return series.text(data.bodies[static_cast<std::size_t>(series.body)]);
    }
    return fmt::format("{}{} of {}", component < 9 ? "" : "v", "xyz"[component % 3],
                       data.bodies[static_cast<std::size_t>(component % 9 / 3)]);
}

std::string chance_text(double probability)
{
    return probability < 1e-30 ? "by chance: below 1e-30" : fmt::format("by chance: {:.1g}", probability);
}

Warning misfit(const PreparedData& data, const Residuals& residuals, const ResidualStructure& structure, double size,
               bool structured, double reduced_chi_square, double factor)
{
    std::string message;
    if (size > 1)
        message =
            fmt::format("the residuals are {:.3g} times larger than the stated errors (reduced chi-square {:.4g})",
                        size, reduced_chi_square);
    if (structured) {
        message += fmt::format("{}the residuals{} are not random: ", message.empty() ? "" : ", and ",
                               residuals.positions > 0 ? fmt::format(" ({} rms)", length_text(data, residuals.rms)) : "");
        const double smallest = structure.smallest();
        if (structure.spectrum == smallest)
            message += fmt::format(
                "those of {} go up and down with a period of {} ({})", component_text(data, structure.component),
                with_unit(structure.period, data.units.time_label()), chance_text(structure.spectrum));
        else if (structure.correlation == smallest)
            message += fmt::format("those {} apart are correlated by {:.3f} ({})",
                                   structure.lag == 1 ? "one row" : fmt::format("{} rows", structure.lag),
                                   structure.correlated, chance_text(structure.correlation));
        else
            message += fmt::format("their signs change {:.0f} times where chance gives {:.0f} ({})",
                                   structure.run_count, structure.runs_expected, chance_text(structure.runs));
    }
    message += "; the model lacks something that acts on these bodies";
    if (data.sigmas_known) message += ", or the stated errors are wrong";
    // Residuals that alternate are no noise either, and make no error too small.
    message += factor < 1.05 ? "; the formal errors may be too small"
                             : fmt::format(
                                   "; the formal errors are too small, by {:.3g} times or more: take the "
                                   "widened ones",
                                   factor);
    if (data.reference < 0 && residuals.positions > 0)
        message += "; positions relative to one body (--relative-to) are free of a pull on all three";
    return {"misfit", message + "; or shorten the window until this ends"};
}

}  // namespace

Residuals compute_residuals(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                            std::stop_token stop)
{
    Residuals result;
    const TrajectoryLoss& loss = data.loss;
    const int components = loss.components();
    const auto count = static_cast<Eigen::Index>(data.size());
    result.predicted.setConstant(components, count, nan);
    result.residual.setConstant(components, count, nan);
    double squares = 0;
    long& positions = result.positions;
    std::vector<double> in_sigmas;
    result.outcome = predict(
        data, point, model,
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
            const auto column = static_cast<Eigen::Index>(k);
            const TrajectoryLoss::Observed state(y);
            const auto offsets = offsets_of(data, point);
            const TrajectoryLoss::Components residuals = loss.residual(k, state, offsets);
            result.loss += loss.term(k, state, offsets);
            result.predicted.col(column) = loss.compared(state, offsets);
            for (int c = 0; c < components; ++c) {
                if (loss.weight(c, k) == 0) continue;
                const double residual = residuals[c];
                result.residual(c, column) = residual;
                ++result.count;
                const double weighted = loss.time_weight(k) * loss.weight(c, k) * residual * residual;
                const bool apart = data.sigmas_known && data.is_estimated(c, k);
                (apart   ? result.estimated_squares
                 : c < 9 ? result.position_squares
                         : result.velocity_squares) += weighted;
                (apart   ? result.estimated_weight
                 : c < 9 ? result.position_weight
                         : result.velocity_weight) += loss.time_weight(k);
                if (c < 9 || c >= 18) in_sigmas.push_back(std::abs(residual) * std::sqrt(loss.weight(c, k)));
                if (c >= 9) continue;
                squares += residual * residual;
                ++positions;
            }
        },
        stop);
    result.rms = positions > 0 ? std::sqrt(squares / static_cast<double>(positions)) : 0;
    result.median_in_sigmas = median(std::move(in_sigmas)) / 0.6745;
    return result;
}

NumericalError numerical_error(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                               const Residuals& residuals, double limit, std::stop_token stop)
{
    // Ten times the tolerance errs about eight times as much; a fixed step is doubled instead.
    constexpr double safety = 4, of_sigma = 0.3;
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
    const auto exceeds = [&](Eigen::Index k) {
        if (std::isnan(result.exceeded_at)) result.exceeded_at = data.absolute(data.times()[static_cast<std::size_t>(k)]);
    };
    for (Eigen::Index k = 0; k < residuals.residual.cols(); ++k) {
        for (Eigen::Index c = 18; c < residuals.residual.rows(); ++c)
            if (std::abs(result.difference(c, k)) * std::sqrt(data.loss.weight(static_cast<int>(c), static_cast<std::size_t>(k))) > of_sigma)
                exceeds(k);
        for (Eigen::Index c = 0; c < 9; ++c) {
            if (!std::isfinite(residuals.residual(c, k))) continue;
            const double difference = std::abs(result.difference(c, k));
            squares += difference * difference;
            ++positions;
            result.largest = std::max(result.largest, difference);
            if (difference > limit) exceeds(k);
        }
    }
    result.rms = positions > 0 ? std::sqrt(squares / static_cast<double>(positions)) : 0;
    return result;
}

ResidualJudgement judge_residuals(const PreparedData& data, const ModelPoint& point, const ModelOptions& model,
                                  const Residuals& residuals, const std::vector<ComponentResiduals>& remaining,
                                  bool at_minimum, double reduced_chi_square, const NumericalError& numerical,
                                  std::stop_token stop)
{
    ResidualJudgement judgement;
    if (at_minimum) {
        const double size = excess(data, residuals, remaining);
        const ResidualStructure structure = residual_structure(remaining);
        const bool structured = structure.smallest() < chance_of_structure;
        if (size > 1 || structured) {
            const double correlation = structured ? correlation_factor(structure) : 1;
            judgement.scaled_factor = size * correlation;
            judgement.warnings.push_back(
                misfit(data, residuals, structure, size, structured, reduced_chi_square, judgement.scaled_factor));
        }
    }
    if (auto warning = close_encounter(data, point, model, residuals, stop)) judgement.warnings.push_back(*warning);
    if (!std::isnan(numerical.exceeded_at))
        judgement.warnings.push_back(
            {"horizon",
             fmt::format("from t = {:.6g} on the solver's own error{} is no longer small: tighten rtol or shorten the window",
                         numerical.exceeded_at,
                         numerical.largest > 0 ? fmt::format(" (up to {})", length_text(data, numerical.largest)) : ""),
             numerical.exceeded_at});
    return judgement;
}

}  // namespace syzygy
