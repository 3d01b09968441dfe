#include "ui/document/orbit_scene.hpp"

#include "core/base/not_finite.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syzygy {

namespace {

using Positions = std::array<Eigen::Vector3d, 3>;
using Track = std::array<std::vector<Eigen::Vector3d>, 3>;

/// What positions are subtracted from: a body, the centre of mass of some masses, or nothing.
struct Origin {
    Frame frame = Frame::data;
    Eigen::Vector3d weights = Eigen::Vector3d::Zero();  ///< masses over their sum

    Eigen::Vector3d of(const Eigen::Matrix<double, 9, 1>& values) const
    {
        if (frame == Frame::data) return Eigen::Vector3d::Zero();
        if (frame != Frame::centre_of_mass) return values.segment<3>(3 * static_cast<int>(frame));
        return weights[0] * values.head<3>() + weights[1] * values.segment<3>(3) + weights[2] * values.tail<3>();
    }

    Positions apply(const Eigen::Matrix<double, 9, 1>& values) const
    {
        const Eigen::Vector3d origin = of(values);
        return {values.head<3>() - origin, values.segment<3>(3) - origin, values.tail<3>() - origin};
    }
};

/// Positions that are compared relative to a body are drawn relative to it, where no other frame is wanted.
Origin make_origin(Frame frame, int reference, const Eigen::Vector3d& masses)
{
    if (frame == Frame::data && reference >= 0) frame = static_cast<Frame>(reference);
    const double sum = masses.sum();
    const bool usable = sum > 0 && std::isfinite(sum);
    return {frame, usable ? Eigen::Vector3d(masses / sum) : Eigen::Vector3d::Constant(1.0 / 3)};
}

Origin origin_of(const OrbitScene& scene)
{
    return make_origin(scene.frame, scene.solution->data->reference, scene.solution->point.masses);
}

/// Points a step: many for long steps of few, fewer for many.
std::size_t points_a_step(std::size_t steps, std::size_t max_points)
{
    constexpr std::size_t wanted = 4096, fewest = 2, most = 32;
    if (steps == 0) return 0;
    return std::min(std::clamp(wanted / steps, fewest, most), max_points / steps);
}

/// The times of a curve along a trajectory, counted as it counts: the start, then parts of each step, or ends of each
/// so many steps where there are too many.
std::vector<double> curve_times(const Trajectory<State>& trajectory, std::size_t max_points)
{
    const auto& times = trajectory.times();
    const auto& steps = trajectory.steps();
    std::vector<double> result{times.front()};
    max_points = std::max<std::size_t>(max_points, 2) - 1;
    if (const std::size_t points = points_a_step(steps.size(), max_points); points > 0) {
        result.reserve(steps.size() * points + 1);
        for (std::size_t n = 0; n < steps.size(); ++n)
            for (std::size_t k = 1; k <= points; ++k)
                result.push_back(k == points
                                     ? times[n + 1]
                                     : times[n] + steps[n] * static_cast<double>(k) / static_cast<double>(points));
    } else if (!steps.empty()) {
        const std::size_t stride = (steps.size() + max_points - 1) / max_points;
        for (std::size_t n = stride; n < steps.size(); n += stride) result.push_back(times[n]);
        result.push_back(times.back());
    }
    return result;
}

/// Appends the three bodies along a trajectory, `times` as it counts them, from the `first` on.
void append_track(const Trajectory<State>& trajectory, const std::vector<double>& times, std::size_t first,
                  const Origin& origin, Track& track)
{
    for (std::size_t k = first; k < times.size(); ++k) {
        const State state = trajectory.steps().empty() ? trajectory.states().front() : trajectory.at(times[k]);
        const Positions positions = origin.apply(state.head<9>());
        for (std::size_t body = 0; body < 3; ++body) track[body].push_back(positions[body]);
    }
}

struct Observed {
    Track points, sigmas;
    std::array<std::vector<std::uint32_t>, 3> rows;
    std::array<std::size_t, 3> in_window{};
    std::size_t stride = 1;
};

/// Observed points in the frame, those of the window first. What the frame needs and the row lacks is taken from the
/// prediction.
Observed observed_points(const SceneRequest& request, const Origin& origin)
{
    const Observations& observations = *request.observations;
    const Solution& solution = *request.solution;
    const bool has_sigmas = observations.position_sigmas.cols() > 0;
    Observed result;
    result.stride = std::max<std::size_t>(
        1, (observations.size() + request.max_observed - 1) / std::max<std::size_t>(1, request.max_observed));
    const int own_body =
        origin.frame >= Frame::body_1 && origin.frame <= Frame::body_3 ? static_cast<int>(origin.frame) : -1;
    const auto variance_of = [&](Eigen::Index column, int body) -> Eigen::Array3d {
        const Eigen::Array3d square = observations.position_sigmas.col(column).segment<3>(3 * body).array().square();
        return square.isFinite().select(square, 0.0);
    };
    const auto add_row = [&](std::size_t row) {
        const auto column = static_cast<Eigen::Index>(row);
        const Eigen::Matrix<double, 9, 1> values = observations.positions.col(column);
        Eigen::Matrix<double, 9, 1> known = values;
        if (origin.frame != Frame::data && !values.allFinite()) {
            const double time = observations.times[row];
            if (!(time >= solution.begin() && time <= solution.end())) return;
            const State predicted = solution.at(time);
            known = values.array().isFinite().select(values, predicted.head<9>());
        }
        const Eigen::Vector3d shift = origin.of(known);
        const Eigen::Array3d own_variance =
            has_sigmas && own_body >= 0 ? variance_of(column, own_body) : Eigen::Array3d::Zero();
        for (int body = 0; body < 3; ++body) {
            const Eigen::Vector3d position = values.segment<3>(3 * body) - shift;
            if (body == own_body || !position.allFinite()) continue;
            const auto b = static_cast<std::size_t>(body);
            result.points[b].push_back(position);
            result.rows[b].push_back(static_cast<std::uint32_t>(row));
            if (!has_sigmas) continue;
            Eigen::Array3d variance = variance_of(column, body);
            if (own_body >= 0) variance += own_variance;
            result.sigmas[b].push_back(variance.sqrt().matrix());
        }
    };
    const auto& times = observations.times;
    const auto first =
        static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), solution.begin()) - times.begin());
    // Counting from the epoch may have rounded the last time.
    const double rounding = 4 * std::numeric_limits<double>::epsilon() *
                            std::max(std::abs(solution.data->epoch), std::abs(solution.data->t1));
    const double window_end = solution.data->absolute(solution.data->t1) + rounding;
    const auto last =
        static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), window_end) - times.begin());
    const auto rounded_up = [&](std::size_t row) { return (row + result.stride - 1) / result.stride * result.stride; };
    for (std::size_t row = rounded_up(first); row < last; row += result.stride) add_row(row);
    for (std::size_t body = 0; body < 3; ++body) result.in_window[body] = result.points[body].size();
    for (std::size_t row = 0; row < std::min(first, times.size()); row += result.stride) add_row(row);
    for (std::size_t row = rounded_up(last); row < times.size(); row += result.stride) add_row(row);
    return result;
}

