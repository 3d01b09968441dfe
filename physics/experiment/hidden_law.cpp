#include "physics/experiment/hidden_law.hpp"

#include "core/base/not_finite.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syzygy {

namespace {

using Accelerations = Eigen::Matrix<double, 9, 1>;
constexpr std::array<std::array<int, 2>, 3> pairs{{{0, 1}, {0, 2}, {1, 2}}};

State visible(const NBody<4>::State& y)
{
    State state;
    state << y.head<9>(), y.segment<9>(12);
    return state;
}

/// Accelerations of the three by Newton's law among themselves.
Accelerations newton(double k1, const State& y, const Eigen::Vector3d& masses)
{
    Accelerations a = Accelerations::Zero();
    for (const auto& [i, j] : pairs) {
        const Eigen::Vector3d d = y.segment<3>(3 * j) - y.segment<3>(3 * i);
        const Eigen::Vector3d g = k1 / (d.squaredNorm() * d.norm()) * d;
        a.segment<3>(3 * i) += masses[j] * g;
        a.segment<3>(3 * j) -= masses[i] * g;
    }
    return a;
}

/// Distance and relative velocity of a pair.
struct PairGeometry {
    double r, along, across;
    Eigen::Vector3d d, w;
    PairGeometry(const State& y, int i, int j)
        : d(y.segment<3>(3 * j) - y.segment<3>(3 * i)), w(y.segment<3>(9 + 3 * j) - y.segment<3>(9 + 3 * i))
    {
        r = d.norm();
        along = w.dot(d) / r;
        across = std::sqrt(std::max(0.0, w.squaredNorm() - along * along));
    }
};

struct Sample {
    double at, truth, corrected;
    double along = 0, across = 0;  ///< speeds, of pairs
};

/// Samples of the law's curve at a state.
class LawSampler {
public:
    LawSampler(std::string_view force, const HiddenSetting& setting, const ModelPoint& point, const Correction& correction)
        : force_(force),
          setting_(setting),
          truth_(setting.units.k1(), setting.units.k2(), setting.masses, setting.terms),
          point_(point),
          correction_(correction)
    {
    }

    void add(const NBody<4>::State& y, const Accelerations& truth, const Accelerations& found)
    {
        if (force_ == "post-newtonian") return add_pairs(visible(y));
        for (int i = 0; i < 3; ++i) {
            const bool drag = force_ == "drag";
            const Eigen::Vector3d along = drag ? -NBody<4>::velocity(y, i)
                                               : Eigen::Vector3d(NBody<4>::position(y, 3) - NBody<4>::position(y, i));
            const double at = along.norm();
            samples_.push_back({at, truth.segment<3>(3 * i).dot(along) / at, found.segment<3>(3 * i).dot(along) / at});
        }
    }

    /// What a pair is found to feel along its line beyond Newton's law with the true masses: the acceleration towards each
    /// other over the masses of both.
    double found_of_pair(int i, int j, double r, double along, double across) const
    {
        const double total = setting_.masses[i] + setting_.masses[j], found = point_.masses[i] + point_.masses[j];
        double law = 0;
        if (!correction_.pair_law(r, along, across, point_.masses[i], point_.masses[j], point_.correction.data(), law)) return nan;
        const double newtons = setting_.units.k1() / (r * r);
        return found / total * (newtons + law) - newtons;
    }

