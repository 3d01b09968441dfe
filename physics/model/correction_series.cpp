#include "physics/model/correction_series.hpp"

#include "core/base/median.hpp"
#include "core/base/not_finite.hpp"
#include "physics/model/dynamics.hpp"
#include "physics/model/encounters.hpp"
#include "physics/model/solution.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// A correction with memory to evaluate it in.
class Evaluation {
public:
    Evaluation(const CorrectionAt& correction, const Eigen::Vector3d& masses)
        : correction_(*correction.correction),
          parameters_(correction_parameters(correction_, correction.parameters)),
          masses_(masses),
          tape_(correction_.tape_size()),
          scratch_(correction_.scratch_size())
    {
    }

    Eigen::Matrix<double, 9, 1> acceleration(double time, const State& state)
    {
        Eigen::Matrix<double, 9, 1> result = Eigen::Matrix<double, 9, 1>::Zero();
        correction_.add_acceleration(time, state, masses_, parameters_.data(), result.data(), tape_.data(), scratch_.data());
        return result;
    }

    /// False where there is no such law.
    bool law(std::size_t pair, double distance, double along, double across, double& value) const
    {
        const auto [i, j] = body_pairs[pair];
        return correction_.pair_law(distance, along, across, masses_[i], masses_[j], parameters_.data(), value);
    }

private:
    const Correction& correction_;
    Eigen::VectorXd parameters_;
    Eigen::Vector3d masses_;
    std::vector<double> tape_, scratch_;
};

/// A pair as the two bodies see each other.
struct Line {
    Eigen::Vector3d direction;  ///< from the first to the second
    double distance, along, across;

    Line(const State& state, std::size_t pair)
    {
        const auto [i, j] = body_pairs[pair];
        const Eigen::Vector3d d = state.segment<3>(3 * j) - state.segment<3>(3 * i);
        const Eigen::Vector3d v = state.segment<3>(9 + 3 * j) - state.segment<3>(9 + 3 * i);
        distance = d.norm();
        direction = d / distance;
        along = v.dot(direction);
        across = (v - along * direction).norm();
    }
};

/// Evenly in the logarithm, a little beyond what was sampled on both sides.
std::vector<double> law_distances(std::pair<double, double> range)
{
    constexpr std::size_t points = 240;
    constexpr double below = 0.6, above = 1.4;
    const double from = below * range.first, ratio = above * range.second / from;
    std::vector<double> distances;
    for (std::size_t k = 0; k < points; ++k)
        distances.push_back(from * std::pow(ratio, static_cast<double>(k) / (points - 1)));
    return distances;
}

}  // namespace

SampledStates sample_states(const Solution& solution, std::size_t most)
{
    constexpr std::size_t points_a_step = 4;
    const std::size_t steps = solution.window.steps().size() + (solution.beyond ? solution.beyond->steps().size() : 0);
    const std::size_t parts = std::clamp<std::size_t>(steps > 0 ? most / steps : 1, 1, points_a_step);
    const std::size_t stride = std::max<std::size_t>(1, (steps + most - 1) / std::max<std::size_t>(most, 1));
    SampledStates samples;
    const auto add = [&](double t, const State& state) {
        if (!state.allFinite()) return;
        samples.times.push_back(solution.data->absolute(t));
        samples.states.push_back(state);
    };
    const auto add_all = [&](const Trajectory<State>& trajectory) {
        const auto& times = trajectory.times();
        for (std::size_t n = 0; n < trajectory.steps().size(); n += stride) {
            const std::size_t end = std::min(n + stride, trajectory.steps().size());
            for (std::size_t part = 1; part < parts; ++part) {
                const double t = times[n] + trajectory.steps()[n] * static_cast<double>(part) / static_cast<double>(parts);
                add(t, trajectory.at(t));
            }
            add(times[end], trajectory.states()[end]);
        }
    };
    add(solution.window.times().front(), solution.window.states().front());
    add_all(solution.window);
    samples.in_window = samples.times.size();
    if (solution.beyond) add_all(*solution.beyond);
    return samples;
}

