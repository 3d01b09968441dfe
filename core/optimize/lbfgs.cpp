#include "core/optimize/optimizer.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// The pairs (s, y) of the last iterations, held in the state so that a resumed run has them.
class History {
public:
    History(OptimizerState& state, Eigen::Index n, long most)
        : s_(state.memory["s"]),
          y_(state.memory["y"]),
          n_(static_cast<std::size_t>(n)),
          most_(static_cast<std::size_t>(most))
    {
    }

    void add(const Eigen::VectorXd& s, const Eigen::VectorXd& y)
    {
        // Without positive curvature the inverse Hessian would not stay positive.
        if (s.dot(y) <= 1e-14 * s.norm() * y.norm()) return;
        if (size() == most_) {
            s_.erase(s_.begin(), s_.begin() + static_cast<std::ptrdiff_t>(n_));
            y_.erase(y_.begin(), y_.begin() + static_cast<std::ptrdiff_t>(n_));
        }
        s_.insert(s_.end(), s.data(), s.data() + s.size());
        y_.insert(y_.end(), y.data(), y.data() + y.size());
    }

    void clear()
    {
        s_.clear();
        y_.clear();
    }
    bool empty() const { return s_.empty(); }

    /// H g by the two-loop recursion (Nocedal, Wright, Numerical Optimization, algorithm 7.4).
    Eigen::VectorXd apply(Eigen::VectorXd q) const
    {
        std::vector<double> alpha(size());
        for (std::size_t i = size(); i-- > 0;) {
            alpha[i] = s(i).dot(q) / s(i).dot(y(i));
            q -= alpha[i] * y(i);
        }
        if (!empty()) q *= s(size() - 1).dot(y(size() - 1)) / y(size() - 1).squaredNorm();
        for (std::size_t i = 0; i < size(); ++i) q += (alpha[i] - y(i).dot(q) / s(i).dot(y(i))) * s(i);
        return q;
    }

private:
    std::size_t size() const { return s_.size() / n_; }
    Eigen::Map<const Eigen::VectorXd> s(std::size_t i) const
    {
        return {s_.data() + i * n_, static_cast<Eigen::Index>(n_)};
    }
    Eigen::Map<const Eigen::VectorXd> y(std::size_t i) const
    {
        return {y_.data() + i * n_, static_cast<Eigen::Index>(n_)};
    }

    std::vector<double>&s_, &y_;
    std::size_t n_, most_;
};

struct Point {
    Eigen::VectorXd x, gradient;
    double loss = 0;
};

/// A step length that meets the weak Wolfe conditions, by bracketing and bisection (Lewis, Overton, Math. Program.
/// 141, 135 (2013), algorithm 2.6). Points are projected on the bounds. False where none is found.
bool line_search(Objective& objective, const Point& from, const Eigen::VectorXd& direction, double first, Point& to,
                 const std::stop_token& stop)
{
    constexpr double sufficient = 1e-4, curvature = 0.9;
    const double slope = from.gradient.dot(direction);
    double low = 0, high = std::numeric_limits<double>::infinity(), length = first;
    Point best;
    bool found = false;
    for (int trial = 0; trial < 50 && !stop.stop_requested(); ++trial) {
        to.x = (from.x + length * direction).cwiseMax(objective.lower()).cwiseMin(objective.upper());
        const bool valid =
            objective.evaluate(to.x, to.loss, &to.gradient) && std::isfinite(to.loss) && to.gradient.allFinite();
        if (!valid || to.loss > from.loss + sufficient * length * slope) {
            high = length;
        } else {
            if (!found || to.loss < best.loss) best = to;
            found = true;
            if (to.gradient.dot(direction) >= curvature * slope) break;
            low = length;
        }
        length = std::isinf(high) ? 2 * low : (low + high) / 2;
        if (high - low < 1e-16 * high) break;
    }
    if (found) to = best;
    return found;
}

}  // namespace

Outcome minimize_lbfgs(Objective& objective, const OptimizerOptions& options, OptimizerState& state,
                       const IterationCallback& callback, std::stop_token stop)
{
    const Eigen::Index n = objective.size();
    History history(state, n, options.history);
    // Relative change of the loss and of the unknowns in the last iteration: in the state, since a run that was stopped
    // just where it converged is to end there when resumed.
    std::vector<double>& progress = state.memory["progress"];
    Point here{state.x, Eigen::VectorXd(n), 0}, next = here;
    if (!objective.evaluate(here.x, here.loss, &here.gradient) || !std::isfinite(here.loss))
        return stop.stop_requested() ? Outcome{Status::stopped, "stopped on request"}
                                     : Outcome{Status::non_finite, "the loss cannot be evaluated at the start"};
    state.loss = here.loss;
    while (true) {
        if (stop.stop_requested()) return {Status::stopped, "stopped on request"};
        if (!progress.empty() && progress[0] <= options.loss_tolerance)
            return {Status::converged, fmt::format("loss changed by {:.3g}, relatively, below {:.3g}", progress[0],
                                                   options.loss_tolerance)};
        if (!progress.empty() && progress[1] <= options.step_tolerance)
            return {Status::converged,
                    fmt::format("step of {:.3g} of the unknowns, below {:.3g}", progress[1], options.step_tolerance)};
        // A component that a bound holds and that would leave it does not count.
        Eigen::VectorXd free_gradient = here.gradient;
        for (Eigen::Index i = 0; i < n; ++i)
            if ((here.x[i] <= objective.lower()[i] && here.gradient[i] > 0) ||
                (here.x[i] >= objective.upper()[i] && here.gradient[i] < 0))
                free_gradient[i] = 0;
        if (free_gradient.lpNorm<Eigen::Infinity>() <= options.gradient_tolerance)
            return {Status::converged, fmt::format("gradient below {:.3g}", options.gradient_tolerance)};
        if (state.iteration >= options.iterations)
            return {
                Status::iteration_limit,
                fmt::format("{} iterations of the last stage did not suffice; raise --iterations", options.iterations)};

        Eigen::VectorXd direction = -history.apply(free_gradient);
        // Nor does it move: the others are to find the minimum that is left to them.
        for (Eigen::Index i = 0; i < n; ++i)
            if (here.gradient[i] != free_gradient[i]) direction[i] = 0;
        if (!(direction.dot(here.gradient) < 0)) {
            history.clear();
            direction = -free_gradient;
        }
        // The first step, before any curvature is known, is of length 0.1 in scaled unknowns.
        const double first = history.empty() ? 0.1 / direction.norm() : 1;
        if (!line_search(objective, here, direction, first, next, stop)) {
            if (stop.stop_requested()) return {Status::stopped, "stopped on request"};
            if (history.empty())
                return {Status::converged,
                        fmt::format("no shorter step lowers the loss: rounding is reached at gradient {:.3g}",
                                    free_gradient.lpNorm<Eigen::Infinity>())};
            history.clear();
            continue;
        }
        history.add(next.x - here.x, next.gradient - here.gradient);
        progress = {(here.loss - next.loss) / std::max(std::abs(here.loss), std::numeric_limits<double>::min()),
                    (next.x - here.x).norm() / (here.x.norm() + options.step_tolerance)};
        std::swap(here, next);
        state.x = here.x;
        state.loss = here.loss;
        ++state.iteration;
        if (!callback(state)) return {Status::stopped, "stopped on request"};
    }
}

}  // namespace syzygy
