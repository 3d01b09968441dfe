#pragma once

#include "core/ode/events.hpp"
#include "physics/model/gradient.hpp"

#include <stop_token>

namespace syzygy {

/// A close approach of a pair: a minimum of its distance.
struct Encounter {
    int first, second;
    double t, distance;
};

/// The pairs 1-2, 1-3, 2-3.
inline constexpr std::array<std::pair<int, int>, 3> body_pairs{{{0, 1}, {0, 2}, {1, 2}}};

/// The events that mark the closest approaches of the three pairs in a solve, in the order 1-2, 1-3, 2-3; `forward` is false
/// for a solve that goes backward in time.
std::vector<Event<State>> closest_approaches(bool forward = true);

/// A terminal event that occurs when the pair's distance falls to `distance`.
Event<State> separation_event(int first, int second, double distance);

/// The encounters among the hits of a detector whose first three events are `closest_approaches()`, in order of time.
std::vector<Encounter> encounters(const std::vector<EventHit<State>>& hits);

/// The smallest distance of each pair (1-2, 1-3, 2-3) from the first to the last time of the data, ends included.
std::array<Encounter, 3> smallest_distances(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                            std::stop_token stop = {});

}  // namespace syzygy
