#include "physics/model/data.hpp"

#include "core/base/median.hpp"
#include "core/base/not_finite.hpp"
#include "physics/model/interpolate.hpp"
#include "physics/observations/body_name.hpp"
#include "physics/observations/sigma_range.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {

namespace {

/// The median of the errors that a series gives; 0 if it gives none.
double usual_sigma(const ObservedSeries& series)
{
    std::vector<double> given;
    for (const double sigma : series.sigmas)
        if (std::isfinite(sigma)) given.push_back(sigma);
    return given.empty() ? 0 : median(std::move(given));
}

/// A loss, and where its weights are those of `missing`.
struct Weighed {
    TrajectoryLoss loss;
    Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> estimated;
    Eigen::MatrixXd stated;  ///< variances that series state
};

Weighed make_loss(const Observations& data, Eigen::Index begin, Eigen::Index count, const DataOptions& options,
                  int reference, const MissingErrors& missing, RobustLoss robust, double robust_scale)
{
    const auto channels = static_cast<Eigen::Index>(data.series.size());
    const Eigen::Index components = options.velocities || channels > 0 ? 18 + channels : 9;
    TrajectoryLoss::Table observed = TrajectoryLoss::Table::Zero(components, count), weights = observed;
    Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> estimated;
    const auto fill = [&](int row, const ObservedTable& values, const ObservedTable& sigmas, double sigma_of_all) {
        const auto given = [&](int component, Eigen::Index k) {
            return sigmas.cols() > 0 ? sigmas(component, k) : std::numeric_limits<double>::quiet_NaN();
        };
        for (Eigen::Index k = 0; k < count; ++k)
            for (int c = 0; c < 9; ++c) {
                const int reference_row = reference >= 0 ? 3 * reference + c % 3 : c;
                double value = values(c, begin + k), sigma = given(c, begin + k);
                const bool stated = std::isfinite(sigma) || sigma_of_all > 0;
                if (!std::isfinite(sigma)) sigma = stated ? sigma_of_all : missing.sigma(row + c);
                const bool unknown = std::isnan(sigma);
                double variance = unknown ? 1 : sigma * sigma;
                if (reference >= 0) {
                    value -= values(reference_row, begin + k);
                    // The reference's own error enters the difference; in a scale estimated of differences it is already.
                    const double other = given(reference_row, begin + k),
                                 usual = missing.given[static_cast<std::size_t>(row + reference_row)];
                    if (stated && std::isfinite(other)) variance += other * other;
                    if (stated && !std::isfinite(other) && std::isfinite(usual)) variance += usual * usual;
                }
                const bool counts = std::isfinite(value) && (reference < 0 || c / 3 != reference);
                observed(row + c, k) = counts ? value : 0;
                weights(row + c, k) = counts ? 1 / variance : 0;
                if (!counts || stated || unknown) continue;
                if (estimated.size() == 0) estimated.setConstant(components, count, false);
                estimated(row + c, k) = true;
            }
    };
    fill(0, data.positions, data.position_sigmas, options.sigma);
    if (options.velocities) fill(9, data.velocities, data.velocity_sigmas, 0);
    std::vector<TrajectoryLoss::Channel> kinds;
    Eigen::MatrixXd stated(channels, channels > 0 ? count : 0);
    for (std::size_t i = 0; i < data.series.size(); ++i) {
        const ObservedSeries& series = data.series[i];
        kinds.push_back({series.observable, series.body});
        const double usual = usual_sigma(series);
        for (Eigen::Index k = 0; k < count; ++k) {
            const auto row = static_cast<std::size_t>(begin + k);
            const double given = series.sigmas.empty() ? nan : series.sigmas[row];
            const double known = std::isfinite(given) ? given : usual, sigma = std::hypot(known, missing.jitter[i]);
            stated(static_cast<Eigen::Index>(i), k) = known * known;
            if (!series.has_value(row)) continue;
            if (!(sigma > 0))
                throw ArgumentError("data", series.name(), "has no errors, and all its values are the same: give errors");
            observed(18 + static_cast<Eigen::Index>(i), k) = series.values[row];
            weights(18 + static_cast<Eigen::Index>(i), k) = 1 / (sigma * sigma);
        }
    }

    std::vector<double> times(data.times.begin() + begin, data.times.begin() + begin + count);
    const double epoch = times.front();
    for (double& t : times) t -= epoch;
    return {TrajectoryLoss(std::move(times), std::move(observed), std::move(weights), options.decay, reference, robust,
                           robust_scale, std::move(kinds)),
            std::move(estimated), std::move(stated)};
}

/// Rms distance of the bodies from their mean, a component, over the observed rows: of all pairs that a time has, as
/// observed or interpolated. Bodies that are never observed in the same span of time have no distance: then that of all
/// positions from their mean.
double length_of(std::span<const double> times, const Eigen::Ref<const Eigen::MatrixXd>& observed)
{
    const Eigen::MatrixXd positions = with_gaps_filled(times, observed);
    double square = 0;
    long finite = 0;
    for (Eigen::Index k = 0; k < positions.cols(); ++k)
        for (int c = 0; c < 9; ++c) {
            const double other = positions((c + 3) % 9, k), value = positions(c, k) - other;
            if (!std::isfinite(value)) continue;
            square += value * value;
            ++finite;
        }
    if (square > 0) return std::sqrt(square / static_cast<double>(finite)) / std::sqrt(3.0);
    double largest = 0;
    finite = 0;
    for (int axis = 0; axis < 3; ++axis) {
        double sum = 0, count = 0;
        const auto visit = [&](auto&& add) {
            for (Eigen::Index k = 0; k < observed.cols(); ++k)
                for (int c = axis; c < 9; c += 3)
                    if (std::isfinite(observed(c, k))) add(observed(c, k));
        };
        visit([&](double value) { sum += value, ++count, largest = std::max(largest, std::abs(value)); });
        if (count > 0) visit([&](double value) { square += (value - sum / count) * (value - sum / count), ++finite; });
    }
    return square > 0 ? std::sqrt(square / static_cast<double>(finite)) : largest;
}

/// Rms of the observed velocities, a component; where none is observed or all are at rest, nothing.
std::optional<double> velocity_of(const ObservedTable& velocities)
{
    double square = 0, finite = 0;
    State row;
    for (Eigen::Index k = 0; k < velocities.cols(); ++k) {
        row.tail<9>() = velocities.col(k);
        square += row.tail<9>().array().isFinite().select(row.tail<9>().array().square(), 0).sum();
        finite += static_cast<double>(row.tail<9>().array().isFinite().count());
    }
    if (!(square > 0)) return std::nullopt;
    return std::sqrt(square / finite);
}

/// Rms of the velocities in the rows begin .. begin + count - 1 of all series about their means; nothing if there is none.
std::optional<double> velocity_of(const std::vector<ObservedSeries>& all, std::size_t begin, std::size_t count)
{
    double square = 0, finite = 0;
    for (const ObservedSeries& series : all) {
        if (series.observable->info().quantity != Quantity::velocity) continue;
        double sum = 0, number = 0;
        for (std::size_t row = begin; row < begin + count; ++row)
            if (series.has_value(row)) sum += series.values[row], ++number;
        for (std::size_t row = begin; row < begin + count; ++row)
            if (series.has_value(row)) square += std::pow(series.values[row] - sum / number, 2);
        finite += number;
    }
    if (!(square > 0)) return std::nullopt;
    return std::sqrt(square / finite);
}

std::vector<ObservedSeries> without_values(const std::vector<ObservedSeries>& all)
{
    std::vector<ObservedSeries> result;
    for (const ObservedSeries& series : all) result.push_back({series.observable, series.body, series.instrument});
    return result;
}

/// Counts the numbers whose errors are estimated, a group.
void count_estimated(PreparedData& data)
{
    data.missing.values = {};
    for (Eigen::Index k = 0; k < data.estimated.cols(); ++k)
        for (Eigen::Index row = 0; row < data.estimated.rows(); ++row)
            if (data.estimated(row, k)) ++data.missing.values[static_cast<std::size_t>(error_group(static_cast<int>(row)))];
}

/// True where some number of the table is one.
bool holds_any(const ObservedTable& table)
{
    return table.array().isFinite().any();
}

}  // namespace

