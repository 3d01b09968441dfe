#include "physics/guess/tracks.hpp"

#include "core/base/median.hpp"

#include <Eigen/QR>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// Width of a local polynomial in values, and its number of coefficients.
struct Width {
    std::size_t values;
    Eigen::Index coefficients;
};
constexpr Width widths[] = {{5, 4}, {7, 5}, {9, 5}, {13, 5}, {19, 5}, {27, 5}, {41, 5}};
constexpr std::size_t stretch = 8;  ///< values on both sides over which errors are pooled to choose a width

/// The linear functionals of the values first .. first + weights that give the polynomial's value and slope at one time,
/// and how much of the value there is its own observation.
struct Functional {
    std::size_t first = 0;
    Eigen::VectorXd value, slope;
    double own = 0;
};

Functional local_polynomial(const std::vector<double>& t, std::size_t k, Width width)
{
    const std::size_t n = t.size(), count = std::min(width.values, n);
    Functional result;
    result.first = std::min(k - std::min(k, count / 2), n - count);
    const auto rows = static_cast<Eigen::Index>(count);
    // At an end a stiffer polynomial would swing.
    const bool one_sided = k < result.first + count / 4 || k >= result.first + count - count / 4;
    const Eigen::Index columns = std::min({width.coefficients, rows, Eigen::Index{one_sided ? 4 : 5}});
    const double span = std::max(t[result.first + count - 1] - t[k], t[k] - t[result.first]);
    Eigen::MatrixXd powers(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const double s = (t[result.first + static_cast<std::size_t>(i)] - t[k]) / span;
        double power = 1;
        for (Eigen::Index j = 0; j < columns; ++j, power *= s) powers(i, j) = power;
    }
    const Eigen::MatrixXd inverse = powers.householderQr().solve(Eigen::MatrixXd::Identity(rows, rows));
    result.value = inverse.row(0).transpose();
    result.slope = columns > 1 ? Eigen::VectorXd(inverse.row(1).transpose() / span) : Eigen::VectorXd::Zero(rows);
    result.own = result.value[static_cast<Eigen::Index>(k - result.first)];
    return result;
}

/// Value and slope at a time between two of a cubic with values a, b and slopes a_slope, b_slope there.
std::pair<double, double> hermite(double t_a, double a, double a_slope, double t_b, double b, double b_slope, double time)
{
    const double h = t_b - t_a, s = (time - t_a) / h, da = h * a_slope, db = h * b_slope;
    const double value = a + s * (da + s * ((3 * (b - a) - 2 * da - db) + s * (2 * (a - b) + da + db)));
    const double slope = (da + s * (2 * (3 * (b - a) - 2 * da - db) + 3 * s * (2 * (a - b) + da + db))) / h;
    return {value, slope};
}

/// Takes observed velocities for slopes, unless they contradict the positions: where rows are close enough for polynomials to
/// predict a value that they have not seen within `missed`, velocities must do nearly as well.
void use_velocities(CoordinateTrack& track, double missed)
{
    const std::size_t n = track.t.size();
    if (track.velocity.size() != n) return;
    double squares = 0;
    for (std::size_t k = 1; k + 1 < n; ++k) {
        const double value = hermite(track.t[k - 1], track.q[k - 1], track.velocity[k - 1], track.t[k + 1], track.q[k + 1],
                                     track.velocity[k + 1], track.t[k])
                                 .first;
        squares += (value - track.q[k]) * (value - track.q[k]);
    }
    constexpr double nearly_as_well = 10;
    if (n > 2 && std::sqrt(squares / static_cast<double>(n - 2)) > nearly_as_well * missed) return;
    track.smooth = track.q;
    track.slope = track.velocity;
}

/// Smooths coordinates that are observed at the same times.
void smooth(std::span<CoordinateTrack* const> tracks)
{
    const std::vector<double>& t = tracks.front()->t;
    const std::size_t n = t.size();
    if (n == 1) {
        for (CoordinateTrack* track : tracks) {
            track->smooth = track->q;
            track->slope.assign(1, track->velocity.empty() ? 0 : track->velocity.front());
        }
        return;
    }
    std::vector<Width> usable;
    for (const Width width : widths)
        if (width.values <= n) usable.push_back(width);
    if (usable.empty()) usable.push_back({n, static_cast<Eigen::Index>(n)});
    const std::size_t options = usable.size();
    std::vector<Functional> functionals(options * n);
    for (std::size_t option = 0; option < options; ++option)
        for (std::size_t k = 0; k < n; ++k) functionals[option * n + k] = local_polynomial(t, k, usable[option]);

    for (CoordinateTrack* track : tracks) {
        const Eigen::Map<const Eigen::VectorXd> q(track->q.data(), static_cast<Eigen::Index>(n));
        const auto apply = [&](const Functional& f, const Eigen::VectorXd& weights) {
            return weights.dot(q.segment(static_cast<Eigen::Index>(f.first), weights.size()));
        };
        // What each width misses of a value that it has not seen.
        Eigen::MatrixXd missed(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(options));
        for (std::size_t option = 0; option < options; ++option)
            for (std::size_t k = 0; k < n; ++k) {
                const Functional& f = functionals[option * n + k];
                const double without = std::max(1 - f.own, 1e-3);
                missed(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(option)) =
                    (q[static_cast<Eigen::Index>(k)] - apply(f, f.value)) / without;
            }
        track->smooth.resize(n);
        track->slope.resize(n);
        std::vector<double> noise;
        double missed_squares = 0;
        for (std::size_t k = 0; k < n; ++k) {
            const auto from = static_cast<Eigen::Index>(k - std::min(k, stretch));
            const auto to = static_cast<Eigen::Index>(std::min(n, k + stretch + 1));
            // The widest that is nearly as good as the best: slopes gain by width what values do not show.
            constexpr double nearly = 1.2;
            const Eigen::RowVectorXd pooled = missed.middleRows(from, to - from).colwise().squaredNorm();
            Eigen::Index best = pooled.size() - 1;
            while (best > 0 && pooled[best] > nearly * pooled.minCoeff()) --best;
            const Functional& f = functionals[static_cast<std::size_t>(best) * n + k];
            track->smooth[k] = apply(f, f.value);
            track->slope[k] = apply(f, f.slope);
            missed_squares += missed(static_cast<Eigen::Index>(k), best) * missed(static_cast<Eigen::Index>(k), best);
            noise.push_back(std::abs(missed(static_cast<Eigen::Index>(k), best)) * std::sqrt(std::max(1 - f.own, 1e-3)));
        }
        track->noise = median(std::move(noise)) / 0.6745;
        // Rows too far apart for any polynomial tell no noise.
        constexpr double most_noise = 0.1;
        if (track->noise > most_noise * std::sqrt((q.array() - q.mean()).square().mean())) track->noise = 0;
        track->missed = std::sqrt(missed_squares / static_cast<double>(n));
        use_velocities(*track, track->missed);
    }
}

