#include "ui/views/step_plot_view.hpp"

namespace syzygy {

StepPlotView::StepPlotView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
{
    rect_ = add_time_rect();
    set_logarithmic(vertical(rect_), true);
    accepted_ = add_graph(rect_, QCPGraph::lsStepLeft);
    rejected_ = add_graph(rect_, QCPGraph::lsNone);
}

void StepPlotView::take_colours()
{
    accepted_->setPen(QPen(theme().accepted, 1.4));
    rejected_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, QPen(theme().rejected, 1.6), Qt::NoBrush, 7));
}

void StepPlotView::show_points(const Drawn& drawn)
{
    set_points(accepted_, drawn.taken);
    set_points(rejected_, drawn.tried);
    const bool few = static_cast<int>(drawn.taken.size()) * 7 < columns();
    accepted_->setScatterStyle(few ? QCPScatterStyle(QCPScatterStyle::ssDisc, theme().accepted, 4) : QCPScatterStyle());
}

std::ptrdiff_t StepPlotView::step_here(const StepSeries& steps) const
{
    const double time = timeline().time();
    if (time > steps.time(steps.size())) return -1;
    return index_at(steps.size(), time, [&](std::size_t k) { return steps.time(k); });
}

}  // namespace syzygy