std::span<const double> PreparedData::times() const
{
    return loss.times();
}

PreparedData PreparedData::rows(std::size_t first, std::size_t last) const
{
    const auto from = static_cast<Eigen::Index>(first), count = static_cast<Eigen::Index>(last - first);
    State row = first_row;
    if (first > 0) {
        row.setConstant(std::numeric_limits<double>::quiet_NaN());
        for (int c = 0; c < 9 && reference < 0; ++c)
            if (loss.weight(c, first) > 0) row[c] = loss.observed(c, first);
        if (velocities.cols() > 0) row.tail<9>() = velocities.col(from);
    }
    PreparedData part{loss.range(first, last),
                      units,
                      bodies,
                      absolute(times()[first]),
                      0,
                      times()[last - 1] - times()[first],
                      row,
                      reference,
                      sigmas_known,
                      length,
                      velocity,
                      missing,
                      {},
                      first_time,
                      series,
                      stated_variances.cols() > 0 ? Eigen::MatrixXd(stated_variances.middleCols(from, count)) : Eigen::MatrixXd(),
                      lacks_errors,
                      velocities.cols() > 0 ? ObservedTable(velocities.middleCols(from, count)) : ObservedTable(9, 0)};
    if (estimated.size() > 0) part.estimated = estimated.middleCols(from, count);
    count_estimated(part);
    return part;
}

