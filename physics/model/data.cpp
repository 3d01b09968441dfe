#include "physics/model/data.hpp"

#include "physics/observations/body_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace syzygy {

namespace {

double parse_time(std::string_view text, std::string_view whole)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        throw ArgumentError("window", whole, fmt::format("'{}' is not a time; write t0:t1", text));
    return value;
}

template <int Rows>
TrajectoryLoss<Rows> make_loss(const Observations& data, Eigen::Index begin, Eigen::Index count,
                               const DataOptions& options, int reference, RobustLoss robust, double robust_scale)
{
    using Table = typename TrajectoryLoss<Rows>::Table;
    Table observed = Table::Zero(TrajectoryLoss<Rows>::rows, count), weights = observed;
    const auto fill = [&](int row, const ObservedTable& values, const ObservedTable& sigmas, double default_sigma) {
        for (Eigen::Index k = 0; k < count; ++k)
            for (int c = 0; c < 9; ++c) {
                const int reference_row = reference >= 0 ? 3 * reference + c % 3 : c;
                double value = values(c, begin + k);
                const auto sigma_of = [&](int component) {
                    const double sigma = sigmas.cols() > 0 ? sigmas(component, begin + k) : default_sigma;
                    return std::isnan(sigma) ? default_sigma : sigma;
                };
                double variance = sigma_of(c) * sigma_of(c);
                if (reference >= 0) {
                    value -= values(reference_row, begin + k);
                    // The reference's own error enters the difference.
                    if (sigmas.cols() > 0 && !std::isnan(sigmas(reference_row, begin + k)))
                        variance += sigmas(reference_row, begin + k) * sigmas(reference_row, begin + k);
                }
                const bool counts = std::isfinite(value) && (reference < 0 || c / 3 != reference);
                observed(row + c, k) = counts ? value : 0;
                weights(row + c, k) = counts ? 1 / variance : 0;
            }
    };
    fill(0, data.positions, data.position_sigmas, options.sigma > 0 ? options.sigma : 1);
    if constexpr (Rows == 18) fill(9, data.velocities, data.velocity_sigmas, 1);

    std::vector<double> times(data.times.begin() + begin, data.times.begin() + begin + count);
    const double epoch = times.front();
    for (double& t : times) t -= epoch;
    std::vector<double> time_weights(times.size());
    for (std::size_t k = 0; k < times.size(); ++k)
        time_weights[k] = options.decay == 1 ? 1 : std::pow(options.decay, times[k]);
    return TrajectoryLoss<Rows>(std::move(times), std::move(observed), std::move(weights), std::move(time_weights),
                                reference, robust, robust_scale);
}

}  // namespace

std::span<const double> PreparedData::times() const
{
    return std::visit([](const auto& l) { return l.times(); }, loss);
}

int find_body(const std::array<std::string, 3>& bodies, std::string_view text, std::string_view option)
{
    for (int body = 0; body < 3; ++body)
        if (text == bodies[body] || text == std::to_string(body + 1)) return body;
    if (const auto body = body_named(bodies, text)) return *body;
    throw ArgumentError(option, text,
                        fmt::format("must be 1, 2 or 3, or one of {}, {}, {}", bodies[0], bodies[1], bodies[2]));
}

std::pair<double, double> parse_window(std::string_view text, double lowest, double highest)
{
    if (text.empty()) return {lowest, highest};
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) throw ArgumentError("window", text, "must be t0:t1");
    const std::string_view left = text.substr(0, colon), right = text.substr(colon + 1);
    const double t0 = left.empty() ? lowest : parse_time(left, text);
    const double t1 = right.empty() ? highest : parse_time(right, text);
    if (t1 <= t0) throw ArgumentError("window", text, "its end must come after its start");
    return {t0, t1};
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
    const double length = square > 0 && std::isfinite(square) ? std::sqrt(square / 9) : 1;
    const double speed2 = state.tail<9>().squaredNorm() / 9;
    const double velocity = std::sqrt((std::isfinite(speed2) ? speed2 : 0) +
                                      units.k1() * masses.cwiseAbs().sum() / (9 * units.k2() * length));
    return {length, velocity > 0 ? velocity : 1};
}

PreparedData prepare(const Observations& data, const DataOptions& options, RobustLoss robust, double robust_scale)
{
    validate(data_options(), options);
    if (data.times.empty()) throw ArgumentError("data", data.called(), "has no rows");
    const auto [start, end] = parse_window(options.window, data.times.front(), data.times.back());
    const auto begin = std::lower_bound(data.times.begin(), data.times.end(), start) - data.times.begin();
    const auto count = std::upper_bound(data.times.begin(), data.times.end(), end) - data.times.begin() - begin;
    if (data.size() < 2)
        throw ArgumentError("data", data.called(), "has one row; at least 2 are needed");
    if (count < 2)
        throw ArgumentError("window", options.window.empty() ? fmt::format("{}:{}", start, end) : options.window,
                            fmt::format("holds {} of the {} rows; at least 2 are needed (data run from {} to {})",
                                        count, data.size(), data.times.front(), data.times.back()));
    if (data.times[begin] == data.times[begin + count - 1])
        throw ArgumentError("window", options.window, "all its rows are at one time");

    int reference = data.relative_to.value_or(-1);
    if (!options.relative_to.empty()) reference = find_body(data.bodies, options.relative_to, "relative-to");
    if (options.velocities && !data.has_velocities())
        throw ArgumentError("velocities", "true", "the data have no velocity columns");

    State first_row = State::Constant(std::numeric_limits<double>::quiet_NaN());
    first_row.head<9>() = data.positions.col(begin);
    if (data.has_velocities()) first_row.tail<9>() = data.velocities.col(begin);
    const bool sigmas_known = options.sigma > 0 || data.position_sigmas.cols() > 0;

    PreparedData prepared{
        options.velocities
            ? decltype(PreparedData::loss)(make_loss<18>(data, begin, count, options, reference, robust, robust_scale))
            : decltype(PreparedData::loss)(make_loss<9>(data, begin, count, options, reference, robust, robust_scale)),
        data.units,
        data.bodies,
        data.times[begin],
        0,
        data.times[begin + count - 1] - data.times[begin],
        first_row,
        reference,
        sigmas_known,
        data.velocity_sigmas.cols() > 0,
        1,
        1,
        data.times.front()};
    if (std::visit([](const auto& l) { return l.count(); }, prepared.loss) == 0)
        throw ArgumentError("data", data.called(), "no position is observed in the window");

    double square = 0;
    long finite = 0;
    for (Eigen::Index k = begin; k < begin + count; ++k)
        for (int c = 0; c < 9; ++c) {
            const double other = data.positions((c + 3) % 9, k), value = data.positions(c, k) - other;
            if (!std::isfinite(value)) continue;
            square += value * value;
            ++finite;
        }
    if (square > 0) prepared.length = std::sqrt(square / static_cast<double>(finite)) / std::sqrt(3.0);
    // Of the velocities too where they are observed; else the length over the time in which it changes.
    const double speed2 =
        first_row.tail<9>().array().isFinite().select(first_row.tail<9>().array().square(), 0).sum() / 9;
    prepared.velocity =
        speed2 > 0 ? std::sqrt(speed2) : prepared.length / (prepared.t1 - prepared.t0) / prepared.units.k2();
    return prepared;
}

}  // namespace syzygy
