#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {

TimePlotView::TimePlotView(const ViewContext& context, QWidget* parent)
    : PlotView(context, parent, &SharedRange::find(context, QStringLiteral("time")))
{
    connect(context.session, &Session::picture_changed, this, [this] { changed(); });
    connect(context.timeline, &Timeline::time_changed, this, [this] { cursor_moved(); });
}

bool TimePlotView::empty() const
{
    const auto s = solution();
    return !s || s->window.steps().empty();
}

std::shared_ptr<const Solution> TimePlotView::solution() const
{
    const auto picture = session().picture();
    return picture ? picture->solution : nullptr;
}

UnitSymbols TimePlotView::symbols() const
{
    return unit_symbols(session().picture()->observations->units);
}

const std::array<std::string, 3>& TimePlotView::bodies() const
{
    return session().picture()->observations->bodies;
}

QCPRange TimePlotView::whole() const
{
    const auto picture = session().picture();
    if (!picture || !picture->solution) return {0, 1};
    const Solution& s = *picture->solution;
    // A solve that ended early leaves the rest of the time empty, and visibly so.
    const double end = std::max(s.end(), picture->horizon);
    return {s.begin(), end > s.begin() ? end : s.begin() + 1};
}

std::pair<QString, std::string> TimePlotView::horizontal_title() const
{
    return {QStringLiteral("t"), symbols().time};
}

void TimePlotView::pointed_at(double time)
{
    timeline().set_time(time);
}

QCPAxisRect* TimePlotView::add_time_rect(double stretch)
{
    QCPAxisRect* const rect = add_rect(stretch);
    add_painted(
        QStringLiteral("background"), [this, rect](QCPPainter& p) { draw_beyond(p, *rect); }, rect);
    add_painted(
        QStringLiteral("cursor"), [this, rect](QCPPainter& p) { draw_cursor(p, *rect); }, rect);
    return rect;
}

void TimePlotView::draw_beyond(QCPPainter& painter, QCPAxisRect& rect) const
{
    const auto s = solution();
    if (!s) return;
    const double end = s->data->absolute(s->data->t1);
    const double x = rect.axis(QCPAxis::atBottom)->coordToPixel(end);
    if (!(x < rect.right())) return;
    const double left = std::max(x, static_cast<double>(rect.left()));
    painter.fillRect(QRectF(left, rect.top(), rect.right() + 1 - left, rect.height()), theme().beyond);
    if (x < rect.left()) return;
    painter.setPen(QPen(theme().axis, 1, Qt::DotLine));
    painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()));
}

void TimePlotView::draw_cursor(QCPPainter& painter, QCPAxisRect& rect) const
{
    const double x = rect.axis(QCPAxis::atBottom)->coordToPixel(timeline().time());
    if (!(x >= rect.left() - 1 && x <= rect.right() + 1)) return;
    painter.setPen(QPen(theme().cursor, 1.5));
    painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()));
}

QString TimePlotView::how_to_begin()
{
    return tr("Open data (Ctrl+O) or choose a scenario.");
}

std::string TimePlotView::table_head(const Solution& solution, const Observations& observations, std::string_view what)
{
    const Eigen::Vector3d& m = solution.point.masses;
    return fmt::format("# {} of {}\n# units: {}\n# masses: {} {} {}\n# window: {} to {}\n", what, observations.name,
                       observations.units.text(), m[0], m[1], m[2], solution.begin(),
                       solution.data->absolute(solution.data->t1));
}

}  // namespace syzygy
