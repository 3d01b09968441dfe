#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <deque>

namespace syzygy {

class PlotView;

/// Draws plots in turn, a few each time the event loop comes round, so that neither hands nor windows wait however
/// many pictures arrive. A plot that asks again while it waits keeps its place and is drawn once, as it then stands:
/// the newest wins and none starves.
class ReplotScheduler : public QObject {
    Q_OBJECT
public:
    /// The one of the window's thread; null once the application is gone.
    static ReplotScheduler* instance();

    void request(PlotView* view);
    void forget(PlotView* view);

    /// Milliseconds of drawing after which the event loop is let go round.
    static constexpr qint64 budget = 8;

private:
    using QObject::QObject;
    void draw_some();

    QTimer timer_{this};
    std::deque<PlotView*> waiting_;
};

}  // namespace syzygy
