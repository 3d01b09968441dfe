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

bool TraceCurve::goes_on(std::size_t i) const
{
    return i > 0 && i + 1 < times_.size() && times_[i - 1] != times_[i] && times_[i] != times_[i + 1];
}

QPointF TraceCurve::slope(std::size_t i) const
{
    const auto secant = [&](std::size_t k) { return (state(k + 1) - state(k)) / (times_[k + 1] - times_[k]); };
    const auto parabola = [&](std::size_t k) {
        const double before = times_[k] - times_[k - 1], after = times_[k + 1] - times_[k];
        return (after * secant(k - 1) + before * secant(k)) / (before + after);
    };
    if (goes_on(i)) return parabola(i);
    // At an end, or where the state jumps (a reset to the forward trajectory stands twice at one time): the parabola of
    // the neighbour on this side.
    const bool right = i + 1 < times_.size() && times_[i + 1] != times_[i];
    const std::size_t segment = right ? i : i - 1, neighbour = right ? i + 1 : i - 1;
    return goes_on(neighbour) ? 2 * secant(segment) - parabola(neighbour) : secant(segment);
}

QPointF TraceCurve::between(std::size_t i, double share) const
{
    const double h = times_[i + 1] - times_[i], s = share;
    if (h == 0) return state(i);
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
    const std::size_t each = std::max<std::size_t>(1, points / steps),
                      stride = std::max<std::size_t>(1, steps / points);
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