/// An observed velocity as positions are compared; nan if there is none.
double relative_velocity(const PreparedData& data, int component, Eigen::Index row)
{
    if (data.velocities.cols() == 0) return std::numeric_limits<double>::quiet_NaN();
    const double own = data.velocities(component, row);
    return data.reference < 0 ? own : own - data.velocities(3 * data.reference + component % 3, row);
}

}  // namespace

std::pair<double, double> interpolate(const CoordinateTrack& track, const std::vector<double>& values, double time)
{
    const std::vector<double>& t = track.t;
    if (t.empty()) return {0, 0};
    if (time <= t.front()) return {values.front() + (time - t.front()) * track.slope.front(), track.slope.front()};
    if (time >= t.back()) return {values.back() + (time - t.back()) * track.slope.back(), track.slope.back()};
    const auto k = static_cast<std::size_t>(std::upper_bound(t.begin(), t.end(), time) - t.begin()) - 1;
    return hermite(t[k], values[k], track.slope[k], t[k + 1], values[k + 1], track.slope[k + 1], time);
}

Eigen::Matrix<double, 9, 1> Tracks::observed_positions(double time) const
{
    Eigen::Matrix<double, 9, 1> result;
    for (int c = 0; c < 9; ++c) result[c] = interpolate(coordinates[c], coordinates[c].q, time).first;
    return result;
}

Eigen::Matrix<double, 9, 1> Tracks::positions(double time) const
{
    Eigen::Matrix<double, 9, 1> result;
    for (int c = 0; c < 9; ++c) result[c] = interpolate(coordinates[c], coordinates[c].smooth, time).first;
    return result;
}

State Tracks::state(double time) const
{
    State result;
    for (int c = 0; c < 9; ++c) {
        const auto [value, slope] = interpolate(coordinates[c], coordinates[c].smooth, time);
        result[c] = value;
        result[9 + c] = slope / k2;
    }
    return result;
}

Tracks make_tracks(const PreparedData& data, std::size_t most)
{
    Tracks tracks;
    tracks.k2 = data.units.k2();
    const std::span<const double> times = data.times();
    for (int c = 0; c < 9; ++c) {
        CoordinateTrack& track = tracks.coordinates[c];
        std::vector<std::size_t> rows;
        for (std::size_t k = 0; k < data.size(); ++k)
            if (data.loss.weight(c, k) > 0) rows.push_back(k);
        const std::size_t together = (rows.size() + most - 1) / std::max<std::size_t>(1, most);
        for (std::size_t first = 0; first < rows.size(); first += std::max<std::size_t>(1, together)) {
            const std::size_t last = std::min(rows.size(), first + std::max<std::size_t>(1, together));
            double t = 0, q = 0, velocity = 0;
            for (std::size_t i = first; i < last; ++i) {
                velocity += relative_velocity(data, c, static_cast<Eigen::Index>(rows[i]));
                t += times[rows[i]];
                q += data.loss.observed(c, rows[i]);
            }
            const auto count = static_cast<double>(last - first);
            // Rows of one time are one value.
            if (!track.t.empty() && !(t / count > track.t.back())) continue;
            track.t.push_back(t / count);
            track.q.push_back(q / count);
            track.velocity.push_back(tracks.k2 * velocity / count);
        }
        if (!std::all_of(track.velocity.begin(), track.velocity.end(), [](double v) { return std::isfinite(v); }))
            track.velocity.clear();
    }
    // Coordinates that are observed at the same times are smoothed together.
    std::array<bool, 9> done{};
    for (int c = 0; c < 9; ++c) {
        if (done[c] || tracks.coordinates[c].empty()) continue;
        std::vector<CoordinateTrack*> same;
        for (int other = c; other < 9; ++other)
            if (!done[other] && tracks.coordinates[other].t == tracks.coordinates[c].t) {
                same.push_back(&tracks.coordinates[other]);
                done[other] = true;
            }
        smooth(same);
    }
    return tracks;
}

}  // namespace syzygy