    /// Bins of equal width over the sampled range; beyond it, where the law is one of pairs, its extrapolation.
    std::vector<LawPoint> curve() const
    {
        constexpr int bins = 24, beyond = 6;
        if (samples_.empty()) return {};
        const auto [low, high] = std::minmax_element(samples_.begin(), samples_.end(),
                                                     [](const Sample& a, const Sample& b) { return a.at < b.at; });
        const double lowest = low->at, width = (high->at - lowest) / bins;
        std::vector<LawPoint> points(bins);
        std::vector<std::array<double, 2>> speeds(bins, {0, 0});
        for (const Sample& sample : samples_) {
            const auto bin = static_cast<std::size_t>(std::clamp(static_cast<int>((sample.at - lowest) / width), 0, bins - 1));
            LawPoint& point = points[bin];
            ++point.samples;
            point.at += sample.at;
            point.truth += sample.truth;
            point.corrected += sample.corrected;
            speeds[bin][0] += std::abs(sample.along);
            speeds[bin][1] += sample.across;
        }
        std::vector<LawPoint> curve;
        std::array<double, 2> first{}, last{};
        for (std::size_t bin = 0; bin < points.size(); ++bin) {
            LawPoint point = points[bin];
            if (point.samples == 0) continue;
            const auto count = static_cast<double>(point.samples);
            last = {speeds[bin][0] / count, speeds[bin][1] / count};
            if (curve.empty()) first = last;
            curve.push_back({point.at / count, point.truth / count, point.corrected / count, point.samples});
        }
        if (force_ != "post-newtonian") return curve;
        for (int k = 1; k <= beyond; ++k) {
            add_outside(curve, lowest - k * width, first, true);
            add_outside(curve, high->at + k * width, last, false);
        }
        return curve;
    }

private:
    void add_pairs(const State& y)
    {
        for (const auto& [i, j] : pairs) {
            const PairGeometry pair(y, i, j);
            const double total = setting_.masses[i] + setting_.masses[j];
            const double truth = truth_.hidden(pair.d, pair.w, total).dot(pair.d) / pair.r;
            samples_.push_back({pair.r, truth, found_of_pair(i, j, pair.r, pair.along, pair.across), pair.along, pair.across});
        }
    }

    /// The laws of bodies 1 and 2 where no data are, at the speeds of the nearest place where there are some.
    void add_outside(std::vector<LawPoint>& curve, double r, const std::array<double, 2>& speeds, bool before) const
    {
        if (r <= 0) return;
        const Eigen::Vector3d d(r, 0, 0), w(speeds[0], speeds[1], 0);
        const double total = setting_.masses[0] + setting_.masses[1];
        const LawPoint point{r, truth_.hidden(d, w, total)[0], found_of_pair(0, 1, r, speeds[0], speeds[1]), 0};
        before ? void(curve.insert(curve.begin(), point)) : curve.push_back(point);
    }

    std::string_view force_;
    const HiddenSetting& setting_;
    NBody<4> truth_;
    const ModelPoint& point_;
    const Correction& correction_;
    std::vector<Sample> samples_;
};

}  // namespace

HiddenLaw compare_law(const HiddenForceOptions& options, const HiddenSetting& setting, std::span<const double> times,
                      std::span<const NBody<4>::State> states, const ModelPoint& point, const Correction& correction)
{
    const double k1 = setting.units.k1();
    const NBody<4> bodies(k1, setting.units.k2(), setting.masses, setting.terms);
    std::vector<double> tape(correction.tape_size() + 1), scratch(correction.scratch_size() + 1);
    LawSampler sampler(options.force, setting, point, correction);
    double errors = 0, truths = 0;
    for (std::size_t k = 0; k < states.size(); ++k) {
        const State y = visible(states[k]);
        NBody<4>::State dydt;
        bodies.rhs(times[k], states[k], dydt);
        const Accelerations plain = newton(k1, y, setting.masses.head<3>());
        const Accelerations truth = dydt.segment<9>(12) - plain;
        Accelerations found = -plain;
        if (!correction.replaces_newton()) found += newton(k1, y, point.masses);
        correction.add_acceleration(times[k], y, point.masses, point.correction.data(), found.data(), tape.data(), scratch.data());
        errors += (found - truth).squaredNorm();
        truths += truth.squaredNorm();
        sampler.add(states[k], truth, found);
    }
    HiddenLaw law;
    law.force_error = std::sqrt(errors / truths);
    law.points = sampler.curve();
    errors = truths = 0;
    for (const LawPoint& at : law.points) {
        if (at.samples == 0) continue;
        errors += (at.corrected - at.truth) * (at.corrected - at.truth);
        truths += at.truth * at.truth;
    }
    law.law_error = std::sqrt(errors / truths);
    return law;
}

}  // namespace syzygy