/// The middle of the box about the finite points of some tracks; false where there are none.
bool box_middle(const Track& track, Eigen::Vector3d& middle)
{
    Eigen::Vector3d low = Eigen::Vector3d::Constant(infinity), high = -low;
    for (const auto& points : track)
        for (const Eigen::Vector3d& point : points)
            if (point.allFinite()) {
                low = low.cwiseMin(point);
                high = high.cwiseMax(point);
            }
    if (!(low[0] <= high[0])) return false;
    middle = (low + high) / 2;
    return true;
}

/// Into single precision about the centre; widens the radius.
void store(const Track& track, OrbitScene& scene, std::array<ScenePoints, 3>& out)
{
    for (std::size_t body = 0; body < 3; ++body) {
        out[body].reserve(track[body].size());
        for (const Eigen::Vector3d& point : track[body]) {
            const Eigen::Vector3d relative = point - scene.centre;
            if (const double distance = relative.norm(); std::isfinite(distance))
                scene.radius = std::max(scene.radius, distance);
            out[body].push_back(relative.cast<float>());
        }
    }
}

}  // namespace

std::array<Eigen::Vector3f, 3> OrbitScene::positions_at(double time) const
{
    const Positions positions = exact_positions_at(time);
    std::array<Eigen::Vector3f, 3> result;
    for (std::size_t body = 0; body < 3; ++body) result[body] = (positions[body] - centre).cast<float>();
    return result;
}

std::array<Eigen::Vector3d, 3> OrbitScene::exact_positions_at(double time) const
{
    return origin_of(*this).apply(solution->at(time).head<9>());
}

