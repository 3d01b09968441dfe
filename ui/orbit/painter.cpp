#include "ui/orbit/painter.hpp"

#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace syzygy {

namespace {

QColor to_color(const MarkColor& color)
{
    return QColor::fromRgbF(color[0], color[1], color[2], color[3]);
}

/// Collects projected marks with their depths and paints them, the farthest first.
class DepthPainter {
public:
    DepthPainter(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style)
        : painter_(painter),
          display_(display),
          style_(style),
          axes_(display.camera.axes().transpose().cast<float>()),
          origin_((display.camera.target() - display.scene->centre).cast<float>()),
          distance_(static_cast<float>(display.camera.distance())),
          unit_(static_cast<float>(1 / display.camera.length_per_pixel(1))),
          half_(static_cast<float>(display.camera.viewport().width() / 2),
                static_cast<float>(display.camera.viewport().height() / 2)),
          lift_unit_(static_cast<float>(display.camera.length_per_pixel()))
    {
    }

    void add_curve(const ScenePoints& points, std::size_t first, std::size_t last, const QPen& pen, float lift)
    {
        constexpr std::size_t points_a_piece = 24;
        pens_.push_back(pen);
        Piece piece{0, pool_.size(), 0, pens_.size() - 1};
        QPointF kept;
        const auto end_piece = [&] {
            if (piece.count > 1) {
                piece.depth = piece.depth / static_cast<float>(piece.count) - lift * lift_unit_;
                pieces_.push_back(piece);
                order_.push_back({piece.depth, Kind::piece, pieces_.size() - 1});
            }
            piece = {0, pool_.size(), 0, pens_.size() - 1};
        };
        const auto keep = [&](const Seen& seen) {
            pool_.push_back(seen.position);
            piece.depth += seen.depth;
            ++piece.count;
            kept = seen.position;
        };
        constexpr double missed_pixels = 0.5;
        for (const std::size_t k : thinned(points, first, last, missed_pixels * static_cast<double>(lift_unit_))) {
            const Seen seen = see(points[k]);
            if (!seen.in_front || !near_screen(seen.position)) {
                end_piece();
                // One point off the screen, so that the line leaves it.
                if (seen.in_front && sane(seen.position)) keep(seen);
                continue;
            }
            constexpr double apart = 0.8;
            if (piece.count > 0 && k + 1 < last && std::abs(seen.position.x() - kept.x()) < apart &&
                std::abs(seen.position.y() - kept.y()) < apart)
                continue;
            keep(seen);
            if (piece.count >= points_a_piece) {
                end_piece();
                keep(seen);
            }
        }
        end_piece();
    }

    void add_lines(const std::vector<LineMark>& marks, float lift, double shortest = 0)
    {
        for (const LineMark& mark : marks) {
            const Seen from = see(mark.from), to = see(mark.to);
            if (!from.in_front || !to.in_front || !(near_screen(from.position) || near_screen(to.position)) ||
                !sane(from.position) || !sane(to.position))
                continue;
            if (std::abs(from.position.x() - to.position.x()) + std::abs(from.position.y() - to.position.y()) <
                shortest)
                continue;
            lines_.push_back({from.position, to.position, &mark});
            order_.push_back({(from.depth + to.depth) / 2 - lift * lift_unit_, Kind::line, lines_.size() - 1});
        }
    }

