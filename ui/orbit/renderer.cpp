#include "ui/orbit/renderer.hpp"

#include "ui/orbit/shaders.hpp"

#include <QOpenGLContext>
#include <QOpenGLVersionFunctionsFactory>

#include <cmath>

namespace syzygy {

namespace {

/// As the shaders number them.
enum LineAttribute : GLuint { from = 0, to = 1, from_color = 2, to_color = 3, widths = 4 };
enum PointAttribute : GLuint { at = 0, mark_color_of = 1, diameter_kind = 2 };

using CurveVertex = Eigen::Vector4f;

/// Appends some of the points, with the length of the curve up to them.
void append_vertices(const ScenePoints& points, const std::vector<std::size_t>& chosen,
                     std::vector<CurveVertex>& vertices)
{
    for (const std::size_t k : chosen) {
        float length = 0;
        if (!vertices.empty()) length = vertices.back()[3] + (points[k] - vertices.back().head<3>()).norm();
        vertices.emplace_back(points[k][0], points[k][1], points[k][2], length);
    }
}

const void* offset(std::size_t bytes)
{
    return reinterpret_cast<const void*>(bytes);
}

}  // namespace

bool OrbitRenderer::initialize(QString& reason)
{
    QOpenGLContext* context = QOpenGLContext::currentContext();
    gl_ = context ? QOpenGLVersionFunctionsFactory::get<QOpenGLFunctions_3_3_Core>(context) : nullptr;
    if (gl_ == nullptr || !gl_->initializeOpenGLFunctions()) {
        reason = QStringLiteral("no OpenGL 3.3 here");
        return false;
    }
    if (const GLubyte* text = gl_->glGetString(GL_RENDERER)) name_ = reinterpret_cast<const char*>(text);
    const auto link = [&](QOpenGLShaderProgram& program, const char* vertex, const char* fragment) {
        if (program.addShaderFromSourceCode(QOpenGLShader::Vertex, vertex) &&
            program.addShaderFromSourceCode(QOpenGLShader::Fragment, fragment) && program.link())
            return true;
        reason = program.log();
        return false;
    };
    return link(line_program_, line_vertex_shader, line_fragment_shader) &&
           link(point_program_, point_vertex_shader, point_fragment_shader) && vertex_array_.create();
}

template <class Mark>
void OrbitRenderer::fill(Instances& instances, const std::vector<Mark>& marks, QOpenGLBuffer::UsagePattern usage)
{
    if (!instances.buffer.isCreated()) {
        instances.buffer.create();
        instances.buffer.setUsagePattern(usage);
    }
    instances.count = static_cast<int>(marks.size());
    instances.buffer.bind();
    instances.buffer.allocate(marks.data(), static_cast<int>(marks.size() * sizeof(Mark)));
}

void OrbitRenderer::upload_scene(const OrbitScene& scene, const OrbitStyle& style, bool by_share)
{
    for (std::size_t body = 0; body < 3; ++body) {
        fill(beads_[body], bead_marks(scene, style, static_cast<int>(body), by_share), QOpenGLBuffer::StaticDraw);
        fill(errors_[body], error_marks(scene, style, static_cast<int>(body)), QOpenGLBuffer::StaticDraw);
    }
    fill(observed_, observed_marks(scene, style), QOpenGLBuffer::StaticDraw);
    tolerance_ = 0;
    longest_error_ = longest_error(scene);
    for (int body = 0; body < 3; ++body) bead_spacing_[static_cast<std::size_t>(body)] = bead_spacing(scene, body);
}

void OrbitRenderer::upload_curves(const OrbitScene& scene, double tolerance)
{
    for (std::size_t body = 0; body < 3; ++body) {
        const ScenePoints& curve = scene.curves[body];
        const std::size_t window = std::min(scene.window_points, curve.size());
        std::vector<CurveVertex> vertices;
        append_vertices(curve, thinned(curve, 0, window, tolerance), vertices);
        window_points_[body] = static_cast<int>(vertices.size());
        // The line beyond begins where the window ends: at a point that is there already.
        auto beyond = thinned(curve, window > 0 ? window - 1 : 0, curve.size(), tolerance);
        if (window > 0 && !beyond.empty()) beyond.erase(beyond.begin());
        append_vertices(curve, beyond, vertices);
        fill(curves_[body], vertices, QOpenGLBuffer::StaticDraw);
        vertices.clear();
        append_vertices(scene.truth[body], thinned(scene.truth[body], 0, scene.truth[body].size(), tolerance),
                        vertices);
        fill(truth_[body], vertices, QOpenGLBuffer::StaticDraw);
    }
    tolerance_ = tolerance;
}

void OrbitRenderer::begin_lines(float lift)
{
    line_program_.bind();
    line_program_.setUniformValue("lift", lift * length_per_pixel_);
    line_program_.setUniformValue("dashes", 0.0f);
    line_program_.setUniformValue("curve_width", 0.0f);
}

void OrbitRenderer::draw_curve(Instances& curve, int first, int segments, const QColor& color, float width,
                               float dash_pixels, float dash_filled, float lift)
{
    if (segments < 1) return;
    begin_lines(lift);
    if (dash_pixels > 0) {
        // Dashes belong to the curve and change their length by doubling, so that they do not crawl while zooming.
        const double length = std::exp2(std::round(std::log2(static_cast<double>(dash_pixels * length_per_pixel_))));
        line_program_.setUniformValue("dashes", static_cast<float>(1 / length));
        line_program_.setUniformValue("dash_filled", dash_filled);
    }
    curve.buffer.bind();
    const std::size_t start = static_cast<std::size_t>(first) * sizeof(CurveVertex);
    for (const GLuint attribute : {from, to}) {
        gl_->glEnableVertexAttribArray(attribute);
        gl_->glVertexAttribDivisor(attribute, 1);
        gl_->glVertexAttribPointer(attribute, 4, GL_FLOAT, GL_FALSE, sizeof(CurveVertex),
                                   offset(start + (attribute == to ? sizeof(CurveVertex) : 0)));
    }
    for (const GLuint attribute : {from_color, to_color, widths}) gl_->glDisableVertexAttribArray(attribute);
    line_program_.setUniformValue("curve_color", color);
    line_program_.setUniformValue("curve_width", width);
    gl_->glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, segments);
}