std::pair<double, double> CorrectionForce::range(int pair) const
{
    std::pair<double, double> found{infinity, -infinity};
    for (std::size_t p = 0; p < 3; ++p)
        if (pair < 0 || p == static_cast<std::size_t>(pair))
            for (const double distance : pairs[p].distance)
                found = {std::min(found.first, distance), std::max(found.second, distance)};
    return found;
}

CorrectionForce correction_force(const SampledStates& along, const CorrectionAt& correction, const Eigen::Vector3d& masses)
{
    CorrectionForce force;
    if (along.in_window == 0) return force;
    Evaluation evaluation(correction, masses);
    std::array<std::vector<double>, 3> across;
    double unused = 0;
    const bool has_law = evaluation.law(0, Line(along.states.front(), 0).distance, 0, 0, unused);
    for (std::size_t k = 0; k < along.in_window; ++k) {
        const State& state = along.states[k];
        Eigen::Matrix<double, 9, 1> a;
        if (!has_law) a = evaluation.acceleration(along.times[k], state);
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto [i, j] = body_pairs[pair];
            const Line line(state, pair);
            double attraction = 0;
            if (has_law)
                evaluation.law(pair, line.distance, line.along, line.across, attraction);
            else
                attraction = (a.segment<3>(3 * i) - a.segment<3>(3 * j)).dot(line.direction) / (masses[i] + masses[j]);
            if (!std::isfinite(attraction)) continue;
            force.pairs[pair].distance.push_back(line.distance);
            force.pairs[pair].attraction.push_back(attraction);
            across[pair].push_back(line.across);
        }
    }
    if (!has_law || across[0].empty() || across[1].empty() || across[2].empty()) return force;
    force.law_distance = law_distances(force.range());
    for (std::size_t pair = 0; pair < 3; ++pair) {
        const double speed = median(std::move(across[pair]));
        for (const double distance : force.law_distance) {
            double value = 0;
            evaluation.law(pair, distance, 0, speed, value);
            force.law[pair].push_back(value);
        }
    }
    return force;
}

Eigen::Matrix<double, 9, 1> CorrectionSeries::acceleration_at(double time) const
{
    if (times.empty()) return Eigen::Matrix<double, 9, 1>::Zero();
    const auto after = std::upper_bound(times.begin(), times.end(), time);
    if (after == times.begin()) return acceleration.col(0);
    const auto k = static_cast<Eigen::Index>(after - times.begin()) - 1;
    if (after == times.end()) return acceleration.col(k);
    const double fraction = (time - *(after - 1)) / (*after - *(after - 1));
    return (1 - fraction) * acceleration.col(k) + fraction * acceleration.col(k + 1);
}

double CorrectionSeries::largest_acceleration() const
{
    double largest = 0;
    for (Eigen::Index k = 0; k < static_cast<Eigen::Index>(in_window); ++k)
        for (int body = 0; body < 3; ++body) {
            const double size = acceleration.col(k).segment<3>(3 * body).norm();
            if (std::isfinite(size)) largest = std::max(largest, size);
        }
    return largest;
}

CorrectionSeries make_correction_series(const SampledStates& along, const UnitSystem& units, double softening,
                                        const CorrectionAt& correction, const Eigen::Vector3d& masses)
{
    CorrectionSeries series;
    series.times = along.times;
    series.in_window = along.in_window;
    series.acceleration.resize(9, static_cast<Eigen::Index>(along.times.size()));
    Evaluation evaluation(correction, masses);
    const ThreeBody<double> newton(units.k1(), units.k2(), masses, softening);
    State derivative;
    for (std::size_t k = 0; k < along.times.size(); ++k) {
        const Eigen::Matrix<double, 9, 1> a = evaluation.acceleration(along.times[k], along.states[k]);
        series.acceleration.col(static_cast<Eigen::Index>(k)) = a;
        newton.rhs(along.times[k], along.states[k], derivative);
        for (int body = 0; body < 3; ++body) {
            const double size = a.segment<3>(3 * body).norm(), of_newton = derivative.segment<3>(9 + 3 * body).norm();
            series.share[static_cast<std::size_t>(body)].push_back(size == 0 ? 0 : size / of_newton);
        }
    }
    series.force = correction_force(along, correction, masses);
    return series;
}

}  // namespace syzygy
