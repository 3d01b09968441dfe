#include "ui/views/replot_scheduler.hpp"

#include "ui/views/plot_view.hpp"

#include <QCoreApplication>
#include <QPointer>

namespace syzygy {

ReplotScheduler* ReplotScheduler::instance()
{
    static QPointer<ReplotScheduler> scheduler;
    if (!scheduler && QCoreApplication::instance() && !QCoreApplication::closingDown()) {
        scheduler = new ReplotScheduler(QCoreApplication::instance());
        connect(&scheduler->timer_, &QTimer::timeout, scheduler, &ReplotScheduler::draw_some);
    }
    return scheduler;
}

void ReplotScheduler::request(PlotView* view)
{
    if (std::find(waiting_.begin(), waiting_.end(), view) == waiting_.end()) waiting_.push_back(view);
    if (!timer_.isActive()) timer_.start(0);
}

void ReplotScheduler::forget(PlotView* view)
{
    std::erase(waiting_, view);
}

void ReplotScheduler::draw_some()
{
    QElapsedTimer clock;
    clock.start();
    while (!waiting_.empty() && clock.elapsed() < budget) {
        PlotView* const view = waiting_.front();
        waiting_.pop_front();
        view->redraw();
    }
    if (waiting_.empty()) timer_.stop();
}

}  // namespace syzygy