void OrbitRenderer::draw_lines(Instances& instances, float lift)
{
    if (instances.count == 0) return;
    begin_lines(lift);
    instances.buffer.bind();
    const auto attribute = [&](GLuint index, int numbers, std::size_t bytes) {
        gl_->glEnableVertexAttribArray(index);
        gl_->glVertexAttribDivisor(index, 1);
        gl_->glVertexAttribPointer(index, numbers, GL_FLOAT, GL_FALSE, sizeof(LineMark), offset(bytes));
    };
    attribute(from, 3, offsetof(LineMark, from));
    attribute(to, 3, offsetof(LineMark, to));
    attribute(from_color, 4, offsetof(LineMark, from_color));
    attribute(to_color, 4, offsetof(LineMark, to_color));
    attribute(widths, 2, offsetof(LineMark, from_width));
    gl_->glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, instances.count);
}

void OrbitRenderer::draw_lines(const std::vector<LineMark>& marks, float lift)
{
    if (marks.empty()) return;
    fill(moving_, marks, QOpenGLBuffer::StreamDraw);
    draw_lines(moving_, lift);
}

void OrbitRenderer::draw_points(Instances& instances, float lift, std::size_t stride)
{
    if (instances.count == 0) return;
    point_program_.bind();
    point_program_.setUniformValue("lift", lift * length_per_pixel_);
    instances.buffer.bind();
    const auto attribute = [&](GLuint index, int numbers, std::size_t bytes) {
        gl_->glEnableVertexAttribArray(index);
        gl_->glVertexAttribDivisor(index, 0);
        gl_->glVertexAttribPointer(index, numbers, GL_FLOAT, GL_FALSE, static_cast<GLsizei>(stride * sizeof(PointMark)),
                                   offset(bytes));
    };
    attribute(at, 3, offsetof(PointMark, at));
    attribute(mark_color_of, 4, offsetof(PointMark, color));
    attribute(diameter_kind, 2, offsetof(PointMark, diameter));
    for (const GLuint index : {to_color, widths}) gl_->glDisableVertexAttribArray(index);
    const std::size_t count = (static_cast<std::size_t>(instances.count) + stride - 1) / stride;
    gl_->glDrawArrays(GL_POINTS, 0, static_cast<GLsizei>(count));
}

void OrbitRenderer::draw_points(const std::vector<PointMark>& marks, float lift)
{
    if (marks.empty()) return;
    fill(moving_, marks, QOpenGLBuffer::StreamDraw);
    draw_points(moving_, lift);
}

