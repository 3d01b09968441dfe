// In one file: one algorithm, the count of turns between rows, whose steps nothing else uses.
#include "physics/guess/revolutions.hpp"

#include "core/base/median.hpp"
#include "core/base/periodogram.hpp"
#include "physics/bodies/kepler_equation.hpp"
#include "physics/model/encounters.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace syzygy {

namespace {

constexpr double two_pi = 2 * std::numbers::pi;
constexpr std::size_t fewest_rows = 8;
constexpr double fastest = 12;  ///< turns between rows

/// A pair's relative position in the rows in which both bodies are observed.
struct PairSeries {
    std::vector<double> t;  ///< ascending
    Eigen::Matrix3Xd d;
    double size = 0;  ///< median distance
    double gap = 0;   ///< median time between rows

    bool usable() const { return t.size() >= fewest_rows && size > 0 && std::isfinite(size); }
};

PairSeries pair_series(const PreparedData& data, const Tracks& tracks, std::size_t pair)
{
    PairSeries series;
    const auto [i, j] = body_pairs[pair];
    // The times of all coordinates of both bodies; of the reference body nothing is observed, it is the origin.
    bool first = true;
    for (const int body : {i, j})
        for (int c = 0; c < 3 && body != data.reference; ++c) {
            const std::vector<double>& t = tracks.coordinates[3 * body + c].t;
            std::vector<double> common;
            if (first)
                common = t;
            else
                std::set_intersection(series.t.begin(), series.t.end(), t.begin(), t.end(), std::back_inserter(common));
            series.t = std::move(common);
            first = false;
        }
    const auto count = static_cast<Eigen::Index>(series.t.size());
    series.d.setZero(3, count);
    for (const auto& [body, sign] : {std::pair{i, -1.0}, std::pair{j, 1.0}})
        for (int c = 0; c < 3 && body != data.reference; ++c) {
            const CoordinateTrack& track = tracks.coordinates[3 * body + c];
            for (std::size_t row = 0, k = 0; k < series.t.size(); ++k) {
                while (track.t[row] < series.t[k]) ++row;
                series.d(c, static_cast<Eigen::Index>(k)) += sign * track.q[row];
            }
        }
    std::vector<double> distances, gaps;
    for (Eigen::Index k = 0; k < count; ++k) distances.push_back(series.d.col(k).norm());
    for (std::size_t k = 1; k < series.t.size(); ++k) gaps.push_back(series.t[k] - series.t[k - 1]);
    series.size = median(std::move(distances));
    series.gap = median(std::move(gaps));
    return series;
}

/// An orbit that was fitted.
struct FittedOrbit {
    Orbit orbit;
    double missed = 1;  ///< share of the squares that it leaves
    double size = 0;    ///< semi-major axis
};

double middle_of(const PreparedData& data)
{
    return (data.times().front() + data.times().back()) / 2;
}

/// Times from the middle of all rows on.
Eigen::ArrayXd centred(const std::vector<double>& t, double middle)
{
    return Eigen::Map<const Eigen::ArrayXd>(t.data(), static_cast<Eigen::Index>(t.size())) - middle;
}

/// The frequencies, in turns per time and ascending, that stand out in the periodogram of a pair's relative position; of equally
/// spaced rows those up to half a turn between rows.
std::vector<double> possible_frequencies(const PairSeries& series, const FrequencyGrid& grid)
{
    constexpr double stands_out = 0.6, worth = 0.3;
    Eigen::VectorXd shares = Eigen::VectorXd::Zero(grid.count);
    double all = 0;
    for (int c = 0; c < 3; ++c) {
        const Eigen::VectorXd values = series.d.row(c);
        const double squares = (values.array() - values.mean()).square().sum();
        shares += squares * periodogram(series.t, {values.data(), series.t.size()}, grid);
        all += squares;
    }
    if (!(all > 0) || shares.size() < 3) return {};
    shares /= all;
    std::vector<double> result;
    // A frequency of less than about one turn in the whole time is not taken.
    for (Eigen::Index k = 1; k < shares.size(); ++k) {
        const double next = k + 1 < shares.size() ? shares[k + 1] : 0;
        if (shares[k] > worth && shares[k] > stands_out * shares.maxCoeff() && shares[k] >= shares[k - 1] && shares[k] >= next)
            result.push_back(grid.step * static_cast<double>(k + 1));
    }
    return result;
}

/// The Kepler orbit nearest to a frequency that fits a pair's relative position. Times from the middle of the rows on.
FittedOrbit fit_orbit(const Eigen::ArrayXd& t, const Eigen::Matrix3Xd& d, double frequency)
{
    // Hundreds of orbits are tried, on a part of the rows if there are very many: unequally far apart, so that they do not hide
    // a part of the motion.
    constexpr Eigen::Index most_rows = 300;
    const Eigen::Index count = std::min(t.size(), most_rows);
    Eigen::ArrayXd times(count);
    Eigen::MatrixX3d values(count, 3);
    for (Eigen::Index k = 0; k < count; ++k) {
        const double jitter = t.size() > count ? std::fmod(0.6180339887 * static_cast<double>(k), 1.0) : 0;
        const auto row = std::min(t.size() - 1, static_cast<Eigen::Index>((static_cast<double>(k) + jitter) *
                                                                          static_cast<double>(t.size()) / static_cast<double>(count)));
        times[k] = t[row];
        values.row(k) = d.col(row).transpose();
    }
    const double all = values.squaredNorm();
    FittedOrbit best;
    const auto fit = [&](const Orbit& orbit) {
        const Eigen::MatrixX2d columns = orbit.columns(times);
        const Eigen::Matrix<double, 2, 3> elements = (columns.transpose() * columns).ldlt().solve(columns.transpose() * values);
        const FittedOrbit fitted{orbit, (values - columns * elements).squaredNorm() / all, std::sqrt(elements.squaredNorm() / 2)};
        if (!(fitted.missed < best.missed)) return false;
        best = fitted;
        return true;
    };
    for (const double eccentricity : {0.0, 0.15, 0.3, 0.5, 0.7, 0.85}) {
        const int phases = eccentricity == 0 ? 1 : 16;
        for (int phase = 0; phase < phases; ++phase) fit({frequency, eccentricity, phase * two_pi / phases});
    }
    // Then steps in each direction, halved when none of them leads on.
    double step = 1;
    const double span = t[t.size() - 1] - t[0];
    for (int round = 0; round < 60 && step > 1e-5; ++round) {
        bool better = false;
        for (const double sign : {-1.0, 1.0}) {
            Orbit orbit = best.orbit;
            orbit.frequency = std::max(0.5 * frequency, orbit.frequency + sign * step * 0.1 / span);
            better = fit(orbit) || better;
            orbit = best.orbit;
            orbit.eccentricity = std::clamp(orbit.eccentricity + sign * step * 0.1, 0.0, 0.95);
            better = fit(orbit) || better;
            orbit = best.orbit;
            orbit.mean_anomaly += sign * step * 0.3;
            better = fit(orbit) || better;
        }
        if (!better) step /= 2;
    }
    return best;
}

/// The orbits on which a pair may go round, the slowest first. Times from `middle` on.
std::vector<FittedOrbit> possible_orbits(const PairSeries& series, double middle)
{
    std::vector<FittedOrbit> result;
    if (!series.usable()) return result;
    FrequencyGrid grid = frequency_grid(series.t);
    constexpr Eigen::Index most_frequencies = 20'000;  // 20 ms for three pairs
    if (!grid.equidistant)
        grid.count = std::min(most_frequencies, static_cast<Eigen::Index>(fastest / series.gap / grid.step));
    const Eigen::ArrayXd t = centred(series.t, middle);
    for (const double frequency : possible_frequencies(series, grid)) {
        const FittedOrbit fitted = fit_orbit(t, series.d, frequency);
        // Peaks beside one another are one orbit.
        const bool known = std::any_of(result.begin(), result.end(), [&](const FittedOrbit& other) {
            return std::abs(other.orbit.frequency - fitted.orbit.frequency) < 0.5 * grid.step;
        });
        if (fitted.missed < 1 && !known) result.push_back(fitted);
    }
    const auto slower = [](const FittedOrbit& a, const FittedOrbit& b) { return a.orbit.frequency < b.orbit.frequency; };
    std::sort(result.begin(), result.end(), slower);
    if (!grid.equidistant) return result;
    // Equally spaced rows do not tell a frequency f from n / gap + f and n / gap - f.
    double shortest = std::numeric_limits<double>::infinity();
    for (std::size_t k = 1; k < series.t.size(); ++k) shortest = std::min(shortest, series.t[k] - series.t[k - 1]);
    const double whole = series.t.back() - series.t.front(), turn = std::round(whole / shortest) / whole;
    const std::vector<FittedOrbit> slow = result;
    for (int turns = 1; turns * turn * series.gap <= fastest; ++turns)
        for (const double way : {-1.0, 1.0})
            for (FittedOrbit fitted : slow) {
                Orbit& orbit = fitted.orbit;
                orbit.frequency = turns * turn + way * orbit.frequency;
                orbit.mean_anomaly = way * orbit.mean_anomaly - two_pi * turns * turn * t[0];
                result.push_back(fitted);
            }
    std::sort(result.begin(), result.end(), slower);
    return result;
}

/// A constant and a straight line over times, and the slopes of both.
Eigen::MatrixX2d line(const Eigen::ArrayXd& t)
{
    Eigen::MatrixX2d columns(t.size(), 2);
    columns << Eigen::VectorXd::Ones(t.size()), t.matrix() / t.abs().maxCoeff();
    return columns;
}
Eigen::MatrixX2d line_slopes(const Eigen::ArrayXd& t)
{
    Eigen::MatrixX2d slopes(t.size(), 2);
    slopes << Eigen::VectorXd::Zero(t.size()), Eigen::VectorXd::Constant(t.size(), 1 / t.abs().maxCoeff());
    return slopes;
}

/// Adds to slopes what orbits that turn and tilt slowly leave of the values: in a window of rows about each one a straight line and
/// two harmonics of a frequency (turns per time). Nothing is added unless that predicts a value that is left out of its window at
/// least twice as well as zero does.
void add_what_is_left(const Eigen::ArrayXd& t, const Eigen::VectorXd& left, double frequency, Eigen::VectorXd& slope)
{
    constexpr Eigen::Index columns = 6, rows = 3 * columns;
    if (t.size() < rows) return;
    Eigen::Matrix<double, Eigen::Dynamic, columns> values(t.size(), columns), slopes(t.size(), columns);
    values.leftCols<2>() = line(t);
    slopes.leftCols<2>() = line_slopes(t);
    for (int m = 1; m <= 2; ++m) {
        const double rate = m * two_pi * frequency;
        values.middleCols<2>(2 * m) << (rate * t).cos().matrix(), (rate * t).sin().matrix();
        slopes.middleCols<2>(2 * m) << -rate * (rate * t).sin().matrix(), rate * (rate * t).cos().matrix();
    }
    Eigen::VectorXd more(t.size());
    double missed = 0;
    for (Eigen::Index k = 0; k < t.size(); ++k) {
        const Eigen::Index first = std::clamp<Eigen::Index>(k - rows / 2, 0, t.size() - rows);
        const auto window = values.middleRows<rows>(first);
        const Eigen::ColPivHouseholderQR<Eigen::Matrix<double, rows, columns>> qr(window);
        const Eigen::Matrix<double, columns, 1> elements = qr.solve(left.segment<rows>(first));
        const Eigen::Matrix<double, rows, columns> basis = qr.householderQ() * Eigen::Matrix<double, rows, columns>::Identity();
        const double own = basis.row(k - first).leftCols(qr.rank()).squaredNorm();
        const double miss = (left[k] - values.row(k).dot(elements)) / std::max(1 - own, 1e-3);
        missed += miss * miss;
        more[k] = slopes.row(k).dot(elements);
    }
    constexpr double better = 0.5;
    if (missed < better * better * left.squaredNorm()) slope += more;
}

/// Values over time, fitted by two orbits.
struct OrbitFit {
    double swing = 0;       ///< amplitude with the first orbit
    Eigen::VectorXd slope;
};

/// Fits values by both orbits or, of a tight pair's relative position, by the first alone; `free`: beside a straight line.
OrbitFit fit_values(const Eigen::ArrayXd& t, const Eigen::VectorXd& values, const std::array<Orbit, 2>& orbits, bool both,
                    bool free)
{
    const Eigen::Index of_orbits = both ? 4 : 2, all = of_orbits + (free ? 2 : 0);
    Eigen::MatrixXd columns(t.size(), all), slopes(t.size(), all);
    columns.leftCols<2>() = orbits[0].columns(t);
    slopes.leftCols<2>() = orbits[0].slopes(t);
    if (both) {
        columns.middleCols<2>(2) = orbits[1].columns(t);
        slopes.middleCols<2>(2) = orbits[1].slopes(t);
    }
    if (free) {
        columns.rightCols<2>() = line(t);
        slopes.rightCols<2>() = line_slopes(t);
    }
    const Eigen::VectorXd elements = columns.colPivHouseholderQr().solve(values);
    OrbitFit fit{elements.head<2>().norm(), slopes * elements};
    add_what_is_left(t, values - columns * elements, orbits[0].frequency, fit.slope);
    return fit;
}

/// True if rows lie too far apart for local polynomials: what they miss of a value that they have not seen is more than a tenth of
/// the distance of a pair, and no velocity is observed.
bool polynomials_fail(const std::array<PairSeries, 3>& series, const Tracks& tracks)
{
    constexpr double much = 0.1;
    for (std::size_t pair = 0; pair < 3; ++pair) {
        if (!series[pair].usable()) continue;
        for (const int body : {body_pairs[pair].first, body_pairs[pair].second})
            for (int c = 0; c < 3; ++c) {
                const CoordinateTrack& track = tracks.coordinates[3 * body + c];
                if (track.missed > much * series[pair].size && track.velocity.empty()) return true;
            }
    }
    return false;
}

}  // namespace

