#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <QPointF>
#include <QSizeF>

#include <optional>
#include <span>

namespace syzygy {

/// A point on the screen, in logical pixels from the top left, and its distance in front of the eye.
struct ScreenPoint {
    QPointF position;
    double depth = 0;
};

/// A ray from the eye, or a line of sight.
struct SightLine {
    Eigen::Vector3d origin, direction;  ///< direction of length 1
};

/// Where the eye of the orbit view stands: a perspective turned about a target like a globe on a table. A value; all
/// lengths in the units of the data, all screen sizes in logical pixels. Positions are as the frame has them (not
/// relative to a scene's centre), so that a camera outlives its scene.
class Camera {
public:
    /// Vertical field of view, radians: long lens, so that the far side is not much smaller than the near one.
    static constexpr double field_of_view = 0.55;

    const Eigen::Vector3d& target() const { return target_; }
    double distance() const { return distance_; }
    QSizeF viewport() const { return viewport_; }
    const Eigen::Vector3d& up() const { return up_; }
    double azimuth() const { return azimuth_; }
    double elevation() const { return elevation_; }

    void set_viewport(QSizeF size);
    void set_target(const Eigen::Vector3d& target) { target_ = target; }

    /// Looks along the direction in which points spread least, tilted a little, the nearest coordinate axis upright.
    void face(std::span<const Eigen::Vector3f> points);
    /// Steps back until the sphere is wholly in sight; keeps the direction.
    void fit(const Eigen::Vector3d& centre, double radius);

    /// The same for points relative to `origin`, about `middle` (relative too): as close as they allow.
    void fit_points(std::span<const Eigen::Vector3f> points, const Eigen::Vector3d& origin,
                    const Eigen::Vector3f& middle);

    /// Turns about the target with the mouse: `pixels` right and down.
    void orbit(QPointF pixels);
    /// Moves the target so that it follows the mouse.
    void pan(QPointF pixels);
    /// Comes closer by `factor` > 1, and keeps what is at `pointer` (at the target's depth) there.
    void zoom(double factor, QPointF pointer);

    Eigen::Vector3d eye() const;
    /// Unit vectors to the right, up and out of the screen.
    Eigen::Matrix3d axes() const;
    /// Length units that a logical pixel is worth at a depth in front of the eye (or at the target).
    double length_per_pixel(double depth) const;
    double length_per_pixel() const { return length_per_pixel(distance_); }

    /// Where a point is seen; nothing where it lies behind the eye.
    std::optional<ScreenPoint> project(const Eigen::Vector3d& point) const;
    /// The point seen there at a depth.
    Eigen::Vector3d unproject(QPointF position, double depth) const;
    SightLine sight_line(QPointF position) const;

    /// From positions relative to `origin` into clip space of OpenGL; a sphere about `centre` lies between near and
    /// far.
    Eigen::Matrix4f clip_matrix(const Eigen::Vector3d& origin, const Eigen::Vector3d& centre, double radius) const;
    /// From positions relative to `origin` into the eye's space (right, up, towards the viewer).
    Eigen::Matrix4f eye_matrix(const Eigen::Vector3d& origin) const;

private:
    Eigen::Vector3d target_ = Eigen::Vector3d::Zero(), up_ = Eigen::Vector3d::UnitZ();
    double distance_ = 4, azimuth_ = 0.6, elevation_ = 0.6;
    QSizeF viewport_{800, 600};
};

}  // namespace syzygy