PreparedData PreparedData::up_to(double t) const
{
    return rows(0, static_cast<std::size_t>(std::upper_bound(times().begin(), times().end(), t) - times().begin()));
}

Eigen::MatrixXd compared_positions(const PreparedData& data)
{
    Eigen::MatrixXd positions = data.loss.observed().topRows<9>();
    for (Eigen::Index k = 0; k < positions.cols(); ++k)
        for (int c = 0; c < 9; ++c) {
            if (data.loss.weights()(c, k) == 0) positions(c, k) = std::numeric_limits<double>::quiet_NaN();
            if (data.reference >= 0 && c / 3 == data.reference) positions(c, k) = 0;
        }
    return positions;
}

void require_comparable(const PreparedData& data)
{
    if (data.lacks_errors)
        throw ArgumentError("sigma", "nothing",
                            fmt::format("must be given: {} counts in units of its error, and so must positions and velocities beside it",
                                        data.series.front().name()));
    for (std::size_t i = 0; i < data.series.size(); ++i)
        if (!data.missing.estimates_jitter && (data.stated_variances.row(static_cast<Eigen::Index>(i)).array() == 0).any())
            throw ArgumentError("jitter", "no", fmt::format("{} has no errors: its jitter stands for them", data.series[i].name()));
}

int find_body(const std::array<std::string, 3>& bodies, std::string_view text, std::string_view option)
{
    for (int body = 0; body < 3; ++body)
        if (text == bodies[body] || text == std::to_string(body + 1)) return body;
    if (const auto body = body_named(bodies, text)) return *body;
    throw ArgumentError(option, text,
                        fmt::format("must be 1, 2 or 3, or one of {}, {}, {}", bodies[0], bodies[1], bodies[2]));
}

std::pair<double, double> window_of(const Observations& observations, const DataOptions& options)
{
    const auto window = options.window.within(observations.times.front(), observations.times.back());
    if (options.window.whole()) return window;
    if (!std::isfinite(window.first) || !std::isfinite(window.second))
        throw ArgumentError("window", value_text(options.window), "its sides must be finite");
    if (window.second <= window.first)
        throw ArgumentError("window", value_text(options.window), "its end must come after its start");
    return window;
}

State absolute_tolerance(const SolverOptions& options, double length, double velocity)
{
    State atol;
    atol.head<9>().setConstant(options.rtol * length);
    atol.tail<9>().setConstant(options.rtol * velocity);
    switch (options.atol.size()) {
    case 0: break;
    case 1: atol.setConstant(options.atol[0]); break;
    case 2:
        atol.head<9>().setConstant(options.atol[0]);
        atol.tail<9>().setConstant(options.atol[1]);
        break;
    case 18: atol = Eigen::Map<const State>(options.atol.data()); break;
    default:
        throw ArgumentError("atol", fmt::format("{} numbers", options.atol.size()),
                            "must be 1 number, 2 (positions, velocities) or 18");
    }
    return atol;
}

std::pair<double, double> magnitudes(const UnitSystem& units, const Eigen::Vector3d& masses, const State& state)
{
    const Eigen::Vector3d centre = (state.segment<3>(0) + state.segment<3>(3) + state.segment<3>(6)) / 3;
    double square = 0;
    for (int body = 0; body < 3; ++body) square += (state.segment<3>(3 * body) - centre).squaredNorm();
    // Bodies that all are in one place attract each other without bound: no solve begins there, whatever its tolerances.
    const double length = square > 0 && std::isfinite(square) ? std::sqrt(square / 9) : 1;
    const double speed2 = state.tail<9>().squaredNorm() / 9;
    const double velocity = std::sqrt((std::isfinite(speed2) ? speed2 : 0) +
                                      units.k1() * masses.cwiseAbs().sum() / (9 * units.k2() * length));
    // Massless bodies at rest stay there.
    return {length, velocity > 0 ? velocity : 1};
}