Eigen::MatrixX2d Orbit::columns(const Eigen::ArrayXd& t) const
{
    Eigen::MatrixX2d result(t.size(), 2);
    for (Eigen::Index k = 0; k < t.size(); ++k) {
        const double anomaly = eccentric_anomaly_at(t[k]);
        result.row(k) << std::cos(anomaly) - eccentricity, std::sqrt(1 - eccentricity * eccentricity) * std::sin(anomaly);
    }
    return result;
}

Eigen::MatrixX2d Orbit::slopes(const Eigen::ArrayXd& t) const
{
    Eigen::MatrixX2d result(t.size(), 2);
    for (Eigen::Index k = 0; k < t.size(); ++k) {
        const double anomaly = eccentric_anomaly_at(t[k]);
        const double rate = two_pi * frequency / (1 - eccentricity * std::cos(anomaly));
        result.row(k) << -rate * std::sin(anomaly), rate * std::sqrt(1 - eccentricity * eccentricity) * std::cos(anomaly);
    }
    return result;
}

double Orbit::eccentric_anomaly_at(double t) const
{
    return eccentric_anomaly(std::remainder(mean_anomaly + two_pi * frequency * t, two_pi), eccentricity);
}

std::string Revolutions::description() const
{
    std::string text;
    for (std::size_t p = 0; p < 2; ++p) {
        const auto [i, j] = body_pairs[static_cast<std::size_t>(pairs[p])];
        text += fmt::format("{}pair {}-{}{} {:.3g} times{}", p == 0 ? "" : ", ", i + 1, j + 1, p == 0 ? " turns" : "",
                            between_rows[p], p == 0 ? " between rows" : "");
    }
    return text;
}

