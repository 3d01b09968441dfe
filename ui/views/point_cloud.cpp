#include "ui/views/point_cloud.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace syzygy {
namespace {

/// Counts above this are taken for this: no pixel of a plot gets there by chance.
constexpr std::size_t most_counted = 1 << 16;

/// Image pixels of a logical one in files, whose readers enlarge.
constexpr double file_pixels = 2;

/// Of the most crowded pixels, and of a single mark.
constexpr double most_opaque = 0.85;

/// Up to which lonely points are lifted.
constexpr double lonely_opacity = 0.15;

bool is_vector(const QPaintDevice& device)
{
    const int type = device.devType();
    return type != QInternal::Image && type != QInternal::Pixmap && type != QInternal::Widget;
}

}  // namespace

CloudPoints::Scale CloudPoints::scale_of(const QCPAxis& axis, double length)
{
    const QCPRange range = axis.range();
    const bool logarithmic = axis.scaleType() == QCPAxis::stLogarithmic;
    const double lower = logarithmic ? std::log(range.lower) : range.lower;
    const double upper = logarithmic ? std::log(range.upper) : range.upper;
    return {lower, length / (upper - lower), logarithmic};
}

CloudPoints::CloudPoints(const QCPAxisRect& rect, std::size_t kinds, double pixels, int mark)
    : x_(scale_of(*rect.axis(QCPAxis::atBottom), rect.width())),
      y_(scale_of(*rect.axis(QCPAxis::atLeft), rect.height())),
      left_(rect.left()),
      bottom_(rect.bottom()),
      width_(rect.width()),
      height_(rect.height()),
      pixels_(pixels),
      mark_(mark),
      kinds_(kinds)
{
    if (pixels_ == 0) return;
    rows_ = static_cast<int>(std::ceil(height_ * pixels_));
    columns_ = static_cast<int>(std::ceil(width_ * pixels_));
    counts_.assign(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_) * kinds_, 0);
}

std::vector<double> cloud_opacity(const std::vector<std::size_t>& frequency)
{
    const std::size_t size = frequency.size();
    std::vector<double> opacity(size, 0.0);
    double all = 0, occupied = 0;
    for (std::size_t c = 1; c < size; ++c) {
        all += static_cast<double>(c * frequency[c]);
        occupied += static_cast<double>(frequency[c]);
    }
    if (!(all > 0)) return opacity;
    // The least count at which opaque pixels swallow no more than a hundredth of the points.
    std::size_t full = size - 1;
    double lost = 0, beyond = 0;
    while (full > 1) {
        beyond += static_cast<double>(frequency[full]);
        if (lost + beyond > 0.01 * all) break;
        lost += beyond;
        --full;
    }
    // A line of points upon each other must not make all others faint.
    double below = 0;
    std::size_t median = 0;
    while (below < occupied / 2) below += static_cast<double>(frequency[++median]);
    full = std::min(full, std::max<std::size_t>(8 * median, 2));
    const double each = most_opaque / static_cast<double>(full);
    double ink = 0;
    for (std::size_t c = 1; c < size; ++c) {
        opacity[c] = std::min(1.0, each * static_cast<double>(c));
        ink += opacity[c] * static_cast<double>(frequency[c]);
    }
    for (double least = lonely_opacity; least > each; least /= 1.3) {
        double added = 0;
        for (std::size_t c = 1; c < size && opacity[c] < least; ++c)
            added += (least - opacity[c]) * static_cast<double>(frequency[c]);
        if (added > 0.02 * ink) continue;
        for (std::size_t c = 1; c < size; ++c) opacity[c] = std::max(opacity[c], least);
        break;
    }
    return opacity;
}

PointCloud::PointCloud(QCPAxisRect* rect, const QString& layer)
    : QCPLayerable(rect->parentPlot(), layer, rect), rect_(rect)
{
}

void PointCloud::set_points(std::size_t count, Source source)
{
    count_ = count;
    source_ = std::move(source);
}

void PointCloud::draw(QCPPainter* painter)
{
    if (!source_ || count_ == 0 || rect_->width() < 1 || rect_->height() < 1) return;
    const bool file = is_vector(*painter->device());
    if (shaped() || (file && count_ <= most_vector_marks)) {
        draw_marks(*painter);
        return;
    }
    const double pixels = file ? file_pixels : painter->device()->devicePixelRatioF();
    const QImage drawn = image(pixels);
    const QSizeF size(drawn.width() / pixels, drawn.height() / pixels);
    // The lowest row of pixels is that of the axis.
    painter->drawImage(QRectF(QPointF(rect_->left(), rect_->bottom() + 1 - size.height()), size), drawn);
}