double mass_magnitude(const UnitSystem& units, const Eigen::Vector3d& masses, double length, double velocity)
{
    const double mean = masses.cwiseAbs().mean();
    return std::isfinite(mean) && mean > 0 ? mean : units.k2() * velocity * velocity * length / units.k1() / 3;
}

PreparedData prepare(const Observations& data, const DataOptions& options, RobustLoss robust, double robust_scale,
                     const MissingErrors* given_missing)
{
    validate(data_options(), options);
    if (options.sigma > 0 && !usable_sigma(options.sigma))
        throw ArgumentError("sigma", fmt::format("{}", options.sigma), unusable_sigma_rule());
    if (data.times.empty()) throw ArgumentError("data", data.called(), "has no rows");
    const auto [start, end] = window_of(data, options);
    const auto begin = std::lower_bound(data.times.begin(), data.times.end(), start) - data.times.begin();
    const auto count = std::upper_bound(data.times.begin(), data.times.end(), end) - data.times.begin() - begin;
    if (data.size() < 2)
        throw ArgumentError("data", data.called(), "has one row; at least 2 are needed");
    if (count < 2)
        throw ArgumentError("window", options.window.whole() ? fmt::format("{}:{}", start, end) : value_text(options.window),
                            fmt::format("holds {} of the {} rows; at least 2 are needed (data run from {} to {})",
                                        count, data.size(), data.times.front(), data.times.back()));
    if (data.times[begin] == data.times[begin + count - 1])
        throw ArgumentError("window", value_text(options.window), "all its rows are at one time");

    int reference = data.relative_to.value_or(-1);
    if (!options.relative_to.empty()) reference = find_body(data.bodies, options.relative_to, "relative-to");
    if (options.velocities && !data.has_velocities())
        throw ArgumentError("velocities", "true", "the data have no velocity columns");

    State first_row = State::Constant(std::numeric_limits<double>::quiet_NaN());
    first_row.head<9>() = data.positions.col(begin);
    if (data.has_velocities()) first_row.tail<9>() = data.velocities.col(begin);
    const bool errors_given = options.sigma > 0 || holds_any(data.position_sigmas) ||
                              (options.velocities && holds_any(data.velocity_sigmas));
    const bool sigmas_known = errors_given || !data.series.empty();

    const double duration = data.times[begin + count - 1] - data.times[begin];
    const std::span<const double> times(data.times.data() + begin, static_cast<std::size_t>(count));
    const auto of_series = velocity_of(data.series, static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
    double length = length_of(times, data.positions.middleCols(begin, count));
    // Without positions: what the velocity passes in that time.
    if (!(length > 0) && of_series) length = *of_series * duration * data.units.k2();
    // Where no velocity is observed: the length over the time in which it changes.
    std::optional<double> measured;
    if (data.has_velocities()) measured = velocity_of(data.velocities.middleCols(begin, count));
    if (!measured && !data.has_positions()) measured = of_series;
    const double velocity = measured.value_or(length / duration / data.units.k2());
    MissingErrors missing = given_missing ? *given_missing
                                          : missing_errors(data, options, reference, length, velocity, false);

    Weighed weighed = make_loss(data, begin, count, options, reference, missing, robust, robust_scale);
    PreparedData prepared{std::move(weighed.loss),
                          data.units,
                          data.bodies,
                          data.times[begin],
                          0,
                          duration,
                          first_row,
                          reference,
                          sigmas_known,
                          length,
                          velocity,
                          missing,
                          std::move(weighed.estimated),
                          data.times.front(),
                          without_values(data.series),
                          std::move(weighed.stated),
                          !errors_given && !data.series.empty() && (data.has_positions() || options.velocities),
                          data.has_velocities() ? ObservedTable(data.velocities.middleCols(begin, count)) : ObservedTable(9, 0)};
    count_estimated(prepared);
    if (prepared.loss.count() == 0)
        throw ArgumentError("data", data.called(), data.series.empty() ? "no position is observed in the window"
                                                                       : "nothing is observed in the window");
    if (!(length > 0))
        throw ArgumentError("data", data.called(),
                            data.has_positions() ? "all positions in the window are 0: they have no length to measure by"
                                                 : "nothing in the window changes: there is nothing to measure by");
    return prepared;
}

}  // namespace syzygy
