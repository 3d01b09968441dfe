#include "ui/compare/trace_curve.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

TraceCurve::TraceCurve(const std::vector<double>& times, const std::vector<Eigen::VectorXd>& states, int across, int up)
    : times_(times), states_(states), across_(across), up_(up)
{
}

QPointF TraceCurve::state(std::size_t i) const
{
    const auto value = [&](int component) { return component < 0 ? times_[i] : states_[i][component]; };
    return {value(across_), value(up_)};
}

QPointF TraceCurve::slope(std::size_t i) const
{
    const auto secant = [&](std::size_t k) { return (state(k + 1) - state(k)) / (times_[k + 1] - times_[k]); };
    const std::size_t last = times_.size() - 1;
    if (last == 1) return secant(0);
    if (i == 0) return 2 * secant(0) - slope(1);
    if (i == last) return 2 * secant(last - 1) - slope(last - 1);
    const double before = times_[i] - times_[i - 1], after = times_[i + 1] - times_[i];
    return (after * secant(i - 1) + before * secant(i)) / (before + after);
}

QPointF TraceCurve::between(std::size_t i, double share) const
{
    const double h = times_[i + 1] - times_[i], s = share;
    if (h == 0) return state(i);
    // A state that jumps (a reset to the forward trajectory) stands twice at one time: no parabola through both.
    const bool jump = (i > 0 && times_[i] == times_[i - 1]) || (i + 2 < times_.size() && times_[i + 2] == times_[i + 1]);
    if (jump) return (1 - s) * state(i) + s * state(i + 1);
    return (1 + 2 * s) * (1 - s) * (1 - s) * state(i) + s * (1 - s) * (1 - s) * h * slope(i) +
           s * s * (3 - 2 * s) * state(i + 1) + s * s * (s - 1) * h * slope(i + 1);
}

QPointF TraceCurve::at(double time) const
{
    const double direction = times_.back() >= times_.front() ? 1 : -1;
    const auto next = std::upper_bound(times_.begin(), times_.end(), time,
                                       [&](double a, double b) { return direction * a < direction * b; });
    if (next == times_.begin()) return state(0);
    if (next == times_.end()) return state(times_.size() - 1);
    const auto i = static_cast<std::size_t>(next - times_.begin()) - 1;
    return between(i, (time - times_[i]) / (times_[i + 1] - times_[i]));
}

std::vector<QPointF> TraceCurve::line(std::size_t points) const
{
    std::vector<QPointF> line;
    if (empty()) return line;
    const std::size_t steps = times_.size() - 1;
    const std::size_t each = std::max<std::size_t>(1, points / steps), stride = std::max<std::size_t>(1, steps / points);
    const double span = std::abs(times_.back() - times_.front()) / static_cast<double>(points);
    // Of very many steps every so manyth, and wherever so much time has passed: steps crowd in places.
    std::size_t last = 0;
    for (std::size_t i = 0; i < steps; ++i) {
        if (i > 0 && i - last < stride && std::abs(times_[i] - times_[last]) < span) continue;
        last = i;
        for (std::size_t k = 0; k < each; ++k)
            line.push_back(between(i, static_cast<double>(k) / static_cast<double>(each)));
    }
    line.push_back(state(steps));
    return line;
}

}  // namespace syzygy