    /// With `thin_out`, a mark on the same two pixels as one before it is left out.
    void add_points(const std::vector<PointMark>& marks, float lift, bool thin_out)
    {
        std::unordered_set<std::uint64_t> taken;
        for (const PointMark& mark : marks) {
            const Seen seen = see(mark.at);
            if (!seen.in_front || !near_screen(seen.position)) continue;
            if (thin_out) {
                const auto x = static_cast<std::uint32_t>(std::lround(seen.position.x() / 2) + 100'000);
                const auto y = static_cast<std::uint32_t>(std::lround(seen.position.y() / 2) + 100'000);
                if (!taken.insert(std::uint64_t{x} << 32 | y).second) continue;
            }
            points_.push_back({seen.position, &mark});
            order_.push_back({seen.depth - lift * lift_unit_, Kind::point, points_.size() - 1});
        }
    }

    void paint()
    {
        std::stable_sort(order_.begin(), order_.end(),
                         [](const Entry& a, const Entry& b) { return a.depth > b.depth; });
        for (const Entry& entry : order_) {
            if (entry.kind == Kind::piece)
                paint_piece(pieces_[entry.index]);
            else if (entry.kind == Kind::line)
                paint_line(lines_[entry.index]);
            else
                paint_point(points_[entry.index]);
        }
    }

private:
    enum class Kind { piece, line, point };
    struct Seen {
        QPointF position;
        float depth;
        bool in_front;
    };
    struct Piece {
        float depth;
        std::size_t start;
        std::size_t count;
        std::size_t pen;
    };
    struct Line {
        QPointF from, to;
        const LineMark* mark;
    };
    struct Point {
        QPointF position;
        const PointMark* mark;
    };
    struct Entry {
        float depth;
        Kind kind;
        std::size_t index;
    };

    Seen see(const Eigen::Vector3f& point) const
    {
        const Eigen::Vector3f seen = axes_ * (point - origin_);
        const float depth = distance_ - seen.z();
        if (!(depth > 1e-3f * distance_)) return {{}, depth, false};
        const float pixels = unit_ / depth;
        return {QPointF(static_cast<double>(half_.x() + seen.x() * pixels),
                        static_cast<double>(half_.y() - seen.y() * pixels)),
                depth, true};
    }
    bool near_screen(QPointF p) const
    {
        constexpr double margin = 40;
        return p.x() > -margin && p.y() > -margin && p.x() < display_.camera.viewport().width() + margin &&
               p.y() < display_.camera.viewport().height() + margin;
    }
    static bool sane(QPointF p) { return std::abs(p.x()) < 2e4 && std::abs(p.y()) < 2e4; }

    void paint_piece(const Piece& piece)
    {
        painter_.setPen(pens_[piece.pen]);
        painter_.setBrush(Qt::NoBrush);
        painter_.drawPolyline(pool_.data() + piece.start, static_cast<int>(piece.count));
    }

    void paint_line(const Line& line)
    {
        const LineMark& mark = *line.mark;
        const QColor color = to_color((mark.from_color + mark.to_color) / 2);
        if (std::abs(mark.from_width - mark.to_width) < 4) {
            painter_.setPen(
                QPen(color, static_cast<qreal>(mark.from_width + mark.to_width) / 2, Qt::SolidLine, Qt::RoundCap));
            painter_.drawLine(line.from, line.to);
            return;
        }
        const QPointF along = line.to - line.from;
        const double length = std::hypot(along.x(), along.y());
        if (length <= 0) return;
        const QPointF across(-along.y() / length / 2, along.x() / length / 2);
        const auto a = static_cast<double>(mark.from_width), b = static_cast<double>(mark.to_width);
        const QPointF corners[4] = {line.from + a * across, line.to + b * across, line.to - b * across,
                                    line.from - a * across};
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(color);
        painter_.drawPolygon(corners, 4);
    }

    void paint_point(const Point& point)
    {
        const PointMark& mark = *point.mark;
        const QColor color = to_color(mark.color);
        const double radius = static_cast<double>(mark.diameter) / 2;
        const auto kind = static_cast<PointKind>(std::lround(mark.kind));
        if (kind == PointKind::ring) {
            painter_.setPen(QPen(color, 2));
            painter_.setBrush(Qt::NoBrush);
            painter_.drawEllipse(point.position, radius - 1, radius - 1);
            return;
        }
        painter_.setPen(radius > 2.6 ? QPen(style_.rim, kind == PointKind::sphere ? 1.2 : 0.9) : QPen(Qt::NoPen));
        if (kind == PointKind::sphere) {
            QRadialGradient shade(point.position - QPointF(0.35 * radius, 0.42 * radius), 1.5 * radius);
            shade.setColorAt(0, mixed(color, Qt::white, 0.55));
            shade.setColorAt(0.3, mixed(color, Qt::white, 0.06));
            shade.setColorAt(1, mixed(color, Qt::black, 0.45));
            painter_.setBrush(shade);
        } else {
            painter_.setBrush(color);
        }
        painter_.drawEllipse(point.position, radius, radius);
    }

    QPainter& painter_;
    const OrbitDisplay& display_;
    const OrbitStyle& style_;
    Eigen::Matrix3f axes_;
    Eigen::Vector3f origin_;
    float distance_, unit_;
    Eigen::Vector2f half_;
    float lift_unit_;
    std::vector<QPen> pens_;
    std::vector<QPointF> pool_;
    std::vector<Piece> pieces_;
    std::vector<Line> lines_;
    std::vector<Point> points_;
    std::vector<Entry> order_;
};

QPen curve_pen(const QColor& color, float width, float dash = 0, float filled = 1)
{
    QPen pen(color, static_cast<qreal>(width), Qt::SolidLine, dash > 0 ? Qt::FlatCap : Qt::RoundCap, Qt::RoundJoin);
    if (dash > 0)
        pen.setDashPattern(
            {static_cast<qreal>(dash * filled / width), static_cast<qreal>(dash * (1 - filled) / width)});
    return pen;
}

}  // namespace

void paint_orbit(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style)
{
    const QRectF area({0, 0}, display.camera.viewport());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(area);
    painter.fillRect(area, style.background);
    if (!display.scene) {
        painter.restore();
        return;
    }
    const OrbitScene& scene = *display.scene;
    const OrbitLayers& layers = display.layers;
    if (layers.grid) {
        const auto grid = grid_marks(display, style);
        DepthPainter below(painter, display, style);
        below.add_lines(grid, 0);
        below.paint();
    }

    // The marks live as long as the painter that points at them.
    DepthPainter depth(painter, display, style);
    std::array<std::vector<LineMark>, 3> errors;
    std::vector<PointMark> observed;
    std::array<std::vector<PointMark>, 3> beads;
    const bool show_errors =
        layers.observed && static_cast<double>(longest_error(scene)) >
                               static_cast<double>(least_error_pixels) * display.camera.length_per_pixel();
    for (std::size_t body = 0; body < 3; ++body) {
        const OrbitStyle::OfBody& colors = style.bodies[body];
        const ScenePoints& curve = scene.curves[body];
        if (layers.truth)
            depth.add_curve(scene.truth[body], 0, scene.truth[body].size(),
                            curve_pen(style.truth, style.truth_width, style.truth_dash, style.truth_filled),
                            style.lift.truth);
        if (show_errors) {
            errors[body] = error_marks(scene, style, static_cast<int>(body));
            depth.add_lines(errors[body], style.lift.error, static_cast<double>(least_error_pixels));
        }
        const std::size_t window = std::min(scene.window_points, curve.size());
        depth.add_curve(curve, window > 0 ? window - 1 : 0, curve.size(),
                        curve_pen(colors.beyond, style.beyond_width, style.beyond_dash, style.beyond_filled),
                        style.lift.beyond);
        depth.add_curve(curve, 0, window, curve_pen(colors.curve, style.curve_width), style.lift.curve);
    }
    if (layers.observed) {
        observed = observed_marks(scene, style);
        depth.add_points(observed, style.lift.observed, true);
    }
    if (layers.beads) {
        for (std::size_t body = 0; body < 3; ++body) {
            const auto all = bead_marks(scene, style, static_cast<int>(body), colored_by_share(scene, layers));
            const std::size_t stride = bead_screen_stride(bead_spacing(scene, static_cast<int>(body)), display.camera);
            for (std::size_t bead = 0; bead < all.size(); bead += stride) beads[body].push_back(all[bead]);
            depth.add_points(beads[body], style.lift.bead, true);
        }
    }
    const auto trails = layers.trails ? trail_marks(display, style) : std::vector<LineMark>{};
    const auto arrows = arrow_marks(display, style);
    const auto handles = layers.velocities ? handle_marks(display, style) : std::vector<PointMark>{};
    const auto bodies = body_marks(display, style), lit = lit_marks(display, style);
    depth.add_lines(trails, style.lift.trail);
    depth.add_lines(arrows, style.lift.arrow);
    depth.add_points(handles, style.lift.arrow, false);
    depth.add_points(bodies, style.lift.body, false);
    depth.add_points(lit, style.lift.lit, false);
    depth.paint();
    painter.restore();
}

}  // namespace syzygy
