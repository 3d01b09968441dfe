#include "ui/data/orbit_sketch.hpp"

#include "physics/observations/observations.hpp"
#include "ui/theme/theme.hpp"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace syzygy {

OrbitSketch make_sketch(const Observations& observations, bool joined, std::size_t most)
{
    OrbitSketch sketch;
    sketch.bodies = observations.bodies;
    sketch.length = observations.units.length_label();
    sketch.joined = joined;
    const std::size_t rows = observations.size(), stride = std::max<std::size_t>(1, (rows + most - 1) / most);
    // Floats of positions far from the origin would not tell neighbours apart.
    Eigen::Vector3d origin = Eigen::Vector3d::Zero();
    if (rows > 0 && observations.positions.col(0).allFinite()) origin = observations.positions.col(0).head<3>();
    for (std::size_t row = 0; row < rows; row += stride)
        for (int body = 0; body < 3; ++body) {
            const Eigen::Vector3d at =
                observations.positions.col(static_cast<Eigen::Index>(row)).segment<3>(3 * body) - origin;
            if (!at.allFinite()) continue;
            sketch.points[static_cast<std::size_t>(body)].emplace_back(
                static_cast<float>(at.x()), static_cast<float>(at.y()), static_cast<float>(at.z()));
        }
    return sketch;
}

OrbitSketchView::OrbitSketchView(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void OrbitSketchView::set_sketch(std::shared_ptr<const OrbitSketch> sketch, const QString& text)
{
    sketch_ = std::move(sketch);
    text_ = text;
    update();
}

void OrbitSketchView::set_plane(Plane plane)
{
    plane_ = plane;
    update();
}

void OrbitSketchView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme().border);
    painter.setBrush(theme().plot);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRect(frame);
    if (!sketch_) {
        painter.setPen(theme().muted);
        painter.drawText(frame.adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, text_);
        return;
    }
    const double line = painter.fontMetrics().height();
    draw_orbits(painter, frame.adjusted(12, 1.6 * line, -12, -2.4 * line));

    // Names on top, each in the colour of its body.
    double left = frame.left() + 8;
    const double room = (frame.width() - 16) / 3;
    for (std::size_t body = 0; body < 3; ++body) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().bodies[body]);
        painter.drawEllipse(QPointF(left + 4, frame.top() + 0.8 * line), 4, 4);
        painter.setPen(theme().text);
        const QString name = painter.fontMetrics().elidedText(QString::fromStdString(sketch_->bodies[body]),
                                                              Qt::ElideRight, static_cast<int>(room - 18));
        painter.drawText(QPointF(left + 12, frame.top() + 0.8 * line + 0.35 * painter.fontMetrics().ascent()), name);
        left += room;
    }
}

void OrbitSketchView::draw_orbits(QPainter& painter, const QRectF& area) const
{
    const auto flat = [this](const QVector3D& at) -> QPointF {
        switch (plane_) {
        case Plane::xz: return {at.x(), at.z()};
        case Plane::yz: return {at.y(), at.z()};
        default: return {at.x(), at.y()};
        }
    };
    QPointF lowest(std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity());
    QPointF highest = -lowest;
    for (const auto& points : sketch_->points)
        for (const QVector3D& point : points) {
            const QPointF at = flat(point);
            lowest = {std::min(lowest.x(), at.x()), std::min(lowest.y(), at.y())};
            highest = {std::max(highest.x(), at.x()), std::max(highest.y(), at.y())};
        }
    const QPointF size = highest - lowest;
    const double extent = std::max(size.x(), size.y());
    if (!std::isfinite(extent)) return;
    // Bodies that stand on one point get a picture as well.
    const double width = size.x() > 1e-6 * extent ? size.x() : (extent > 0 ? extent : 1);
    const double height = size.y() > 1e-6 * extent ? size.y() : (extent > 0 ? extent : 1);
    const double scale = std::min(area.width() / width, area.height() / height);
    const QPointF middle = (lowest + highest) / 2;
    const auto place = [&](const QVector3D& point) {
        const QPointF at = flat(point) - middle;
        return QPointF(area.center().x() + scale * at.x(), area.center().y() - scale * at.y());
    };
    for (std::size_t body = 0; body < 3; ++body) {
        const auto& points = sketch_->points[body];
        if (points.empty()) continue;
        const QColor color = theme().bodies[body];
        if (sketch_->joined) {
            QPainterPath path(place(points.front()));
            for (const QVector3D& point : points) path.lineTo(place(point));
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(color, 1.4));
            painter.drawPath(path);
        } else {
            painter.setPen(QPen(color, 2.5, Qt::SolidLine, Qt::RoundCap));
            for (const QVector3D& point : points) painter.drawPoint(place(point));
        }
    }
    // On top of all lines, where each body begins: a ring.
    for (std::size_t body = 0; body < 3; ++body) {
        if (sketch_->points[body].empty()) continue;
        painter.setPen(QPen(theme().bodies[body], 1.6));
        painter.setBrush(theme().plot);
        painter.drawEllipse(place(sketch_->points[body].front()), 4, 4);
    }
    draw_scale(painter, area, scale);
}

void OrbitSketchView::draw_scale(QPainter& painter, const QRectF& area, double pixels_a_unit) const
{
    // The longest of 1, 2, 5 times a power of ten below a quarter of the width.
    const double most = 0.25 * area.width() / pixels_a_unit;
    const double power = std::pow(10, std::floor(std::log10(most)));
    const double length = most >= 5 * power ? 5 * power : most >= 2 * power ? 2 * power : power;
    const double y = height() - 8, left = 10, right = left + length * pixels_a_unit;
    painter.setPen(QPen(theme().axis, 1.2));
    painter.drawLine(QPointF(left, y), QPointF(right, y));
    painter.drawLine(QPointF(left, y - 3), QPointF(left, y + 3));
    painter.drawLine(QPointF(right, y - 3), QPointF(right, y + 3));
    painter.setPen(theme().muted);
    painter.drawText(QPointF(right + 6, y + 4), QString::fromStdString(with_unit(length, sketch_->length)));
    static constexpr const char* names[] = {"x, y", "x, z", "y, z"};
    painter.drawText(QRectF(0, y - 14, width() - 8.0, 20), Qt::AlignRight | Qt::AlignVCenter,
                     QString::fromLatin1(names[static_cast<int>(plane_)]));
}

}  // namespace syzygy
