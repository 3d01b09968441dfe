#include "physics/fit/noise_scale.hpp"

#include "core/base/median.hpp"
#include "physics/fit/jitter.hpp"
#include "physics/fit/uncertainty.hpp"
#include "physics/model/missing_error_notes.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// Sums of the groups and of the rest with the redundancy of each, at x.
struct Redundancies {
    FitObjective::Information information;
    std::array<double, error_groups + 1> freedom{};

    double square(int group) const { return information.groups[static_cast<std::size_t>(group)].squares; }
    double free(int group) const { return freedom[static_cast<std::size_t>(group)]; }
};

std::optional<Redundancies> redundancies(const PreparedData& data, const ParameterSet& parameters,
                                         FitObjective& objective, const Eigen::VectorXd& x)
{
    Redundancies result;
    const ModelPoint point = parameters.point(x);
    if (!objective.information(natural_units(parameters, point), x, result.information, nullptr)) return std::nullopt;
    const bool robust = data.loss.is_robust();
    const Eigen::MatrixXd half = half_inverse(result.information, robust);
    for (std::size_t group = 0; group < result.freedom.size(); ++group) {
        const auto& sums = result.information.groups[group];
        const double share = x.size() == 0 ? 0 : (half.transpose() * sums.scores * half).trace();
        result.freedom[group] = sums.weight - share;
    }
    return result;
}

/// The velocities of data without any errors: one factor, by which their residuals are as large as the positions'.
double common_factor(const PreparedData& data, const Redundancies& at)
{
    double square = 0, freedom = 0;
    for (int group = 3; group < error_groups; ++group) {
        square += at.square(group);
        freedom += at.free(group);
    }
    const double of_positions = at.square(error_groups), free = at.free(error_groups);
    const double now = data.missing.factor[3];
    if (!(freedom >= fewest_redundant) || !(free >= fewest_redundant) || !(of_positions > 0) || !(square > 0))
        return now;
    return now * std::sqrt(square / freedom / (of_positions / free));
}

bool has_priors(const ParameterSet& parameters)
{
    return std::any_of(parameters.free().begin(), parameters.free().end(),
                       [&](int index) { return parameters[index].prior_sigma.has_value(); });
}

/// The error that is common to data without any.
double common_error(const PreparedData& data, const Redundancies& at)
{
    const double free = at.free(error_groups), squares = at.square(error_groups);
    return free >= fewest_redundant && squares > 0 ? std::sqrt(squares / free) : data.missing.common;
}

/// The smallest of the starts of a group's components.
double least_start(const MissingErrors& missing, int group)
{
    double least = std::numeric_limits<double>::infinity();
    for (int row = 0; row < 18; ++row)
        if (error_group(row) == group) least = std::min(least, missing.start[static_cast<std::size_t>(row)]);
    return least;
}

double group_factor(const PreparedData& data, const Redundancies& at, int group)
{
    const double now = data.missing.factor[static_cast<std::size_t>(group)];
    if (!(at.free(group) >= fewest_redundant)) return now;
    const std::vector<double>& sizes = at.information.groups[static_cast<std::size_t>(group)].sizes;
    const double grows = sizes.empty() ? std::sqrt(at.square(group) / at.free(group)) : median(sizes) / 0.6745;
    // Numbers that the model meets to their rounding would count for all others.
    constexpr double rounding = 1e-13;
    const double least = rounding * (group < 3 ? data.length : data.velocity) / least_start(data.missing, group);
    return std::max(now * grows, least);
}

/// The rms error with which the numbers of a series count.
double rms_error(const PreparedData& data, std::size_t series)
{
    double sum = 0, count = 0;
    for (std::size_t k = 0; k < data.size(); ++k)
        if (const double weight = data.loss.weight(18 + static_cast<int>(series), k); weight > 0) sum += 1 / weight, ++count;
    return count > 0 ? std::sqrt(sum / count) : 1;
}

}  // namespace

std::optional<NoiseScales> estimate_noise_scales(const PreparedData& data, const ParameterSet& parameters,
                                                 FitObjective& objective, const Eigen::VectorXd& x)
{
    const bool common = !data.sigmas_known && has_priors(parameters);
    const bool jitters = data.missing.estimates_jitter;
    if (!data.missing.any() && !common && !jitters) return std::nullopt;
    NoiseScales result{data.missing.factor, data.missing.common, data.missing.jitter, 0};
    if (jitters) {
        const auto found = estimate_jitter(data, parameters, objective, x);
        if (!found) return std::nullopt;
        for (std::size_t i = 0; i < found->size(); ++i) {
            result.change = std::max(result.change, std::abs((*found)[i].value - result.jitter[i]) / rms_error(data, i));
            result.jitter[i] = (*found)[i].value;
        }
        if (!data.missing.any() && !common) return result;
    }
    const auto at = redundancies(data, parameters, objective, x);
    if (!at) return std::nullopt;
    if (common) result.common = common_error(data, *at);
    result.change = std::max(result.change, std::abs(result.common / data.missing.common - 1));
    for (int group = 0; group < error_groups; ++group) {
        const auto i = static_cast<std::size_t>(group);
        if (data.missing.common_velocities) {
            if (group >= 3) result.factor[i] = common_factor(data, *at);
        } else if (data.missing.values[i] > 0) {
            result.factor[i] = group_factor(data, *at, group);
        }
        result.change = std::max(result.change, std::abs(result.factor[i] / data.missing.factor[i] - 1));
    }
    return result;
}

std::vector<std::string> noise_notes(const PreparedData& data, const MissingErrors& first,
                                     const ParameterSet& parameters, FitObjective& objective, const Eigen::VectorXd& x)
{
    std::vector<std::string> notes;
    const bool common = !data.sigmas_known && has_priors(parameters);
    const auto at = data.missing.any() || common ? redundancies(data, parameters, objective, x) : std::nullopt;
    if (!at) return notes;
    if (common)
        notes.push_back(
            fmt::format("no errors are given: beside the prior, positions count with an error of {}, estimated from "
                        "their residuals",
                        with_unit(data.missing.common, data.units.length_label())));
    if (data.missing.common_velocities && data.missing.any()) {
        const double of_positions = std::sqrt(at->square(error_groups) / at->free(error_groups));
        notes.push_back(
            fmt::format("no errors are given: positions count with an error of {} and velocities with one of {}, both "
                        "estimated from their "
                        "residuals (start: {:.3g} in velocity for 1 in length, as the data's magnitudes; now {:.3g})",
                        with_unit(of_positions, data.units.length_label()),
                        with_unit(of_positions * data.missing.sigma(9), data.units.velocity_label()), first.sigma(9),
                        data.missing.sigma(9)));
        return notes;
    }
    for (int group = 0; group < error_groups; ++group) {
        const auto i = static_cast<std::size_t>(group);
        if (data.missing.values[i] == 0) continue;
        const bool told = at->free(group) >= fewest_redundant;
        notes.push_back(fmt::format("{} {} of {} have no error: {} {} (start: {}, by the errors that are given)",
                                    data.missing.values[i], group < 3 ? "positions" : "velocities", data.bodies[i % 3],
                                    told ? "their scale is estimated from their residuals,"
                                         : "too few to estimate their scale, they count with",
                                    missing_error_text(data, data.missing, group),
                                    missing_error_text(data, first, group)));
    }
    return notes;
}

}  // namespace syzygy
