#include "ui/orbit/camera.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace syzygy {

namespace {

constexpr double half_turn = std::numbers::pi;

/// Two unit vectors that make a right-handed system with `up`.
std::pair<Eigen::Vector3d, Eigen::Vector3d> level_axes(const Eigen::Vector3d& up)
{
    int axis = 0;
    up.cwiseAbs().maxCoeff(&axis);
    const Eigen::Vector3d first = Eigen::Vector3d::Unit((axis + 1) % 3);
    const Eigen::Vector3d second = Eigen::Vector3d::Unit((axis + 2) % 3);
    return up[axis] > 0 ? std::pair(first, second) : std::pair(second, first);
}

}  // namespace

void Camera::set_viewport(QSizeF size)
{
    viewport_ = {std::max(1.0, size.width()), std::max(1.0, size.height())};
}

void Camera::face(std::span<const Eigen::Vector3f> points)
{
    Eigen::Vector3d mean = Eigen::Vector3d::Zero();
    std::size_t count = 0;
    for (const Eigen::Vector3f& point : points)
        if (point.allFinite()) {
            mean += point.cast<double>();
            ++count;
        }
    if (count < 3) return;
    mean /= static_cast<double>(count);
    Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();
    for (const Eigen::Vector3f& point : points)
        if (point.allFinite()) spread += (point.cast<double>() - mean) * (point.cast<double>() - mean).transpose();
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(spread);
    Eigen::Vector3d normal = solver.eigenvectors().col(0);
    int axis = 2;
    if (normal.cwiseAbs().maxCoeff() > std::abs(normal[2]) + 0.05) normal.cwiseAbs().maxCoeff(&axis);
    if (normal[axis] < 0) normal = -normal;
    up_ = Eigen::Vector3d::Unit(axis);

    // A slight tilt away from the normal shows that the picture has a depth. Azimuth and elevation of the eye.
    constexpr double tilt = 0.42;
    const auto [first, second] = level_axes(up_);
    const double sideways = std::hypot(normal.dot(first), normal.dot(second));
    const double normal_elevation = std::atan2(normal.dot(up_), sideways);
    const double normal_azimuth = sideways > 0.05 ? std::atan2(normal.dot(second), normal.dot(first)) : -half_turn / 2;
    azimuth_ = normal_azimuth;
    elevation_ = normal_elevation > 0.9 ? normal_elevation - tilt : normal_elevation + tilt / 2;
    if (sideways <= 0.05) azimuth_ += 0.12;
}

void Camera::fit(const Eigen::Vector3d& centre, double radius)
{
    target_ = centre;
    const double aspect = std::min(1.0, viewport_.width() / viewport_.height());
    const double half_angle = std::atan(std::tan(field_of_view / 2) * aspect);
    distance_ = std::max(radius, 1e-300) / std::sin(half_angle);
}

void Camera::fit_points(std::span<const Eigen::Vector3f> points, const Eigen::Vector3d& origin,
                        const Eigen::Vector3f& middle)
{
    target_ = origin + middle.cast<double>();
    const Eigen::Matrix3f turn = axes().transpose().cast<float>();
    // A point at (x, y) off the axis and z towards the eye is in sight from z + |x| / slope on.
    constexpr double filled = 0.86;
    const double slope_y = filled * std::tan(field_of_view / 2),
                 slope_x = slope_y * viewport_.width() / viewport_.height();
    float farthest = 0;
    for (const Eigen::Vector3f& point : points) {
        const Eigen::Vector3f seen = turn * (point - middle);
        farthest = std::max({farthest, seen.z() + std::abs(seen.x()) / static_cast<float>(slope_x),
                             seen.z() + std::abs(seen.y()) / static_cast<float>(slope_y)});
    }
    distance_ = farthest > 0 ? static_cast<double>(farthest) : 4;
}

void Camera::orbit(QPointF pixels)
{
    constexpr double radians_a_pixel = 0.007;
    azimuth_ = std::remainder(azimuth_ - pixels.x() * radians_a_pixel, 2 * half_turn);
    elevation_ = std::clamp(elevation_ + pixels.y() * radians_a_pixel, -half_turn / 2, half_turn / 2);
}

void Camera::pan(QPointF pixels)
{
    const Eigen::Matrix3d a = axes();
    target_ += length_per_pixel() * (a.col(1) * pixels.y() - a.col(0) * pixels.x());
}

void Camera::zoom(double factor, QPointF pointer)
{
    const Eigen::Vector3d held = unproject(pointer, distance_);
    target_ = held + (target_ - held) / factor;
    distance_ /= factor;
}

Eigen::Vector3d Camera::eye() const
{
    return target_ + distance_ * axes().col(2);
}

Eigen::Matrix3d Camera::axes() const
{
    const auto [first, second] = level_axes(up_);
    const double ca = std::cos(azimuth_), sa = std::sin(azimuth_), ce = std::cos(elevation_), se = std::sin(elevation_);
    const Eigen::Vector3d level = ca * first + sa * second;
    Eigen::Matrix3d result;
    result.col(0) = ca * second - sa * first;
    result.col(1) = ce * up_ - se * level;
    result.col(2) = ce * level + se * up_;
    return result;
}

double Camera::length_per_pixel(double depth) const
{
    return 2 * depth * std::tan(field_of_view / 2) / viewport_.height();
}

std::optional<ScreenPoint> Camera::project(const Eigen::Vector3d& point) const
{
    const Eigen::Vector3d seen = axes().transpose() * (point - target_);
    const double depth = distance_ - seen.z();
    if (!(depth > 1e-4 * distance_)) return std::nullopt;
    const double pixels = 1 / length_per_pixel(depth);
    return ScreenPoint{{viewport_.width() / 2 + seen.x() * pixels, viewport_.height() / 2 - seen.y() * pixels}, depth};
}

Eigen::Vector3d Camera::unproject(QPointF position, double depth) const
{
    const Eigen::Matrix3d a = axes();
    const double pixel = length_per_pixel(depth);
    return eye() - depth * a.col(2) + pixel * (position.x() - viewport_.width() / 2) * a.col(0) -
           pixel * (position.y() - viewport_.height() / 2) * a.col(1);
}

SightLine Camera::sight_line(QPointF position) const
{
    const Eigen::Vector3d origin = eye();
    return {origin, (unproject(position, distance_) - origin).normalized()};
}

Eigen::Matrix4f Camera::eye_matrix(const Eigen::Vector3d& origin) const
{
    const Eigen::Matrix3d turn = axes().transpose();
    Eigen::Matrix4f result = Eigen::Matrix4f::Identity();
    result.topLeftCorner<3, 3>() = turn.cast<float>();
    result.topRightCorner<3, 1>() = (turn * (origin - eye())).cast<float>();
    return result;
}

Eigen::Matrix4f Camera::clip_matrix(const Eigen::Vector3d& origin, const Eigen::Vector3d& centre, double radius) const
{
    const double middle = axes().col(2).dot(eye() - centre);
    const double far = std::max(middle + radius, 2 * distance_);
    const double near = std::clamp(middle - radius, 1e-3 * distance_, 0.5 * distance_);
    const double slope = 1 / std::tan(field_of_view / 2);
    Eigen::Matrix4d lens = Eigen::Matrix4d::Zero();
    lens(0, 0) = slope * viewport_.height() / viewport_.width();
    lens(1, 1) = slope;
    lens(2, 2) = -(far + near) / (far - near);
    lens(2, 3) = -2 * far * near / (far - near);
    lens(3, 2) = -1;
    return lens.cast<float>() * eye_matrix(origin);
}

}  // namespace syzygy
