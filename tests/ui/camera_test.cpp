#include "ui/orbit/camera.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace syzygy {
namespace {

Camera some_camera()
{
    Camera camera;
    camera.set_viewport({1280, 800});
    camera.fit({3, -2, 1}, 2.5);
    camera.orbit({137, -41});
    return camera;
}

TEST(Camera, unproject_undoes_project)
{
    const Camera camera = some_camera();
    for (const Eigen::Vector3d& point :
         {Eigen::Vector3d(3, -2, 1), Eigen::Vector3d(4.1, -1.3, 0.2), Eigen::Vector3d(1.5, -3, 2)}) {
        const auto seen = camera.project(point);
        ASSERT_TRUE(seen);
        // A few roundings of numbers of the size of the eye's distance.
        EXPECT_LT((camera.unproject(seen->position, seen->depth) - point).norm(), 1e-13 * camera.distance());
    }
}

TEST(Camera, the_target_is_in_the_middle_of_the_screen)
{
    const auto seen = some_camera().project({3, -2, 1});
    ASSERT_TRUE(seen);
    EXPECT_NEAR(seen->position.x(), 640, 1e-9);
    EXPECT_NEAR(seen->position.y(), 400, 1e-9);
}

TEST(Camera, what_lies_behind_the_eye_is_not_seen)
{
    const Camera camera = some_camera();
    EXPECT_FALSE(camera.project(camera.eye() + camera.axes().col(2)));
}

TEST(Camera, zoom_keeps_what_is_under_the_pointer)
{
    Camera camera = some_camera();
    const QPointF pointer(931, 122);
    const Eigen::Vector3d held = camera.unproject(pointer, camera.distance());
    for (const double factor : {1.3, 4.0, 0.2}) {
        camera.zoom(factor, pointer);
        const auto seen = camera.project(held);
        ASSERT_TRUE(seen);
        EXPECT_NEAR(seen->position.x(), pointer.x(), 1e-8);
        EXPECT_NEAR(seen->position.y(), pointer.y(), 1e-8);
    }
}

TEST(Camera, pan_moves_the_target_with_the_pointer)
{
    Camera camera = some_camera();
    const Eigen::Vector3d before = camera.target();
    camera.pan({50, -20});
    const auto seen = camera.project(before);
    ASSERT_TRUE(seen);
    EXPECT_NEAR(seen->position.x(), 690, 1e-8);
    EXPECT_NEAR(seen->position.y(), 380, 1e-8);
}

TEST(Camera, a_fitted_sphere_is_wholly_in_sight)
{
    for (const QSizeF size : {QSizeF(1280, 800), QSizeF(500, 900)}) {
        Camera camera;
        camera.set_viewport(size);
        const Eigen::Vector3d centre(1e3, 0, -7);
        constexpr double radius = 12;
        camera.fit(centre, radius);
        for (int i = 0; i < 40; ++i)
            for (int k = 0; k < 40; ++k) {
                const double a = 0.157 * i, b = 0.0785 * k;
                const auto seen =
                    camera.project(centre + radius * Eigen::Vector3d(std::sin(b) * std::cos(a),
                                                                     std::sin(b) * std::sin(a), std::cos(b)));
                ASSERT_TRUE(seen);
                EXPECT_GE(seen->position.x(), -1e-6);
                EXPECT_GE(seen->position.y(), -1e-6);
                EXPECT_LE(seen->position.x(), size.width() + 1e-6);
                EXPECT_LE(seen->position.y(), size.height() + 1e-6);
            }
    }
}

TEST(Camera, clip_space_agrees_with_the_projection)
{
    const Camera camera = some_camera();
    const Eigen::Vector3d origin(3, -2, 1), point(4.1, -1.3, 0.2);
    const Eigen::Vector3f relative = (point - origin).cast<float>();
    const Eigen::Vector4f clip = camera.clip_matrix(origin, origin, 2.5) * relative.homogeneous();
    const auto seen = camera.project(point);
    ASSERT_TRUE(seen);
    // Single precision of a screen of 1280 pixels.
    EXPECT_NEAR(640 * (1 + clip.x() / clip.w()), seen->position.x(), 2e-3);
    EXPECT_NEAR(400 * (1 - clip.y() / clip.w()), seen->position.y(), 2e-3);
    EXPECT_LT(std::abs(clip.z() / clip.w()), 1);
}

TEST(Camera, faces_flat_orbits_from_above_with_a_tilt)
{
    std::vector<Eigen::Vector3f> circle;
    for (int k = 0; k < 100; ++k)
        circle.emplace_back(std::cos(0.0628f * static_cast<float>(k)), std::sin(0.0628f * static_cast<float>(k)), 0.0f);
    Camera camera;
    camera.face(circle);
    EXPECT_EQ(camera.up(), Eigen::Vector3d::UnitZ());
    const double out_of_plane = camera.axes().col(2).z();
    EXPECT_GT(out_of_plane, 0.8);
    EXPECT_LT(out_of_plane, 0.99);
}

TEST(Camera, fitted_points_are_in_sight_and_fill_the_screen)
{
    const std::vector<Eigen::Vector3f> points{{1, 0, 0}, {-1, 0, 0}, {0, 2, 0}, {0, -2, 0.5f}};
    Camera camera;
    camera.set_viewport({1000, 700});
    camera.fit_points(points, {10, 20, 30}, {0, 0, 0});
    double widest = 0;
    for (const Eigen::Vector3f& point : points) {
        const auto seen = camera.project(Eigen::Vector3d(10, 20, 30) + point.cast<double>());
        ASSERT_TRUE(seen);
        widest = std::max({widest, std::abs(seen->position.x() / 500 - 1), std::abs(seen->position.y() / 350 - 1)});
    }
    EXPECT_NEAR(widest, 0.86, 1e-5);
}

}  // namespace
}  // namespace syzygy