void give_slopes(const PreparedData& data, Revolutions& revolutions)
{
    const std::array<Orbit, 2>& orbits = revolutions.orbits;
    const double middle = middle_of(data);
    // Nothing holds the centre of all three where it is, unless positions are relative to one of them.
    const bool free = data.reference < 0;
    for (int c = 0; c < 9; ++c) {
        CoordinateTrack& track = revolutions.tracks.coordinates[c];
        if (track.t.size() < fewest_rows) continue;
        const Eigen::ArrayXd t = centred(track.t, middle);
        const Eigen::Map<const Eigen::VectorXd> q(track.q.data(), t.size());
        const OrbitFit fit = fit_values(t, q, orbits, true, free);
        track.slope.assign(fit.slope.begin(), fit.slope.end());
        track.smooth = track.q;
        track.noise = 0;
        double& swing = revolutions.swing[static_cast<std::size_t>(c / 3)];
        swing = std::hypot(swing, fit.swing);
    }
    // The relative position of the tight pair is fitted by the first orbit alone: the motion about the third body cancels in it.
    const auto [i, j] = body_pairs[static_cast<std::size_t>(revolutions.pairs[0])];
    const double of_i = revolutions.swing[static_cast<std::size_t>(i)], of_j = revolutions.swing[static_cast<std::size_t>(j)];
    for (int axis = 0; axis < 3 && of_i + of_j > 0; ++axis) {
        CoordinateTrack& first = revolutions.tracks.coordinates[3 * i + axis];
        CoordinateTrack& second = revolutions.tracks.coordinates[3 * j + axis];
        if (first.t.size() < fewest_rows || first.t != second.t) continue;
        const Eigen::ArrayXd t = centred(first.t, middle);
        Eigen::Map<Eigen::VectorXd> slope_i(first.slope.data(), t.size()), slope_j(second.slope.data(), t.size());
        const Eigen::Map<const Eigen::VectorXd> q_i(first.q.data(), t.size()), q_j(second.q.data(), t.size());
        const double part = of_j / (of_i + of_j);  // of the mass, in i
        const Eigen::VectorXd centre = part * slope_i + (1 - part) * slope_j;
        const Eigen::VectorXd relative = fit_values(t, q_j - q_i, orbits, false, false).slope;
        slope_i = centre - (1 - part) * relative;
        slope_j = centre + part * relative;
    }
}

