#include "physics/model/encounters.hpp"

#include "physics/model/dynamics.hpp"

namespace syzygy {

namespace {

Eigen::Vector3d separation(const State& y, int i, int j)
{
    return y.segment<3>(3 * j) - y.segment<3>(3 * i);
}

}  // namespace

std::vector<Event<State>> closest_approaches(bool forward)
{
    std::vector<Event<State>> events;
    for (const auto& [i, j] : body_pairs)
        // d(distance^2)/dt rises through zero at a minimum, and falls where time runs backward.
        events.push_back({[i = i, j = j](double, const State& y) {
                              const Eigen::Vector3d d_dot = y.segment<3>(9 + 3 * j) - y.segment<3>(9 + 3 * i);
                              return separation(y, i, j).dot(d_dot);
                          },
                          forward ? Crossing::rising : Crossing::falling});
    return events;
}

Event<State> separation_event(int first, int second, double distance)
{
    return {[=](double, const State& y) { return separation(y, first, second).norm() - distance; }, Crossing::falling,
            true};
}

std::vector<Encounter> encounters(const std::vector<EventHit<State>>& hits)
{
    std::vector<Encounter> result;
    for (const auto& hit : hits) {
        if (hit.event >= body_pairs.size()) continue;
        const auto [i, j] = body_pairs[hit.event];
        result.push_back({i, j, hit.t, separation(hit.y, i, j).norm()});
    }
    return result;
}

std::array<Encounter, 3> smallest_distances(const PreparedData& data, const ModelPoint& point,
                                            const ModelOptions& options, std::stop_token stop)
{
    const SolveTask<State> task{point.initial_state,
                                data.t0,
                                data.t1,
                                options.solver,
                                absolute_tolerance(options.solver, data.length, data.velocity),
                                {},
                                stop};
    EventDetector<State> detector(closest_approaches());
    detector.begin(data.t0, point.initial_state);
    const auto solved = with_dynamics(data.units, point, options, data.epoch,
                                      [&](const auto& system) { return solve(system, task, detector); });
    std::array<Encounter, 3> smallest;
    for (std::size_t pair = 0; pair < 3; ++pair) {
        const auto [i, j] = body_pairs[pair];
        smallest[pair] = {i, j, data.epoch, separation(point.initial_state, i, j).norm()};
        if (const double at_end = separation(solved.y, i, j).norm(); at_end < smallest[pair].distance)
            smallest[pair] = {i, j, data.absolute(solved.t), at_end};
    }
    for (Encounter encounter : encounters(detector.hits())) {
        encounter.t = data.absolute(encounter.t);
        Encounter& least = smallest[static_cast<std::size_t>(encounter.first + encounter.second - 1)];
        if (encounter.distance < least.distance) least = encounter;
    }
    return smallest;
}

}  // namespace syzygy
