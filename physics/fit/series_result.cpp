#include "physics/fit/series_result.hpp"

#include "physics/fit/jitter.hpp"

#include <cmath>

namespace syzygy {

namespace {

/// Residuals that are larger than this share of the spread of the values follow no model.
constexpr double of_spread = 0.5;

FittedSeries series_at(const PreparedData& data, std::size_t index, const Residuals& residuals)
{
    const ObservedSeries& series = data.series[index];
    FittedSeries found;
    found.name = series.name();
    found.observable = series.observable->info().id;
    found.body = series.body;
    found.instrument = series.instrument;
    found.jitter = data.missing.jitter[index];
    const int component = 18 + static_cast<int>(index);
    double squares = 0, weights = 0, weighted = 0, sum = 0, sum_of_squares = 0;
    for (std::size_t k = 0; k < data.size(); ++k) {
        const double weight = data.loss.time_weight(k) * data.loss.weight(component, k);
        if (weight == 0) continue;
        const double residual = residuals.residual(component, static_cast<Eigen::Index>(k)), value = data.loss.observed(component, k);
        ++found.points;
        squares += residual * residual;
        weights += weight;
        weighted += weight * residual * residual;
        sum += weight * value;
        sum_of_squares += weight * value * value;
    }
    if (found.points == 0) return found;
    found.rms = std::sqrt(squares / static_cast<double>(found.points));
    found.weighted_rms = std::sqrt(weighted / weights);
    found.chi_square = weighted;
    found.spread = std::sqrt(std::max(0.0, sum_of_squares / weights - (sum / weights) * (sum / weights)));
    return found;
}

}  // namespace

void describe_series(const PreparedData& data, const ParameterSet& parameters, FitObjective& objective, const Eigen::VectorXd& x,
                     const Residuals& residuals, FitResult& result)
{
    if (data.series.empty()) return;
    const auto jitters = data.missing.estimates_jitter ? estimate_jitter(data, parameters, objective, x) : std::nullopt;
    for (std::size_t i = 0; i < data.series.size(); ++i) {
        FittedSeries found = series_at(data, i, residuals);
        found.jitter_sigma = jitters && found.jitter > 0 ? (*jitters)[i].sigma : std::numeric_limits<double>::quiet_NaN();
        for (int index = 0; index < parameters.count(); ++index)
            if (parameters[index].is_offset() && parameters[index].slot == static_cast<int>(i)) {
                found.offset = result.parameters[static_cast<std::size_t>(index)].value;
                found.offset_sigma = result.parameters[static_cast<std::size_t>(index)].sigma;
            }
        const std::string& unit = data.series[i].unit_label(data.units);
        const bool beyond_errors = found.jitter > of_spread * found.weighted_rms ||
                                   found.chi_square > static_cast<double>(found.points) + 5 * std::sqrt(2.0 * static_cast<double>(found.points));
        if (found.points > 8 && found.weighted_rms > of_spread * found.spread && beyond_errors)
            result.warnings.push_back(
                {"not-followed", fmt::format("the residuals of the {} are {} rms, where its values differ by {} rms{}: the model does not follow "
                                             "this series; give a better start or a shorter window",
                                             data.series[i].text(data.bodies[static_cast<std::size_t>(found.body)]),
                                             with_unit(found.weighted_rms, unit), with_unit(found.spread, unit),
                                             found.jitter > 0 ? fmt::format(", and {} of it is taken for jitter", with_unit(found.jitter, unit))
                                                              : "")});
        result.series.push_back(std::move(found));
    }
}

}  // namespace syzygy
