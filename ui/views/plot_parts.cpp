#include "ui/views/plot_parts.hpp"

#include <limits>

namespace syzygy {
namespace {

constexpr double mark_width = 12, mark_gap = 4, value_gap = 5, entry_gap = 14;

/// How much of each entry is shown, from all to least.
enum class Detail { all, brief, necessary, names };

const QString& name_of(const HeadlineEntry& entry, Detail detail)
{
    const bool brief = (detail == Detail::brief || detail == Detail::necessary) && entry.mark != HeadlineEntry::Mark::none &&
                       (!entry.value.isEmpty() || (entry.spare && !entry.brief.isEmpty()));
    const bool alone = detail == Detail::names && !entry.brief.isEmpty();
    return brief || alone ? entry.brief : entry.name;
}

bool has_value(const HeadlineEntry& entry, Detail detail)
{
    return detail != Detail::names && !entry.value.isEmpty();
}

double entry_width(const HeadlineEntry& entry, const QFontMetricsF& metrics, Detail detail)
{
    const QString& name = name_of(entry, detail);
    double width = entry.mark == HeadlineEntry::Mark::none ? 0 : mark_width + mark_gap;
    width += metrics.horizontalAdvance(name);
    if (has_value(entry, detail)) {
        // Digits change as the cursor moves: room for the usual number keeps the line still.
        const double usual = metrics.horizontalAdvance(QStringLiteral("0.0000"));
        width += (name.isEmpty() ? 0 : value_gap) + std::max(metrics.horizontalAdvance(entry.value), usual);
    }
    return width;
}

void draw_mark(QCPPainter& painter, HeadlineEntry::Mark mark, const QColor& colour, const QRectF& rect)
{
    using Mark = HeadlineEntry::Mark;
    const QPointF centre = rect.center();
    const double r = 3.2;
    painter.setPen(QPen(colour, 1.6));
    painter.setBrush(Qt::NoBrush);
    switch (mark) {
    case Mark::none: break;
    case Mark::dashed: painter.setPen(QPen(colour, 1.6, Qt::DashLine)); [[fallthrough]];
    case Mark::line: painter.drawLine(QLineF(rect.left(), centre.y(), rect.right(), centre.y())); break;
    case Mark::disc:
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(centre, r, r);
        break;
    case Mark::triangle:
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF{
            {centre.x() - r, centre.y() + r}, {centre.x() + r, centre.y() + r}, {centre.x(), centre.y() - r}});
        break;
    case Mark::square:
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRect(QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r));
        break;
    case Mark::cross:
        painter.drawLine(QLineF(centre.x() - r, centre.y() - r, centre.x() + r, centre.y() + r));
        painter.drawLine(QLineF(centre.x() - r, centre.y() + r, centre.x() + r, centre.y() - r));
        break;
    case Mark::ring: painter.drawEllipse(centre, r + 0.6, r + 0.6); break;
    case Mark::dotted:
        painter.setPen(QPen(colour, 1.4, Qt::DotLine));
        painter.drawLine(QLineF(centre.x(), rect.top() + 2, centre.x(), rect.bottom() - 2));
        break;
    case Mark::band: painter.fillRect(rect.adjusted(0, 2, 0, -2), colour); break;
    }
}

}  // namespace

Headline::Headline(QCustomPlot* plot) : QCPLayoutElement(plot)
{
    setMargins(QMargins(8, 2, 8, 0));
}

void Headline::set_style(const QFont& font, const QColor& text, const QColor& value)
{
    font_ = font;
    text_ = text;
    value_ = value;
}

int Headline::height() const
{
    return static_cast<int>(std::ceil(QFontMetricsF(font_).height())) + 4;
}

QSize Headline::minimumOuterSizeHint() const
{
    return {0, height()};
}

QSize Headline::maximumOuterSizeHint() const
{
    return {QWIDGETSIZE_MAX, height()};
}

void Headline::draw(QCPPainter* painter)
{
    painter->setFont(font_);
    const QFontMetricsF metrics(font_, painter->device());
    const double available = mRect.width() - reserved_;
    std::vector<const HeadlineEntry*> shown;
    double needed = 0;
    Detail detail = Detail::all;
    for (const Detail tried : {Detail::all, Detail::brief, Detail::necessary, Detail::names}) {
        detail = tried;
        shown.clear();
        needed = -entry_gap;
        const auto width_of = [&](const HeadlineEntry& entry) { return entry_gap + entry_width(entry, metrics, tried); };
        double necessary = -entry_gap;
        for (const HeadlineEntry& entry : entries_) necessary += entry.spare ? 0 : width_of(entry);
        // Of spare entries as many as have room.
        double room = tried >= Detail::necessary ? available - necessary : std::numeric_limits<double>::infinity();
        for (const HeadlineEntry& entry : entries_) {
            if (entry.spare && width_of(entry) > room) {
                room = 0;
                continue;
            }
            if (entry.spare) room -= width_of(entry);
            shown.push_back(&entry);
            needed += width_of(entry);
        }
        if (needed <= available) break;
    }
    const double shrink = needed > available && needed > 0 ? available / needed : 1;

    double x = mRect.left();
    for (const HeadlineEntry* const each : shown) {
        const HeadlineEntry& entry = *each;
        const double width = shrink * entry_width(entry, metrics, detail);
        double at = x;
        if (entry.mark != HeadlineEntry::Mark::none) {
            draw_mark(*painter, entry.mark, entry.colour, QRectF(at, mRect.top(), mark_width, mRect.height()));
            at += mark_width + mark_gap;
        }
        const QString name = shrink < 1 ? metrics.elidedText(name_of(entry, detail), Qt::ElideRight, x + width - at + 1)
                                        : name_of(entry, detail);
        painter->setPen(text_);
        painter->drawText(QRectF(at, mRect.top(), std::max(0.0, x + width - at + 2), mRect.height()),
                          Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, name);
        if (has_value(entry, detail)) {
            at += metrics.horizontalAdvance(name) + (name.isEmpty() ? 0 : value_gap);
            painter->setPen(value_);
            painter->drawText(QRectF(at, mRect.top(), x + width - at + entry_gap, mRect.height()),
                              Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, entry.value);
        }
        x += width + entry_gap * shrink;
    }
}

}  // namespace syzygy
