#include "ui/session/timeline.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

Timeline::Timeline(QObject* parent) : QObject(parent)
{
    timer_.setInterval(16);
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, &Timeline::tick);
}

void Timeline::set_range(double begin, double end)
{
    if (!std::isfinite(begin) || !std::isfinite(end) || !(begin < end)) return;
    if (begin == begin_ && end == end_) return;
    begin_ = begin;
    end_ = end;
    Q_EMIT range_changed(begin, end);
    set_time(time_);
}

void Timeline::set_time(double time)
{
    if (std::isnan(time)) return;
    const double moved = std::clamp(time, begin_, end_);
    if (moved == time_) return;
    time_ = moved;
    Q_EMIT time_changed(time_);
}

void Timeline::play()
{
    if (playing()) return;
    if (time_ == (direction_ > 0 ? end_ : begin_)) set_time(direction_ > 0 ? begin_ : end_);
    clock_.start();
    timer_.start();
    Q_EMIT transport_changed();
}

void Timeline::pause()
{
    if (!playing()) return;
    timer_.stop();
    Q_EMIT transport_changed();
}

void Timeline::set_direction(int direction)
{
    const int sign = direction < 0 ? -1 : 1;
    if (sign == direction_) return;
    direction_ = sign;
    Q_EMIT transport_changed();
}

void Timeline::set_loops(bool loops)
{
    if (loops == loops_) return;
    loops_ = loops;
    Q_EMIT transport_changed();
}

void Timeline::set_speed(double speed)
{
    const double clamped = std::clamp(speed, slowest, fastest);
    if (clamped == speed_ || std::isnan(speed)) return;
    speed_ = clamped;
    Q_EMIT transport_changed();
}

void Timeline::tick()
{
    const double seconds = static_cast<double>(clock_.nsecsElapsed()) * 1e-9;
    clock_.start();
    const double span = end_ - begin_;
    double time = time_ + direction_ * speed_ * span / seconds_at_natural_speed * seconds;
    if (time > end_ || time < begin_) {
        if (loops_) {
            time = begin_ + std::fmod(time - begin_, span);
            if (time < begin_) time += span;
        } else {
            set_time(time);
            pause();
            return;
        }
    }
    set_time(time);
}

}  // namespace syzygy
