#include "ui/orbit/pick.hpp"

#include "ui/orbit/marks.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

constexpr double tip_reach = 12, body_reach = 14, bead_reach = 7, observation_reach = 9, curve_reach = 9;

double apart(QPointF a, QPointF b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

/// Where the points of a scene are seen; nan where behind the eye.
class Projection {
public:
    explicit Projection(const OrbitDisplay& display)
        : matrix_(display.camera.clip_matrix(display.scene->centre, display.scene->centre, display.scene->radius)),
          size_(display.camera.viewport())
    {
    }
    QPointF operator()(const Eigen::Vector3f& point) const
    {
        const Eigen::Vector4f clip = matrix_ * point.homogeneous();
        if (!(clip.w() > 0)) return {std::nan(""), std::nan("")};
        return {(1 + static_cast<double>(clip.x() / clip.w())) / 2 * size_.width(),
                (1 - static_cast<double>(clip.y() / clip.w())) / 2 * size_.height()};
    }

private:
    Eigen::Matrix4f matrix_;
    QSizeF size_;
};

/// Body and index of the point nearest to the pointer.
std::optional<std::pair<int, std::size_t>> nearest_point(const OrbitDisplay& display,
                                                         const std::array<ScenePoints, 3>& points, QPointF pointer,
                                                         double reach, std::array<std::size_t, 3> strides = {1, 1, 1})
{
    const Projection project(display);
    std::optional<std::pair<int, std::size_t>> best;
    for (int body = 0; body < 3; ++body) {
        const ScenePoints& of_body = points[static_cast<std::size_t>(body)];
        for (std::size_t k = 0; k < of_body.size(); k += strides[static_cast<std::size_t>(body)])
            if (const double distance = apart(project(of_body[k]), pointer); distance < reach) {
                reach = distance;
                best = {body, k};
            }
    }
    return best;
}

}  // namespace

int pick_arrow_tip(const OrbitDisplay& display, QPointF pointer)
{
    if (!display.scene || !display.layers.velocities) return -1;
    int best = -1;
    double reach = tip_reach;
    for (int body = 0; body < 3; ++body) {
        const VelocityArrow& arrow = display.arrows[static_cast<std::size_t>(body)];
        if (!arrow.shown) continue;
        if (const auto seen = display.camera.project(arrow.tip); seen && apart(seen->position, pointer) <= reach) {
            reach = apart(seen->position, pointer);
            best = body;
        }
    }
    return best;
}

int pick_body(const OrbitDisplay& display, QPointF pointer)
{
    if (!display.scene) return -1;
    const auto positions = display.scene->positions_at(display.time);
    int best = -1;
    double reach = body_reach;
    for (int body = 0; body < 3; ++body)
        if (const auto seen = display.camera.project(positions[static_cast<std::size_t>(body)].cast<double>() +
                                                     display.scene->centre);
            seen && apart(seen->position, pointer) <= reach) {
            reach = apart(seen->position, pointer);
            best = body;
        }
    return best;
}

std::optional<PickedBead> pick_bead(const OrbitDisplay& display, QPointF pointer)
{
    if (!display.scene || !display.layers.beads) return std::nullopt;
    std::array<std::size_t, 3> strides;
    for (int body = 0; body < 3; ++body)
        strides[static_cast<std::size_t>(body)] =
            bead_screen_stride(bead_spacing(*display.scene, body), display.camera);
    const auto found = nearest_point(display, display.scene->beads, pointer, bead_reach, strides);
    return found ? std::optional(PickedBead{found->first, found->second}) : std::nullopt;
}

std::optional<PickedObservation> pick_observation(const OrbitDisplay& display, QPointF pointer)
{
    if (!display.scene || !display.layers.observed) return std::nullopt;
    const auto found = nearest_point(display, display.scene->observed, pointer, observation_reach);
    return found ? std::optional(PickedObservation{found->first, found->second}) : std::nullopt;
}

std::optional<double> pick_time(const OrbitDisplay& display, QPointF pointer)
{
    if (!display.scene) return std::nullopt;
    const OrbitScene& scene = *display.scene;
    const Projection project(display);
    std::optional<double> best;
    // Passes that a person cannot tell apart differ by this many pixels.
    constexpr double alike = 2.5;
    double least = curve_reach;
    for (const ScenePoints& curve : scene.curves) {
        if (curve.empty()) continue;
        QPointF from = project(curve.front());
        for (std::size_t k = 1; k < curve.size(); ++k) {
            const QPointF to = project(curve[k]);
            const QPointF along = to - from, towards = pointer - from;
            const double square = QPointF::dotProduct(along, along);
            const double part = square > 0 ? std::clamp(QPointF::dotProduct(along, towards) / square, 0.0, 1.0) : 0;
            const double distance = apart(from + part * along, pointer);
            if (distance < curve_reach) {
                const double time = scene.curve_times[k - 1] + part * (scene.curve_times[k] - scene.curve_times[k - 1]);
                const bool nearer_in_time = best && std::abs(time - display.time) < std::abs(*best - display.time);
                if (!best || distance < least - alike || (distance < least + alike && nearer_in_time)) best = time;
                least = std::min(least, distance);
            }
            from = to;
        }
    }
    return best;
}

}  // namespace syzygy
