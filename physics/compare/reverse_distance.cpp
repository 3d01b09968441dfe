#include "physics/compare/reverse_distance.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

constexpr std::size_t most_nodes = 8;

/// Index of the first of `nodes` accepted times about t, and how many.
std::pair<std::size_t, std::size_t> nodes_about(const std::vector<double>& times, std::size_t after)
{
    const std::size_t count = std::min(most_nodes, times.size());
    const std::size_t begin = after > count / 2 ? after - count / 2 : 0;
    return {std::min(begin, times.size() - count), count};
}

/// Lagrange's polynomial through `count` accepted states from `begin` on.
Eigen::VectorXd interpolated(const CompareTrace& trace, std::size_t begin, std::size_t count, double t)
{
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(trace.states[begin].size());
    for (std::size_t i = begin; i < begin + count; ++i) {
        double weight = 1;
        for (std::size_t j = begin; j < begin + count; ++j)
            if (j != i) weight *= (t - trace.times[j]) / (trace.times[i] - trace.times[j]);
        sum += weight * trace.states[i];
    }
    return sum;
}

}  // namespace

std::vector<double> reverse_distances(const CompareTrace& trace)
{
    std::vector<double> distances;
    distances.reserve(trace.reverse_times.size());
    if (trace.times.size() < 2) return distances;
    const double direction = trace.times.back() > trace.times.front() ? 1 : -1;
    for (std::size_t k = 0; k < trace.reverse_times.size(); ++k) {
        const double t = trace.reverse_times[k];
        const auto next = std::lower_bound(trace.times.begin(), trace.times.end(), t,
                                           [&](double a, double b) { return direction * a < direction * b; });
        const auto after = static_cast<std::size_t>(next - trace.times.begin());
        const Eigen::VectorXd& reverse = trace.reverse_states[k];
        if (after < trace.times.size() && trace.times[after] == t) {
            distances.push_back((reverse - trace.states[after]).norm());
            continue;
        }
        const auto [begin, count] = nodes_about(trace.times, after);
        distances.push_back((reverse - interpolated(trace, begin, count, t)).norm());
    }
    return distances;
}

}  // namespace syzygy
