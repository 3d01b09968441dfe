#pragma once

#include "core/ode/trajectory.hpp"
#include "physics/compare/subject.hpp"

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

/// |a - b| / |b| over parameters and initial state together; nan where b is zero.
inline double gradient_distance(const Eigen::VectorXd& parameters, const Eigen::VectorXd& initial_state,
                                const Eigen::VectorXd& reference_parameters, const Eigen::VectorXd& reference_initial_state)
{
    const double difference =
        std::hypot((parameters - reference_parameters).norm(), (initial_state - reference_initial_state).norm());
    const double size = std::hypot(reference_parameters.norm(), reference_initial_state.norm());
    return size > 0 ? difference / size : std::numeric_limits<double>::quiet_NaN();
}

/// A gradient run's numbers with vectors of any size: the leading `parameters` and `states` of them.
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

/// Fills the method's part of a trace: times as the subject has them, the leading `states` components.
template <class State>
void take_trace(const GradientTrace<State>& from, double epoch, Eigen::Index states, CompareTrace& to)
{
    to.events = from.events;
    for (SweepEvent& event : to.events) {
        event.t0 += epoch;
        event.t1 += epoch;
    }
    const auto vectors = [states](const std::vector<State>& list) {
        std::vector<Eigen::VectorXd> result;
        result.reserve(list.size());
        for (const State& state : list) result.push_back(state.head(states));
        return result;
    };
    to.reverse_times = from.reverse_times;
    for (double& t : to.reverse_times) t += epoch;
    to.reverse_states = vectors(from.reverse_states);
    to.cotangents = vectors(from.cotangents);
}

/// Fills the forward part of a trace.
template <class State>
void take_trajectory(const Trajectory<State>& from, double epoch, Eigen::Index states, CompareTrace& to)
{
    to.times = from.times();
    for (double& t : to.times) t += epoch;
    to.states.clear();
    for (const State& state : from.states()) to.states.push_back(state.head(states));
}

}  // namespace syzygy::detail
