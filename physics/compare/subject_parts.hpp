#pragma once

#include "core/ode/trajectory.hpp"
#include "physics/compare/subject.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <mutex>

namespace syzygy::detail {

/// References by horizon, each worked out once, whichever thread asks first.
class ReferenceCache {
public:
    std::optional<ReferenceGradient> get(double horizon, const std::function<std::optional<ReferenceGradient>()>& compute) const
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = known_.find(horizon); found != known_.end()) return found->second;
        auto reference = compute();
        if (reference) known_.emplace(horizon, *reference);
        return reference;
    }

private:
    mutable std::mutex mutex_;
    mutable std::map<double, ReferenceGradient> known_;
};

/// |a - b| / |b| over parameters and initial state together; nan if b is zero.
inline double gradient_distance(const Eigen::VectorXd& parameters, const Eigen::VectorXd& initial_state,
                                const Eigen::VectorXd& reference_parameters, const Eigen::VectorXd& reference_initial_state)
{
    const double difference =
        std::hypot((parameters - reference_parameters).norm(), (initial_state - reference_initial_state).norm());
    const double size = std::hypot(reference_parameters.norm(), reference_initial_state.norm());
    return size > 0 ? difference / size : std::numeric_limits<double>::quiet_NaN();
}

/// A gradient run's result with vectors of any size: the leading `parameters` and `states` of its numbers.
template <class Result>
ComparedGradient compared_gradient(const Result& result, Eigen::Index parameters, Eigen::Index states)
{
    return {result.outcome,
            result.loss,
            result.parameters.head(parameters),
            result.initial_state.head(states),
            result.t0,
            result.t1,
            result.forward,
            result.backward,
            result.checkpoint_bytes,
            result.tape_bytes_peak,
            result.graph_depth,
            result.reverse_error,
            result.error};
}

/// The stride n at which a list of that size keeps every n-th element.
inline std::size_t stride_of(std::size_t size)
{
    return size / compare_trace_steps + 1;
}

/// Takes some points of a trajectory: times in the subject's time, the leading `components` of the states.
template <class State>
void take_points(const std::vector<double>& from_times, const std::vector<State>& from, double epoch, Eigen::Index components,
                 std::vector<double>* times, std::vector<Eigen::VectorXd>& to)
{
    const std::size_t stride = stride_of(from.size());
    to.clear();
    if (times) times->clear();
    for (std::size_t n = 0; n < from.size(); ++n) {
        if (n % stride != 0 && n + 1 != from.size()) continue;
        to.push_back(from[n].head(components));
        if (times) times->push_back(from_times[n] + epoch);
    }
}

/// Fills the method's part of a trace.
template <class State>
void take_trace(const GradientTrace<State>& from, double epoch, Eigen::Index components, CompareTrace& to)
{
    long last = 0;
    for (const SweepEvent& event : from.events) last = std::max(last, event.step);
    const auto stride = static_cast<long>(stride_of(static_cast<std::size_t>(last)));
    to.events.clear();
    for (SweepEvent event : from.events) {
        if (event.step % stride != 0 && event.step != last) continue;
        event.t0 += epoch;
        event.t1 += epoch;
        to.events.push_back(event);
    }
    take_points(from.reverse_times, from.reverse_states, epoch, components, &to.reverse_times, to.reverse_states);
    take_points(from.reverse_times, from.cotangents, epoch, components, nullptr, to.cotangents);
    take_points(from.own_times, from.own_states, epoch, components, &to.times, to.states);
}

/// |reverse state - forward state| at each reverse time. `forward_at(t)` gives the forward state if t is none of `times`.
template <class State, class ForwardAt>
void take_distances(const GradientTrace<State>& from, const std::vector<double>& times, const std::vector<State>& states,
                    CompareTrace& to, const ForwardAt& forward_at)
{
    const bool forward = times.back() >= times.front();
    const std::size_t stride = stride_of(from.reverse_states.size());
    to.reverse_distances.clear();
    for (std::size_t k = 0; k < from.reverse_states.size(); ++k) {
        if (k % stride != 0 && k + 1 != from.reverse_states.size()) continue;
        const double t = from.reverse_times[k];
        const auto next = std::lower_bound(times.begin(), times.end(), t,
                                           [forward](double a, double b) { return forward ? a < b : a > b; });
        const bool accepted = next != times.end() && *next == t;
        const State there = accepted ? states[static_cast<std::size_t>(next - times.begin())] : forward_at(t);
        to.reverse_distances.push_back((from.reverse_states[k] - there).norm());
    }
}

/// Fills the forward part of a trace if the method differentiates the solver's own solution, and the distances measured
/// against the forward part. `solve` gives the solver's Trajectory.
template <class State, class Solve>
void take_forward(const GradientTrace<State>& own, double epoch, Eigen::Index components, CompareTrace& to, const Solve& solve)
{
    if (!own.own_times.empty()) {
        // A method with its own steps comes back to its own times.
        take_distances(own, own.own_times, own.own_states, to,
                       [&](double) { return State::Constant(std::numeric_limits<double>::quiet_NaN()).eval(); });
        return;
    }
    const auto trajectory = solve();
    take_points(trajectory.times(), trajectory.states(), epoch, components, &to.times, to.states);
    const auto [first, last] = std::minmax(trajectory.times().front(), trajectory.times().back());
    take_distances(own, trajectory.times(), trajectory.states(), to,
                   [&, first = first, last = last](double t) { return trajectory.at(std::clamp(t, first, last)); });
}

}  // namespace syzygy::detail
