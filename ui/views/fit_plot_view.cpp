#include "ui/views/fit_plot_view.hpp"

#include "ui/base/decimation.hpp"
#include "ui/views/tickers.hpp"

namespace syzygy {

FitPlotView::FitPlotView(const ViewContext& context, QWidget* parent)
    : PlotView(context, parent, &SharedRange::find(context, QStringLiteral("iterations")))
{
    connect(context.session, &Session::history_changed, this, [this] { changed(); });
    connect(context.session, &Session::result_changed, this, [this] { changed(); });
}

QCPRange FitPlotView::whole() const
{
    return {0, std::max(1.0, static_cast<double>(history().size()) - 1)};
}

std::pair<QString, std::string> FitPlotView::horizontal_title() const
{
    return {tr("iteration"), {}};
}

QCPAxisRect* FitPlotView::add_fit_rect()
{
    QCPAxisRect* const rect = add_rect();
    horizontal(rect)->setTicker(QSharedPointer<ScaledTicker>::create(horizontal(rect), true));
    add_painted(
        QStringLiteral("background"), [this, rect](QCPPainter& p) { draw_borders(p, *rect); }, rect);
    return rect;
}

void FitPlotView::draw_borders(QCPPainter& painter, QCPAxisRect& rect) const
{
    const QCPRange range = visible_range();
    const auto& records = history();
    const auto [first, last] = indices_within(records.size(), range.lower, range.upper, iteration);
    painter.setPen(QPen(theme().axis, 1, Qt::DotLine));
    double drawn = -2;
    for (std::size_t i = std::max<std::size_t>(first, 1); i < last; ++i) {
        if (records[i].stage == records[i - 1].stage) continue;
        const double x = rect.axis(QCPAxis::atBottom)->coordToPixel(iteration(i) - 0.5);
        if (x - drawn < 2) continue;
        drawn = x;
        painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()));
    }
}

}  // namespace syzygy
