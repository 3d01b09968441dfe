#pragma once

#include "ui/orbit/marks.hpp"
#include "ui/orbit/orbit_display.hpp"

#include <QOpenGLBuffer>
#include <QOpenGLFunctions_3_3_Core>
#include <QOpenGLShaderProgram>
#include <QOpenGLVertexArrayObject>
#include <QString>

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace syzygy {

/// Draws a display with OpenGL 3.3 (core) into the framebuffer that is bound: all but text. Curves, observed points
/// and beads go to the GPU once a scene; only what moves with camera and time is sent for each frame.
///
/// Lines are quads, one instance a segment, with round ends and smooth edges by their distance in the fragment
/// shader: core OpenGL has no wide lines, and it works the same without multisampling, on llvmpipe too. There a segment
/// costs about a microsecond, so that curves are thinned to what the screen shows, by powers of two of the zoom.
///
/// Used with its context current, from construction to destruction.
class OrbitRenderer {
public:
    OrbitRenderer() = default;
    OrbitRenderer(const OrbitRenderer&) = delete;
    OrbitRenderer& operator=(const OrbitRenderer&) = delete;

    /// False, with the reason, where the context cannot do it.
    bool initialize(QString& reason);
    /// `size` in logical pixels.
    void draw(const OrbitDisplay& display, const OrbitStyle& style, QSize size, double pixel_ratio);
    /// Takes colours of the scene's marks anew at the next frame.
    void forget_scene() { uploaded_ = nullptr; }
    /// What draws: "llvmpipe (LLVM 15.0.6, 256 bits)".
    QString name() const { return name_; }

private:
    /// Instances of one kind in a buffer of their own.
    struct Instances {
        QOpenGLBuffer buffer{QOpenGLBuffer::VertexBuffer};
        int count = 0;
    };

    void upload_scene(const OrbitScene& scene, const OrbitStyle& style, bool by_share);
    /// Curves with as few points as the screen can tell from all of them.
    void upload_curves(const OrbitScene& scene, double tolerance);
    template <class Mark>
    void fill(Instances& instances, const std::vector<Mark>& marks, QOpenGLBuffer::UsagePattern usage);
    void begin_lines(float lift);
    void draw_curve(Instances& curve, int first, int segments, const QColor& color, float width, float dash_pixels,
                    float dash_filled, float lift);
    void draw_lines(Instances& instances, float lift);
    void draw_lines(const std::vector<LineMark>& marks, float lift);
    /// With a `stride`, each so many of them.
    void draw_points(Instances& instances, float lift, std::size_t stride = 1);
    void draw_points(const std::vector<PointMark>& marks, float lift);

    QOpenGLFunctions_3_3_Core* gl_ = nullptr;
    QString name_;
    QOpenGLShaderProgram line_program_, point_program_;
    QOpenGLVertexArrayObject vertex_array_;
    /// Positions with the length of the curve up to them.
    std::array<Instances, 3> curves_, truth_, errors_, beads_;
    Instances observed_, moving_;
    std::shared_ptr<const OrbitScene> uploaded_;  ///< kept, so that no other scene can have its address
    std::array<int, 3> window_points_{};
    bool uploaded_by_share_ = false;              ///< how its beads were coloured
    double tolerance_ = 0;  ///< of the curves as uploaded, a length
    float longest_error_ = 0;
    std::array<float, 3> bead_spacing_{};

    // Of the frame being drawn.
    Eigen::Matrix4f clip_;
    QSizeF device_size_;
    float pixel_ratio_ = 1, length_per_pixel_ = 1;
};

}  // namespace syzygy
