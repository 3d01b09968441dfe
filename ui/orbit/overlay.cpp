// In one file: all that is written over the orbits, with the same fonts and panels.
#include "ui/base/text.hpp"
#include "ui/orbit/correction_arrow.hpp"
#include "ui/orbit/painter.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/number_text.hpp"

#include <QCache>
#include <QFontMetricsF>
#include <QImage>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

constexpr double margin = 14, gap = 8;

void write_label(QPainter& painter, QPointF baseline, const QString& text, const QColor& color, const QColor& halo)
{
    QPainterPath path;
    path.addText(baseline, painter.font(), text);
    painter.strokePath(path, QPen(halo, 3.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setPen(color);
    painter.drawText(baseline, text);
}

/// Writing with a soft edge of the background's colour: readable over curves. That edge takes longer than all else
/// here, so that what is on the screen keeps it from frame to frame.
void draw_label(QPainter& painter, QPointF baseline, const QString& text, const QColor& color, const QColor& halo)
{
    if (painter.device()->devType() != QInternal::Widget) {
        write_label(painter, baseline, text, color, halo);
        return;
    }
    static QCache<QString, QImage> labels(64);
    const double ratio = painter.device()->devicePixelRatioF();
    const QString key = QStringLiteral("%1 %2 %3 %4 %5")
                            .arg(text, painter.font().key())
                            .arg(color.rgba())
                            .arg(halo.rgba())
                            .arg(ratio);
    constexpr double edge = 3;
    const QFontMetricsF metrics(painter.font());
    QImage* label = labels[key];
    if (!label) {
        const double width = std::ceil(metrics.horizontalAdvance(text)) + 2 * edge + 2;
        const double height = std::ceil(metrics.height()) + 2 * edge;
        label = new QImage((QSizeF(width, height) * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
        label->setDevicePixelRatio(ratio);
        label->fill(Qt::transparent);
        QPainter writer(label);
        writer.setRenderHint(QPainter::Antialiasing);
        writer.setFont(painter.font());
        write_label(writer, {edge, edge + std::ceil(metrics.ascent())}, text, color, halo);
        writer.end();
        labels.insert(key, label);
    }
    // On whole pixels, or it would blur.
    const QPointF corner = baseline - QPointF(edge, edge + std::ceil(metrics.ascent()));
    painter.drawImage(QPointF(std::round(corner.x() * ratio), std::round(corner.y() * ratio)) / ratio, *label);
}

QColor writing_of(const QColor& body)
{
    return mixed(body, theme().text, 0.45);
}

/// A panel that lets a little of the picture through.
void draw_panel(QPainter& painter, const QRectF& area)
{
    QColor fill = theme().scene;
    fill.setAlphaF(0.86f);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(area, 5, 5);
}

/// Top left: the time, and what everything is relative to. Returns the area that it takes.
QRectF draw_heading(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style)
{
    const OrbitScene& scene = *display.scene;
    const PreparedData& data = *scene.solution->data;
    QFont bold = display.font;
    bold.setBold(true);
    bold.setPixelSize(static_cast<int>(std::lround(display.font.pixelSize() * 1.15)));
    const QFontMetricsF metrics(bold), small(display.font);
    QStringList lines;
    if (scene.frame == Frame::centre_of_mass)
        lines << QObject::tr("relative to the centre of mass");
    else if (scene.frame != Frame::data || data.reference >= 0) {
        const auto body =
            static_cast<std::size_t>(scene.frame == Frame::data ? data.reference : static_cast<int>(scene.frame));
        lines << QObject::tr("relative to %1").arg(text_of(data.bodies[body]));
    }
    if (!display.follows.isEmpty()) lines << QObject::tr("following %1 (Esc frees the view)").arg(display.follows);

    painter.setFont(bold);
    double y = margin + metrics.ascent();
    const QString time = time_text(scene, display.time);
    draw_label(painter, {margin, y}, time, theme().text, style.background);
    double width = metrics.horizontalAdvance(time);
    painter.setFont(display.font);
    for (const QString& line : lines) {
        y += small.lineSpacing();
        draw_label(painter, {margin, y}, line, theme().muted, style.background);
        width = std::max(width, small.horizontalAdvance(line));
    }
    return {margin, margin, width, y + small.descent() - margin};
}

struct LegendRow {
    QString text;
    std::function<void(QPainter&, QPointF)> swatch;  ///< 26 pixels wide about the point
};

std::vector<LegendRow> legend_rows(const OrbitDisplay& display, const OrbitStyle& style)
{
    const OrbitScene& scene = *display.scene;
    const OrbitLayers& layers = display.layers;
    const OrbitStyle::OfBody& body = style.bodies[0];
    constexpr double half = 13;
    const auto line = [](const QColor& color, float width, float dash = 0, float filled = 1) {
        return [=](QPainter& painter, QPointF at) {
            QPen pen(color, static_cast<qreal>(width), Qt::SolidLine, Qt::FlatCap);
            if (dash > 0)
                pen.setDashPattern(
                    {static_cast<qreal>(dash * filled / width), static_cast<qreal>(dash * (1 - filled) / width)});
            painter.setPen(pen);
            painter.drawLine(at - QPointF(half, 0), at + QPointF(half, 0));
        };
    };
    std::vector<LegendRow> rows;
    const auto any = [](const std::array<ScenePoints, 3>& points) {
        return !points[0].empty() || !points[1].empty() || !points[2].empty();
    };
    if (layers.observed && any(scene.observed)) {
        const bool sigmas = any(scene.observed_sigma);
        rows.push_back({sigmas ? QObject::tr("observed, one-sigma error") : QObject::tr("observed"),
                        [=](QPainter& painter, QPointF at) {
                            if (sigmas) {
                                painter.setPen(QPen(body.error, 1));
                                painter.drawLine(at - QPointF(8, 0), at + QPointF(8, 0));
                                painter.drawLine(at - QPointF(0, 6), at + QPointF(0, 6));
                            }
                            painter.setPen(Qt::NoPen);
                            painter.setBrush(body.observed);
                            const double radius = static_cast<double>(style.observed_diameter) / 2;
                            painter.drawEllipse(at, radius, radius);
                        }});
    }
    const bool beyond = scene.curve_times.size() > scene.window_points;
    if (scene.window_points > 1)
        rows.push_back({beyond ? QObject::tr("predicted, training window") : QObject::tr("predicted"),
                        line(body.curve, style.curve_width)});
    if (beyond)
        rows.push_back({QObject::tr("predicted, beyond the window"),
                        line(body.beyond, style.beyond_width, style.beyond_dash, style.beyond_filled)});
    if (layers.truth && any(scene.truth))
        rows.push_back(
            {QObject::tr("truth"), line(style.truth, style.truth_width, style.truth_dash, style.truth_filled)});
    std::size_t each = 64;
    for (int of = 0; of < 3; ++of) each = std::min(each, bead_screen_stride(bead_spacing(scene, of), display.camera));
    each *= scene.bead_stride;
    if (layers.beads && scene.bead_times.size() > 1)
        rows.push_back({each > 1 ? QObject::tr("checkpoints, 1 in %1").arg(each) : QObject::tr("checkpoints"),
                        [=](QPainter& painter, QPointF at) {
                            const double radius = static_cast<double>(style.bead_diameter) / 2;
                            painter.setPen(QPen(style.rim, 0.9));
                            for (int k = 0; k < 3; ++k) {
                                painter.setBrush(theme().sequential(k / 2.0));
                                painter.drawEllipse(at + QPointF(9.0 * (k - 1), 0), radius, radius);
                            }
                        }});
    if (layers.trails)
        rows.push_back({QObject::tr("trail behind a body"), [=](QPainter& painter, QPointF at) {
                            painter.setPen(Qt::NoPen);
                            painter.setBrush(mixed(body.curve, theme().text, 0.2));
                            const QPointF corners[4] = {at + QPointF(-half, -1), at + QPointF(half, -3),
                                                        at + QPointF(half, 3), at + QPointF(-half, 1)};
                            painter.drawPolygon(corners, 4);
                        }});
    if (layers.velocities &&
        std::any_of(display.arrows.begin(), display.arrows.end(), [](const auto& a) { return a.shown; }))
        rows.push_back(
            {QObject::tr("initial velocity (drag the tip)"), [=](QPainter& painter, QPointF at) {
                 const QColor color = mixed(body.curve, theme().text, 0.35);
                 painter.setPen(QPen(color, 2.4));
                 painter.drawLine(at - QPointF(half, 0), at + QPointF(3, 0));
                 painter.setPen(Qt::NoPen);
                 painter.setBrush(color);
                 const QPointF head[3] = {at + QPointF(half, 0), at + QPointF(2, -4.5), at + QPointF(2, 4.5)};
                 painter.drawPolygon(head, 3);
             }});
    if (const double half_length = layers.corrections ? half_length_correction(scene) : 0;
        half_length > 0 && display.longest_correction > 0) {
        const UnitSymbols units = unit_symbols(scene.solution->data->units);
        const QString unit = units.velocity.empty() || units.time.empty()
                                 ? QString()
                                 : QStringLiteral(" %1/%2").arg(text_of(units.velocity), text_of(units.time));
        const double part = 2 * half * display.camera.length_per_pixel() / display.longest_correction;
        rows.push_back({QObject::tr("correction (this length: %1%2; lengths by square root)")
                            .arg(number_text(4 * half_length * part * part, 2), unit),
                        [=](QPainter& painter, QPointF at) {
                            painter.setPen(QPen(style.correction, 3));
                            painter.drawLine(at - QPointF(half, 0), at + QPointF(3, 0));
                            painter.setPen(Qt::NoPen);
                            painter.setBrush(style.correction);
                            const QPointF head[3] = {at + QPointF(half, 0), at + QPointF(2, -5), at + QPointF(2, 5)};
                            painter.drawPolygon(head, 3);
                        }});
    }
    return rows;
}

QRectF draw_legend(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style, QPointF corner)
{
    const auto rows = legend_rows(display, style);
    if (rows.empty()) return {};
    painter.setFont(display.font);
    const QFontMetricsF metrics(display.font);
    constexpr double swatch = 26;
    double width = 0;
    for (const LegendRow& row : rows) width = std::max(width, metrics.horizontalAdvance(row.text));
    const double row_height = metrics.height() + 3;
    const QRectF area(corner.x() - 5, corner.y(), swatch + gap + width + 12,
                      static_cast<double>(rows.size()) * row_height + 6);
    draw_panel(painter, area);
    double y = area.top() + 3;
    for (const LegendRow& row : rows) {
        row.swatch(painter, {corner.x() + swatch / 2, y + row_height / 2});
        painter.setPen(theme().text);
        painter.drawText(
            QPointF(corner.x() + swatch + gap, y + (row_height + metrics.ascent() - metrics.descent()) / 2), row.text);
        y += row_height;
    }
    return area;
}

/// Bottom left: where the axes point.
QRectF draw_axes(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style)
{
    constexpr double arm = 26, box = 78;
    const QPointF middle(margin + box / 2 - 6, display.camera.viewport().height() - margin - box / 2 + 6);
    const Eigen::Matrix3d axes = display.camera.axes();
    std::array<int, 3> order{0, 1, 2};
    std::sort(order.begin(), order.end(), [&](int a, int b) { return axes(a, 2) < axes(b, 2); });
    QFont small = display.font;
    small.setPixelSize(std::max(9, display.font.pixelSize() - 1));
    painter.setFont(small);
    const QFontMetricsF metrics(small);
    std::vector<QPointF> letters;
    for (const int axis : order) {
        const QPointF along(axes(axis, 0), -axes(axis, 1));
        const double length = std::hypot(along.x(), along.y());
        const QColor color = mixed(theme().text, theme().scene, axes(axis, 2) < -0.2 ? 0.45 : 0.1);
        painter.setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(middle, middle + arm * along);
        if (length < 0.2) continue;
        const QString letter = QChar(u'x' + axis);
        QPointF at = middle + along * arm + along / length * 9.0;
        for (const QPointF& other : letters)
            if (std::abs(at.x() - other.x()) < 9 && std::abs(at.y() - other.y()) < 13) at.setX(other.x() + 11);
        letters.push_back(at);
        draw_label(painter,
                   at + QPointF(-metrics.horizontalAdvance(letter) / 2, (metrics.ascent() - metrics.descent()) / 2 - 1),
                   letter, color, style.background);
    }
    return {middle.x() - box / 2, middle.y() - box / 2, box, box};
}

/// A round length at the depth of what is looked at.
QRectF draw_scale_bar(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style, double left)
{
    constexpr double longest = 150;
    const double pixel = display.camera.length_per_pixel();
    const double length = round_down_nicely(longest * pixel), width = length / pixel;
    const QFontMetricsF metrics(display.font);
    const double y = display.camera.viewport().height() - margin - 3;
    painter.setPen(QPen(style.background, 5, Qt::SolidLine, Qt::SquareCap));
    painter.drawLine(QPointF(left, y), QPointF(left + width, y));
    painter.setPen(QPen(theme().text, 1.6, Qt::SolidLine, Qt::FlatCap));
    painter.drawLine(QPointF(left, y), QPointF(left + width, y));
    painter.drawLine(QPointF(left, y - 4), QPointF(left, y + 4));
    painter.drawLine(QPointF(left + width, y - 4), QPointF(left + width, y + 4));
    painter.setFont(display.font);
    const QString text = text_of(with_unit(length, unit_symbols(display.scene->solution->data->units).length));
    const double text_width = metrics.horizontalAdvance(text);
    const double x = left + std::max(0.0, (width - text_width) / 2);
    draw_label(painter, {x, y - 8}, text, theme().text, style.background);
    return {left, y - 8 - metrics.ascent(), std::max(width, text_width), metrics.ascent() + 16};
}

QString short_number(double value)
{
    return QString::number(value, 'g', 2);
}

/// Bottom right: what the colours of checkpoints say.
QRectF draw_color_bar(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style)
{
    const OrbitScene& scene = *display.scene;
    if (!display.layers.beads || scene.bead_times.size() < 2) return {};
    const QFontMetricsF metrics(display.font);
    constexpr double width = 170, height = 10;
    const std::string unit = unit_symbols(scene.solution->data->units).time;
    const bool by_share = colored_by_share(scene, display.layers);
    const QString title = by_share       ? QObject::tr("share of the loss error")
                          : unit.empty() ? QObject::tr("step size")
                                         : QObject::tr("step size [%1]").arg(text_of(unit));
    const double line = metrics.height();
    const double full = std::max(width, metrics.horizontalAdvance(title));
    const QRectF area(display.camera.viewport().width() - margin - full - 10,
                      display.camera.viewport().height() - margin - height - 2 * line - 8, full + 16,
                      height + 2 * line + 12);
    draw_panel(painter, area);
    const QRectF bar(area.left() + 8, area.top() + line + 5, full, height);
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    for (int k = 0; k <= 10; ++k)
        gradient.setColorAt(k / 10.0, by_share ? theme().diverging(k / 5.0 - 1) : theme().sequential(k / 10.0));
    painter.setPen(Qt::NoPen);
    painter.setBrush(gradient);
    painter.drawRoundedRect(bar, 2, 2);
    painter.setFont(display.font);
    painter.setPen(theme().text);
    painter.drawText(QPointF(bar.left(), area.top() + 2 + metrics.ascent()), title);
    const BeadScale scale = bead_scale(scene);
    const float largest = largest_share(scene);
    const auto number = [&](double fraction) {
        if (by_share) return fraction == 0.5 ? QStringLiteral("0") : short_number((2 * fraction - 1) * static_cast<double>(largest));
        return short_number(
            std::pow(10, static_cast<double>(scale.low) + fraction * static_cast<double>(scale.high - scale.low)));
    };
    const double baseline = bar.bottom() + 2 + metrics.ascent();
    painter.setPen(theme().muted);
    const QString low = number(0), middle = number(0.5), high = number(1);
    painter.drawText(QPointF(bar.left(), baseline), low);
    painter.drawText(QPointF(bar.right() - metrics.horizontalAdvance(high), baseline), high);
    const double middle_width = metrics.horizontalAdvance(middle);
    if (middle_width + metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + 20 < full)
        painter.drawText(QPointF(bar.center().x() - middle_width / 2, baseline), middle);
    if (display.lit_bead && *display.lit_bead < scene.bead_log_step.size()) {
        const double place = by_share ? (1 + share_place(scene.bead_share[*display.lit_bead], largest)) / 2
                                      : scale.fraction(scene.bead_log_step[*display.lit_bead]);
        const double x = bar.left() + bar.width() * std::clamp(place, 0.0, 1.0);
        painter.setPen(QPen(style.accent, 2));
        painter.drawLine(QPointF(x, bar.top() - 3), QPointF(x, bar.bottom() + 3));
    }
    return area;
}

/// Names beside the bodies, where they cover neither each other nor other bodies nor what was drawn before.
void draw_names(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style, std::vector<QRectF> taken)
{
    const OrbitScene& scene = *display.scene;
    QFont bold = display.font;
    bold.setBold(true);
    painter.setFont(bold);
    const QFontMetricsF metrics(bold);
    const auto bodies = body_marks(display, style);
    std::array<std::optional<QPointF>, 3> places;
    for (std::size_t body = 0; body < 3; ++body)
        if (const auto seen = display.camera.project(bodies[body].at.cast<double>() + scene.centre)) {
            places[body] = seen->position;
            const double radius = static_cast<double>(bodies[body].diameter) / 2;
            taken.push_back({seen->position.x() - radius, seen->position.y() - radius, 2 * radius, 2 * radius});
        }
    const QRectF screen = QRectF({0, 0}, display.camera.viewport()).adjusted(2, 2, -2, -2);
    for (std::size_t body = 0; body < 3; ++body) {
        if (!places[body]) continue;
        const QString name = text_of(scene.solution->data->bodies[body]);
        const double width = metrics.horizontalAdvance(name), height = metrics.ascent() + metrics.descent();
        const double reach = static_cast<double>(bodies[body].diameter) / 2 + 7;
        const QPointF at = *places[body];
        if (!screen.adjusted(-40, -40, 40, 40).contains(at)) continue;
        // Around the body, then farther away.
        std::optional<QRectF> best;
        double least = 1e300;
        for (const double away : {1.0, 2.2, 3.6})
            for (const auto& [dx, dy] :
                 {std::pair{1.0, 0.6}, {1.0, -0.6}, {-1.0, 0.6}, {-1.0, -0.6}, {0.0, -1.0}, {0.0, 1.0}}) {
                const double x = at.x() + (dx > 0 ? reach * away : dx < 0 ? -reach * away - width : -width / 2);
                const double y = at.y() - height / 2 + dy * (dx == 0 ? reach * away + height / 2 : reach * away);
                const QRectF area(x, y, width, height);
                double cost = 0.1 * away;
                if (!screen.contains(area)) cost += 1000;
                for (const QRectF& other : taken) {
                    const QRectF common = area.intersected(other);
                    if (!common.isEmpty()) cost += 1 + common.width() * common.height();
                }
                if (cost < least) {
                    least = cost;
                    best = area;
                }
            }
        if (!best) continue;
        taken.push_back(*best);
        draw_label(painter, {best->left(), best->top() + metrics.ascent()}, name, writing_of(style.bodies[body].curve),
                   style.background);
    }
}

void draw_readout(QPainter& painter, const OrbitDisplay& display)
{
    if (!display.readout) return;
    painter.setFont(display.font);
    const QFontMetricsF metrics(display.font);
    const QStringList lines = display.readout->text.split('\n');
    double width = 0;
    for (const QString& line : lines) width = std::max(width, metrics.horizontalAdvance(line));
    const QSizeF size(width + 16, static_cast<double>(lines.size()) * metrics.lineSpacing() + 10);
    const QSizeF screen = display.camera.viewport();
    QPointF corner = display.readout->at + QPointF(18, 14);
    corner.setX(std::clamp(corner.x(), 4.0, std::max(4.0, screen.width() - size.width() - 4)));
    corner.setY(corner.y() + size.height() > screen.height() ? display.readout->at.y() - size.height() - 14
                                                             : corner.y());
    painter.setPen(QPen(theme().border, 1));
    painter.setBrush(theme().panel);
    painter.drawRoundedRect(QRectF(corner, size), 5, 5);
    painter.setPen(theme().text);
    double y = corner.y() + 5 + metrics.ascent();
    for (const QString& line : lines) {
        painter.drawText(QPointF(corner.x() + 8, y), line);
        y += metrics.lineSpacing();
    }
}

}  // namespace

QString time_text(const OrbitScene& scene, double time)
{
    const Solution& solution = *scene.solution;
    const double range = solution.end() - solution.begin();
    const int decimals = range > 0 ? std::clamp(static_cast<int>(std::ceil(4 - std::log10(range))), 0, 12) : 3;
    const std::string unit = unit_symbols(solution.data->units).time;
    const QString number = QString::number(time, 'f', decimals);
    if (unit.empty()) return QStringLiteral("t = %1").arg(number);
    // A unit that is itself a number of something.
    const bool number_first = unit.find_first_of("0123456789") == 0;
    return QStringLiteral("t = %1 %2%3")
        .arg(number, number_first ? QStringLiteral("\u00d7 ") : QString(), text_of(unit));
}

void paint_overlay(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style)
{
    if (!display.scene) return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(QRectF({0, 0}, display.camera.viewport()));
    std::vector<QRectF> taken;
    taken.push_back(draw_heading(painter, display, style));
    if (display.layers.legend && display.camera.viewport().width() > 420 && display.camera.viewport().height() > 320)
        taken.push_back(draw_legend(painter, display, style, {margin, taken.front().bottom() + gap}));
    const QRectF axes = draw_axes(painter, display, style);
    taken.push_back(axes);
    taken.push_back(draw_scale_bar(painter, display, style, axes.right() + gap));
    taken.push_back(draw_color_bar(painter, display, style));
    draw_names(painter, display, style, std::move(taken));
    draw_readout(painter, display);
    painter.restore();
}

}  // namespace syzygy
