#include "physics/model/missing_errors.hpp"

#include "core/base/median.hpp"
#include "core/base/not_finite.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace syzygy {

namespace {

/// Of the finite entries of the rows `first` .. `first + count - 1`; nan where there are none.
double median_of(const ObservedTable& sigmas, Eigen::Index first, Eigen::Index count)
{
    std::vector<double> values;
    if (sigmas.cols() > 0)
        for (const double value : sigmas.middleRows(first, count).reshaped())
            if (std::isfinite(value)) values.push_back(value);
    return values.empty() ? nan : median(std::move(values));
}

/// Of the components of one kind: `start` and `given` of rows from..from + 8.
void add_kind(const ObservedTable& sigmas, std::size_t from, double of_kind, MissingErrors& errors)
{
    for (Eigen::Index body = 0; body < 3; ++body) {
        const double of_body = median_of(sigmas, 3 * body, 3);
        for (Eigen::Index c = 3 * body; c < 3 * body + 3; ++c) {
            const std::size_t row = from + static_cast<std::size_t>(c);
            errors.given[row] = median_of(sigmas, c, 1);
            errors.start[row] = std::isfinite(errors.given[row]) ? errors.given[row]
                                : std::isfinite(of_body)         ? of_body
                                                                 : of_kind;
        }
    }
}

/// The rms of the values about their mean.
double spread_of(const std::vector<double>& values)
{
    double sum = 0, count = 0, squares = 0;
    for (const double value : values)
        if (std::isfinite(value)) sum += value, ++count;
    for (const double value : values)
        if (std::isfinite(value)) squares += (value - sum / count) * (value - sum / count);
    return count > 0 ? std::sqrt(squares / count) : 0;
}

std::vector<double> first_jitter(const std::vector<ObservedSeries>& all)
{
    std::vector<double> jitter;
    for (const ObservedSeries& series : all) {
        const bool stated = std::ranges::any_of(series.sigmas, [](double sigma) { return std::isfinite(sigma); });
        jitter.push_back(stated ? 0 : spread_of(series.values));
    }
    return jitter;
}

}  // namespace

bool MissingErrors::any() const
{
    return std::any_of(values.begin(), values.end(), [](long count) { return count > 0; });
}

MissingErrors missing_errors(const Observations& observations, const DataOptions& options, int reference, double length,
                             double velocity, bool weigh_velocities)
{
    MissingErrors errors;
    errors.start.fill(nan);
    errors.given.fill(nan);
    errors.jitter = first_jitter(observations.series);
    errors.estimates_jitter = options.jitter && !observations.series.empty();
    double of_positions = median_of(observations.position_sigmas, 0, 9);
    if (!std::isfinite(of_positions) && options.sigma > 0) of_positions = options.sigma;
    double of_velocities = options.velocities ? median_of(observations.velocity_sigmas, 0, 9) : nan;
    if (!std::isfinite(of_positions) && !std::isfinite(of_velocities)) {
        // Of series alone. Without them, one scale is common to all, and any number stands for it.
        if (!observations.series.empty()) return errors;
        errors.common = 1e-3 * length;
        if (!options.velocities || !weigh_velocities) return errors;
        of_velocities = velocity / length;
        errors.common_velocities = true;
    }
    if (!std::isfinite(of_velocities)) of_velocities = of_positions * velocity / length;
    if (!std::isfinite(of_positions) && !errors.common_velocities) of_positions = of_velocities * length / velocity;
    add_kind(observations.position_sigmas, 0, of_positions, errors);
    add_kind(observations.velocity_sigmas, 9, of_velocities, errors);
    if (options.sigma > 0) std::fill_n(errors.start.begin(), 9, options.sigma);
    if (reference < 0) return errors;
    // A difference has the error of the reference in it as well, where it has one.
    for (int row = 0; row < 18; ++row) {
        const int of_reference = (row >= 9 ? 9 : 0) + 3 * reference + row % 3;
        const double other = errors.given[static_cast<std::size_t>(of_reference)];
        if (error_group(row) % 3 != reference && std::isfinite(other))
            errors.start[static_cast<std::size_t>(row)] =
                std::hypot(errors.start[static_cast<std::size_t>(row)], other);
    }
    return errors;
}

}  // namespace syzygy
