#include "ui/views/step_plot_view.hpp"

namespace syzygy {

StepPlotView::StepPlotView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
{
    rect_ = add_time_rect();
    set_logarithmic(vertical(rect_), true);
    accepted_ = add_graph(rect_, QCPGraph::lsStepLeft);
    rejected_ = new PointCloud(rect_, QStringLiteral("main"));
}

void StepPlotView::take_colours()
{
    accepted_->setPen(QPen(theme().accepted, 1.4));
    rejected_->set_kinds({{QCPScatterStyle::ssCross, theme().rejected, false}}, 7);
}

void StepPlotView::show_points(const Drawn& drawn)
{
    set_points(accepted_, drawn.taken);
    rejected_->set_points(drawn.tried.size(), [tried = drawn.tried](CloudPoints& points) {
        for (std::size_t i = 0; i < tried.size(); ++i) points.add(tried.x[i], tried.y[i], 0);
    });
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