void OrbitRenderer::draw(const OrbitDisplay& display, const OrbitStyle& style, QSize size, double pixel_ratio)
{
    device_size_ = QSizeF(size) * pixel_ratio;
    const auto width = static_cast<int>(std::lround(device_size_.width())),
               height = static_cast<int>(std::lround(device_size_.height()));
    gl_->glViewport(0, 0, width, height);
    const MarkColor background = mark_color(style.background);
    gl_->glClearColor(background[0], background[1], background[2], 1);
    gl_->glDepthMask(GL_TRUE);
    gl_->glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
    if (!display.scene) return;

    QOpenGLVertexArrayObject::Binder bound(&vertex_array_);
    const OrbitScene& scene = *display.scene;
    const bool by_share = colored_by_share(scene, display.layers);
    if (uploaded_ != display.scene || uploaded_by_share_ != by_share) {
        upload_scene(scene, style, by_share);
        uploaded_ = display.scene;
        uploaded_by_share_ = by_share;
    }
    const Camera& camera = display.camera;
    const double nearest =
        std::max(0.3 * camera.distance(), camera.axes().col(2).dot(camera.eye() - scene.centre) - scene.radius);
    constexpr double missed_pixels = 0.4;
    const double tolerance =
        std::exp2(std::floor(std::log2(missed_pixels * camera.length_per_pixel(nearest) / pixel_ratio)));
    if (tolerance != tolerance_) upload_curves(scene, tolerance);
    pixel_ratio_ = static_cast<float>(pixel_ratio);
    length_per_pixel_ = static_cast<float>(display.camera.length_per_pixel());
    clip_ = display.camera.clip_matrix(scene.centre, scene.centre, 1.05 * scene.radius);
    const Eigen::Vector3f towards_eye = display.camera.axes().col(2).cast<float>();
    const Eigen::Vector4f clip_towards_eye = clip_.leftCols<3>() * towards_eye;
    for (QOpenGLShaderProgram* program : {&line_program_, &point_program_}) {
        program->bind();
        // Eigen is column-major as OpenGL is; Qt's matrix type reads rows.
        gl_->glUniformMatrix4fv(program->uniformLocation("clip"), 1, GL_FALSE, clip_.data());
        gl_->glUniform4fv(program->uniformLocation("clip_towards_eye"), 1, clip_towards_eye.data());
        program->setUniformValue("ratio", pixel_ratio_);
    }
    line_program_.bind();
    line_program_.setUniformValue("viewport", device_size_);
    line_program_.setUniformValue("edge_drop", 4 * length_per_pixel_);
    point_program_.bind();
    point_program_.setUniformValue("rim", style.rim);

    gl_->glEnable(GL_PROGRAM_POINT_SIZE);
    gl_->glEnable(GL_BLEND);
    gl_->glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    gl_->glDisable(GL_CULL_FACE);
    gl_->glDisable(GL_DEPTH_TEST);
    if (display.layers.grid) draw_lines(grid_marks(display, style), 0);

    gl_->glEnable(GL_DEPTH_TEST);
    gl_->glDepthFunc(GL_LEQUAL);
    const OrbitLayers& layers = display.layers;
    for (std::size_t body = 0; body < 3; ++body) {
        const OrbitStyle::OfBody& colors = style.bodies[body];
        const auto& lift = style.lift;
        if (layers.truth)
            draw_curve(truth_[body], 0, truth_[body].count - 1, style.truth, style.truth_width, style.truth_dash,
                       style.truth_filled, lift.truth);
        if (layers.observed && longest_error_ > least_error_pixels * length_per_pixel_)
            draw_lines(errors_[body], lift.error);
        const int first_beyond = std::max(0, window_points_[body] - 1);
        draw_curve(curves_[body], first_beyond, curves_[body].count - 1 - first_beyond, colors.beyond,
                   style.beyond_width, style.beyond_dash, style.beyond_filled, lift.beyond);
    }
    if (layers.observed) draw_points(observed_, style.lift.observed);
    for (std::size_t body = 0; body < 3; ++body)
        draw_curve(curves_[body], 0, window_points_[body] - 1, style.bodies[body].curve, style.curve_width, 0, 0,
                   style.lift.curve);
    if (layers.trails) draw_lines(trail_marks(display, style), style.lift.trail);
    if (layers.beads) {
        for (std::size_t body = 0; body < 3; ++body)
            draw_points(beads_[body], style.lift.bead, bead_screen_stride(bead_spacing_[body], display.camera));
    }
    draw_lines(arrow_marks(display, style), style.lift.arrow);
    if (layers.velocities) draw_points(handle_marks(display, style), style.lift.arrow);
    draw_points(lit_marks(display, style), style.lift.lit);
    draw_points(body_marks(display, style), style.lift.body);
    gl_->glDisable(GL_DEPTH_TEST);
    point_program_.release();
}

}  // namespace syzygy