std::vector<Revolutions> count_revolutions(const PreparedData& data, std::size_t most)
{
    constexpr std::size_t most_rows = 5000;
    if (data.size() > most_rows) return {};
    // No two rows are joined, whatever number there is: what lies between them is what is to be found.
    const Tracks tracks = make_tracks(data, most_rows);
    const double middle = middle_of(data);
    std::array<PairSeries, 3> series;
    std::array<std::vector<FittedOrbit>, 3> orbits;
    for (std::size_t pair = 0; pair < 3; ++pair) {
        series[pair] = pair_series(data, tracks, pair);
        orbits[pair] = possible_orbits(series[pair], middle);
    }
    // The tightest pair; of the others the one that its best orbit fits better: the third is the sum of both.
    const auto missed = [&](std::size_t pair) {
        double least = 2;
        for (const FittedOrbit& fitted : orbits[pair]) least = std::min(least, fitted.missed);
        return least;
    };
    std::size_t inner = 0;
    for (std::size_t pair = 1; pair < 3; ++pair)
        if (!orbits[pair].empty() && (orbits[inner].empty() || series[pair].size < series[inner].size)) inner = pair;
    std::size_t outer = inner == 0 ? 1 : 0;
    if (missed(3 - inner - outer) < missed(outer)) outer = 3 - inner - outer;

    if (orbits[inner].empty() || orbits[outer].empty()) return {};

    const double k = data.units.k1() * data.units.k2();
    const auto mass_of = [&](const FittedOrbit& fitted) {
        return std::pow(two_pi * fitted.orbit.frequency, 2) * std::pow(fitted.size, 3) / k;
    };
    struct Combination {
        double rank;
        FittedOrbit first, second;
    };
    std::vector<Combination> combinations;
    for (const FittedOrbit& first : orbits[inner])
        for (const FittedOrbit& second : orbits[outer]) {
            // If the slowest orbit of the wider pair turns little between rows, it is the one.
            constexpr double little = 0.1;
            if (second.orbit.frequency * series[outer].gap > 0.5 && orbits[outer].front().orbit.frequency * series[outer].gap < little)
                break;
            constexpr double too_light = -0.7;
            const double more = std::log(mass_of(second) / mass_of(first));
            if (more < too_light) continue;
            const double rank = (more < 0 ? -2 * more : 0.1 * std::min(more, 1.0)) + first.missed + second.missed +
                                0.05 * (series[inner].gap * first.orbit.frequency + series[outer].gap * second.orbit.frequency);
            combinations.push_back({rank, first, second});
        }
    std::sort(combinations.begin(), combinations.end(), [](const auto& a, const auto& b) { return a.rank < b.rank; });
    if (combinations.size() > most) combinations.resize(most);
    const bool fail = polynomials_fail(series, tracks);
    constexpr double far_less = 0.3, fits = 0.1, half = 0.5, most_turns = 2;
    const bool slow_is_light = mass_of(orbits[inner].front()) < far_less * mass_of(orbits[outer].front());
    std::vector<Revolutions> result;
    for (const Combination& one : combinations) {
        Revolutions revolutions;
        revolutions.pairs = {static_cast<int>(inner), static_cast<int>(outer)};
        revolutions.orbits = {one.first.orbit, one.second.orbit};
        revolutions.between_rows = {series[inner].gap * one.first.orbit.frequency, series[outer].gap * one.second.orbit.frequency};
        revolutions.mass = {mass_of(one.first), mass_of(one.second)};
        revolutions.likely = fail || (slow_is_light && revolutions.mass[0] > far_less * revolutions.mass[1] &&
                                      revolutions.between_rows[0] > half && revolutions.between_rows[0] < most_turns &&
                                      one.first.missed < fits && one.second.missed < fits);
        // If the polynomials do not fail, orbits of less than half a turn between rows need no counting.
        if (!fail && !(revolutions.between_rows[0] > half)) continue;
        revolutions.tracks = tracks;
        result.push_back(std::move(revolutions));
    }
    return result;
}

}  // namespace syzygy
