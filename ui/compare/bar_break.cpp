#include "ui/compare/bar_break.hpp"

#include "ui/theme/theme.hpp"

namespace syzygy {

void draw_bar_break(QCPPainter& painter, QPointF end, QPointF along, double width)
{
    constexpr double before_end = 12, gap = 5, slant = 3;
    const QPointF across(-along.y(), along.x());
    const auto at = [&](double forth, double aside) { return end + (forth - before_end) * along + aside * across; };
    const double half = width / 2;
    painter.save();
    painter.setAntialiasing(true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().plot);
    painter.drawPolygon(
        QPolygonF{at(-slant, half + 1), at(slant, -half - 1), at(gap + slant, -half - 1), at(gap - slant, half + 1)});
    painter.setPen(QPen(theme().text, 1));
    for (const double edge : {0.0, gap})
        painter.drawLine(QLineF(at(edge - slant, half + 2), at(edge + slant, -half - 2)));
    painter.restore();
}

}  // namespace syzygy
