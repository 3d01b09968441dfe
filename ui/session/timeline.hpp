#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace syzygy {

/// The one time that all views share, as the data have it, and how it moves. Lives in the thread of the windows.
class Timeline : public QObject {
    Q_OBJECT
public:
    explicit Timeline(QObject* parent = nullptr);

    double time() const { return time_; }
    double begin() const { return begin_; }
    double end() const { return end_; }
    bool playing() const { return timer_.isActive(); }
    bool loops() const { return loops_; }
    /// 1 or -1.
    int direction() const { return direction_; }
    /// Times the natural speed, at which the range takes ten seconds.
    double speed() const { return speed_; }

    static constexpr double slowest = 1.0 / 64, fastest = 64;
    static constexpr double seconds_at_natural_speed = 10;

    /// The range that can be played; keeps the time where it is, if inside.
    void set_range(double begin, double end);
    /// Moved to the nearest end where outside; nan is left out.
    void set_time(double time);
    /// Starts again from the other end where the time stands at the last.
    void play();
    void pause();
    void set_direction(int direction);
    void set_loops(bool loops);
    void set_speed(double speed);

Q_SIGNALS:
    void time_changed(double time);
    void range_changed(double begin, double end);
    /// Playing, direction, loop or speed.
    void transport_changed();

private:
    void tick();

    QTimer timer_;
    QElapsedTimer clock_;
    double time_ = 0, begin_ = 0, end_ = 1, speed_ = 1;
    int direction_ = 1;
    bool loops_ = true;
};

}  // namespace syzygy