void PointCloud::draw_marks(QCPPainter& painter) const
{
    CloudPoints points(*rect_, kinds_.size(), 0, 0);
    source_(points);
    painter.setAntialiasing(shaped());
    if (!shaped()) {
        painter.setPen(Qt::NoPen);
        // A brush for each mark would make up most of a file, and of the time that recording it takes. In several
        // rounds of all kinds, none of them hides the others.
        constexpr std::size_t rounds = 16;
        std::vector<std::vector<QRectF>> squares(kinds_.size() * rounds);
        std::vector<std::size_t> drawn(kinds_.size());
        for (const CloudPoints::Mark& mark : points.marks()) {
            const std::size_t round = drawn[mark.kind]++ % rounds;
            squares[round * kinds_.size() + mark.kind].emplace_back(mark.at - QPointF(1, 1), QSizeF(2, 2));
        }
        for (std::size_t k = 0; k < squares.size(); ++k) {
            QColor colour = kinds_[k % kinds_.size()].colour;
            colour.setAlphaF(0.6F);
            painter.setBrush(colour);
            // As polygons, which a picture keeps faster than rectangles.
            for (const QRectF& square : squares[k]) {
                const std::array corners{square.topLeft(), square.topRight(), square.bottomRight(), square.bottomLeft()};
                painter.drawPolygon(corners.data(), 4, Qt::WindingFill);
            }
        }
        return;
    }
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        const CloudKind& k = kinds_[kind];
        QColor inside = k.colour;
        if (!k.filled) inside.setAlphaF(0.35F * inside.alphaF());
        const QCPScatterStyle style(k.shape, QPen(k.colour, k.shape == QCPScatterStyle::ssCross ? 1.6 : 1),
                                    QBrush(inside), size_);
        style.applyTo(&painter, Qt::NoPen);
        for (const CloudPoints::Mark& mark : points.marks())
            if (mark.kind == kind) style.drawShape(&painter, mark.at);
    }
}

QImage PointCloud::image(double pixels) const
{
    const std::size_t kinds = kinds_.size();
    const int mark = std::max(1, static_cast<int>(std::lround((count_ <= most_wide ? 2 : 1) * pixels)));
    CloudPoints points(*rect_, kinds, pixels, mark);
    source_(points);

    const std::vector<std::uint32_t>& counts = points.counts();
    const std::size_t cells = counts.size() / kinds;
    const auto total = [&](std::size_t cell) {
        const auto first = counts.begin() + static_cast<std::ptrdiff_t>(cell * kinds);
        return std::min<std::size_t>(std::accumulate(first, first + static_cast<std::ptrdiff_t>(kinds), std::size_t{0}),
                                     most_counted);
    };
    std::vector<std::size_t> frequency(1);
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const std::size_t here = total(cell);
        if (here >= frequency.size()) frequency.resize(here + 1);
        ++frequency[here];
    }
    const std::vector<double> opacity = cloud_opacity(frequency);

    // A pixel has the mean colour of its points.
    std::vector<std::array<float, 3>> colours;
    for (const CloudKind& kind : kinds_)
        colours.push_back({kind.colour.redF(), kind.colour.greenF(), kind.colour.blueF()});
    QImage drawn(points.columns(), points.rows(), QImage::Format_ARGB32_Premultiplied);
    for (int row = 0; row < points.rows(); ++row) {
        auto* const line = reinterpret_cast<QRgb*>(drawn.scanLine(row));
        for (int column = 0; column < points.columns(); ++column) {
            const std::size_t cell = static_cast<std::size_t>(row) * static_cast<std::size_t>(points.columns()) +
                                     static_cast<std::size_t>(column);
            const std::size_t here = total(cell);
            if (here == 0) {
                line[column] = 0;
                continue;
            }
            std::array<float, 3> sum{};
            for (std::size_t kind = 0; kind < kinds; ++kind)
                for (std::size_t c = 0; c < 3; ++c)
                    sum[c] += static_cast<float>(counts[cell * kinds + kind]) * colours[kind][c];
            const float ink = 255 * static_cast<float>(opacity[here]);
            const auto part = [&](std::size_t c) {
                return std::min(255,
                                static_cast<int>(std::lround(ink * std::min(1.0F, sum[c] / static_cast<float>(here)))));
            };
            line[column] = qRgba(part(0), part(1), part(2), static_cast<int>(std::lround(ink)));
        }
    }
    return drawn;
}

}  // namespace syzygy