std::array<Eigen::Vector3d, 3> OrbitScene::exact_velocities_at(double time) const
{
    return origin_of(*this).apply(solution->at(time).tail<9>());
}

std::array<Eigen::Vector3d, 3> OrbitScene::corrections_at(double time) const
{
    if (!solution->correction) return {Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()};
    return origin_of(*this).apply(solution->correction->acceleration_at(time));
}

std::array<Eigen::Vector3f, 3> OrbitScene::velocities_at(double time) const
{
    const auto velocities = exact_velocities_at(time);
    std::array<Eigen::Vector3f, 3> result;
    for (std::size_t body = 0; body < 3; ++body) result[body] = velocities[body].cast<float>();
    return result;
}

OrbitScene make_orbit_scene(const SceneRequest& request)
{
    const Solution& solution = *request.solution;
    const PreparedData& data = *solution.data;
    const Origin origin = make_origin(request.frame, data.reference, solution.point.masses);
    OrbitScene scene;
    scene.solution = request.solution;
    scene.frame = request.frame;

    // Window and what follows share the points by their numbers of steps.
    const std::size_t window_steps = solution.window.steps().size();
    const std::size_t beyond_steps = solution.beyond ? solution.beyond->steps().size() : 0;
    const auto share = static_cast<double>(window_steps + 1) / static_cast<double>(window_steps + beyond_steps + 2);
    const auto window_points = static_cast<std::size_t>(share * static_cast<double>(request.max_curve_points));
    Track curves;
    std::vector<double> times =
        curve_times(solution.window, solution.beyond ? window_points : request.max_curve_points);
    append_track(solution.window, times, 0, origin, curves);
    scene.window_points = times.size();
    if (solution.beyond) {
        const std::size_t rest = request.max_curve_points - std::min(request.max_curve_points, times.size());
        const std::vector<double> more = curve_times(*solution.beyond, rest + 1);
        append_track(*solution.beyond, more, 1, origin, curves);
        times.insert(times.end(), more.begin() + 1, more.end());
    }
    scene.curve_times.reserve(times.size());
    for (const double t : times) scene.curve_times.push_back(data.absolute(t));

    Observed observed;
    if (request.observations) observed = observed_points(request, origin);
    scene.observed_row = std::move(observed.rows);
    scene.observed_in_window = observed.in_window;
    scene.observed_stride = observed.stride;

    Track truth;
    if (request.truth && !request.truth->steps().empty()) {
        // As far as there is a prediction to compare it with.
        std::vector<double> until = curve_times(*request.truth, request.max_curve_points);
        const double end = solution.end() - request.truth_epoch;
        until.erase(std::upper_bound(until.begin(), until.end(), end), until.end());
        append_track(*request.truth, until, 0, make_origin(request.frame, data.reference, request.truth_masses), truth);
    }

    // Observed points stay where they are while the prediction is dragged about: so does the picture.
    if (!box_middle(observed.points, scene.centre)) box_middle(curves, scene.centre);
    scene.radius = 0;
    store(curves, scene, scene.curves);
    store(observed.points, scene, scene.observed);
    store(truth, scene, scene.truth);
    for (std::size_t body = 0; body < 3; ++body)
        for (const Eigen::Vector3d& sigma : observed.sigmas[body])
            scene.observed_sigma[body].push_back(sigma.cast<float>());
    if (!(scene.radius > 0)) scene.radius = 1;

    const auto& steps = solution.window.steps();
    const auto& ends = solution.window.times();
    const std::span<const double> shares = solution.step_shares();
    scene.bead_stride =
        std::max<std::size_t>(1, (ends.size() + request.max_beads - 1) / std::max<std::size_t>(1, request.max_beads));
    for (std::size_t n = 0; n < ends.size() && !steps.empty(); n += scene.bead_stride) {
        const Positions positions = origin.apply(solution.window.states()[n].head<9>());
        for (std::size_t body = 0; body < 3; ++body)
            scene.beads[body].push_back((positions[body] - scene.centre).cast<float>());
        scene.bead_times.push_back(data.absolute(ends[n]));
        scene.bead_log_step.push_back(static_cast<float>(std::log10(std::abs(steps[std::min(n, steps.size() - 1)]))));
        if (shares.empty()) continue;
        double sum = 0;
        for (std::size_t i = n; i < std::min(n + scene.bead_stride, shares.size()); ++i) sum += shares[i];
        scene.bead_share.push_back(static_cast<float>(sum));
    }
    return scene;
}

}  // namespace syzygy
