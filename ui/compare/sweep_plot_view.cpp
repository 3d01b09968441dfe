#include "ui/compare/sweep_plot_view.hpp"

#include "ui/views/tickers.hpp"

namespace syzygy {

namespace {

/// Ticks of the unfolded time: they stand at even times of the run, which rise and fall again.
class SweepTicker : public ScaledTicker {
public:
    SweepTicker(const QCPAxis* axis, const CompareSession& compare) : ScaledTicker(axis), compare_(compare) {}

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        const auto [begin, end] = compare_.interval();
        const double time = begin + (tick <= 1 ? tick : 2 - tick) * (end - begin);
        return QString::number(std::abs(time) < 1e-9 * (end - begin) ? 0 : time, 'g', 4).replace(u'-', QChar(u'−'));
    }

private:
    const CompareSession& compare_;
};

}  // namespace

SweepPlotView::SweepPlotView(const ViewContext& context, QWidget* parent, std::string_view id)
    : ComparePlotView(context, parent, &compare_range(context, QStringLiteral("sweep")), id)
{
    connect(&compare().sweep(), &SweepCursor::moved, this, [this] { cursor_moved(); });
}

std::vector<const CompareRow*> SweepPlotView::traced() const
{
    std::vector<const CompareRow*> rows = compare().beside_selected();
    std::erase_if(rows, [&](const CompareRow* row) { return compare().series(*row).empty(); });
    return rows;
}

QCPAxisRect* SweepPlotView::add_sweep_rect()
{
    QCPAxisRect* const rect = add_rect();
    horizontal(rect)->setTicker(QSharedPointer<SweepTicker>::create(horizontal(rect), compare()));
    add_painted(
        QStringLiteral("background"), [this, rect](QCPPainter& p) { draw_turn(p, *rect); }, rect);
    add_painted(
        QStringLiteral("cursor"), [this, rect](QCPPainter& p) { draw_cursor(p, *rect); }, rect);
    return rect;
}

std::pair<QString, std::string> SweepPlotView::horizontal_title() const
{
    return {tr("t, forward and back"), compare().time_unit()};
}

void SweepPlotView::draw_turn(QCPPainter& painter, QCPAxisRect& rect) const
{
    const double x = rect.axis(QCPAxis::atBottom)->coordToPixel(1);
    if (!(x < rect.right())) return;
    const double left = std::max(x, static_cast<double>(rect.left()));
    painter.fillRect(QRectF(left, rect.top(), rect.right() + 1 - left, rect.height()), theme().beyond);
    if (x < rect.left()) return;
    painter.setPen(QPen(theme().axis, 1, Qt::DotLine));
    painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()));
    const QFontMetricsF metrics(small_font(), painter.device());
    painter.setFont(small_font());
    painter.setPen(theme().muted);
    const QString forward = tr("forward"), back = tr("backward");
    const double y = rect.top() + metrics.ascent() + 2;
    if (x - rect.left() > metrics.horizontalAdvance(forward) + 10)
        painter.drawText(QPointF(x - metrics.horizontalAdvance(forward) - 6, y), forward);
    if (rect.right() - x > metrics.horizontalAdvance(back) + 10) painter.drawText(QPointF(x + 6, y), back);
}

void SweepPlotView::draw_cursor(QCPPainter& painter, QCPAxisRect& rect) const
{
    const double place = compare().sweep().place();
    const auto line = [&](double at, Qt::PenStyle style) {
        const double x = rect.axis(QCPAxis::atBottom)->coordToPixel(at);
        if (!(x >= rect.left() - 1 && x <= rect.right() + 1)) return;
        painter.setPen(QPen(theme().cursor, 1.5, style));
        painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()));
    };
    // The same time in the other pass.
    line(2 - place, Qt::DotLine);
    line(place, Qt::SolidLine);
}

}  // namespace syzygy
