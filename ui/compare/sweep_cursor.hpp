#pragma once

#include "ui/compare/sweep_series.hpp"
#include "ui/session/timeline.hpp"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace syzygy {

/// Where in a gradient run everybody looks: so many of its events have happened. It moves the time of all views and
/// follows it: forward in the forward pass, backward in the sweep.
class SweepCursor : public QObject {
    Q_OBJECT
public:
    explicit SweepCursor(Timeline& timeline, QObject* parent = nullptr);

    const SweepSeries& series() const { return series_; }
    /// Stays at the time where it is, and in its pass.
    void set_series(SweepSeries series);

    /// Events that have happened: 0 .. series().size(). Going anywhere stops the time that is played.
    std::size_t position() const { return position_; }
    /// 0..2: between two events where the time was moved there.
    double place() const { return place_; }
    bool backward() const { return place_ > 1; }
    void set_position(std::size_t position);
    /// Anywhere: the events before it have happened.
    void set_place(double place);
    /// So many events on, or back.
    void step(int events);
    /// To where the forward pass ends and the sweep begins.
    void turn();

    bool playing() const { return timer_.isActive(); }
    /// Event by event, all of them in ten seconds or a twentieth of a second each, whichever is slower to see.
    void play();
    void pause();

Q_SIGNALS:
    void moved();
    void playing_changed();
    void series_changed();

private:
    void go(std::size_t position, double place);
    void follow(double time);
    void tick();

    Timeline& timeline_;
    SweepSeries series_;
    std::size_t position_ = 0;
    double place_ = 0;
    bool moves_timeline_ = false;
    QTimer timer_;
    QElapsedTimer clock_;
    double pending_ = 0;  ///< events that the time since the last tick is worth, not yet shown
};

}  // namespace syzygy
