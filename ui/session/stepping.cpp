#include "ui/session/stepping.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace syzygy {

namespace {

/// The first of ascending times, counted from `epoch`, after `time`.
std::optional<double> first_after(const std::vector<double>& times, double epoch, double time)
{
    const auto found = std::ranges::partition_point(times, [&](double t) { return epoch + t <= time; });
    return found == times.end() ? std::nullopt : std::optional(epoch + *found);
}

/// The last one before `time`.
std::optional<double> last_before(const std::vector<double>& times, double epoch, double time)
{
    const auto found = std::ranges::partition_point(times, [&](double t) { return epoch + t < time; });
    return found == times.begin() ? std::nullopt : std::optional(epoch + *(found - 1));
}

}  // namespace

double next_sample(const Picture& picture, double time)
{
    if (!picture.observations) return time;
    return first_after(picture.observations->times, 0, time).value_or(time);
}

double previous_sample(const Picture& picture, double time)
{
    if (!picture.observations) return time;
    return last_before(picture.observations->times, 0, time).value_or(time);
}

double next_step(const Picture& picture, double time)
{
    if (!picture.solution) return time;
    const Solution& solution = *picture.solution;
    if (const auto found = first_after(solution.window.times(), solution.data->epoch, time)) return *found;
    if (!solution.beyond) return time;
    return first_after(solution.beyond->times(), solution.data->epoch, time).value_or(time);
}

double previous_step(const Picture& picture, double time)
{
    if (!picture.solution) return time;
    const Solution& solution = *picture.solution;
    if (solution.beyond)
        if (const auto found = last_before(solution.beyond->times(), solution.data->epoch, time)) return *found;
    return last_before(solution.window.times(), solution.data->epoch, time).value_or(time);
}

}  // namespace syzygy
