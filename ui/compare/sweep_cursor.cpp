#include "ui/compare/sweep_cursor.hpp"

#include <algorithm>

namespace syzygy {

namespace {

constexpr int tick_ms = 16;
constexpr double seconds_of_all = 10, fastest_events_a_second = 20;

}  // namespace

SweepCursor::SweepCursor(Timeline& timeline, QObject* parent) : QObject(parent), timeline_(timeline)
{
    timer_.setInterval(tick_ms);
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, &SweepCursor::tick);
    connect(&timeline_, &Timeline::time_changed, this, &SweepCursor::follow);
}

void SweepCursor::set_series(SweepSeries series)
{
    series_ = std::move(series);
    if (!series_.empty()) place_ = series_.place(timeline_.time(), backward());
    position_ = series_.events_until(place_);
    if (series_.empty()) pause();
    Q_EMIT series_changed();
    Q_EMIT moved();
}

void SweepCursor::set_position(std::size_t position)
{
    position = std::min(position, series_.size());
    go(position, position == 0 ? 0 : series_.place(position - 1));
}

void SweepCursor::set_place(double place)
{
    place = std::clamp(place, 0.0, 2.0);
    go(series_.events_until(place), place);
}

void SweepCursor::step(int events)
{
    const auto now = static_cast<long>(position_);
    set_position(static_cast<std::size_t>(std::clamp<long>(now + events, 0, static_cast<long>(series_.size()))));
}

void SweepCursor::turn()
{
    set_position(series_.turn());
}

void SweepCursor::play()
{
    if (series_.empty() || playing()) return;
    if (position_ >= series_.size()) set_position(0);
    timeline_.pause();
    pending_ = 0;
    clock_.start();
    timer_.start();
    Q_EMIT playing_changed();
}

void SweepCursor::pause()
{
    if (!playing()) return;
    timer_.stop();
    Q_EMIT playing_changed();
}

void SweepCursor::tick()
{
    const double rate = std::max(static_cast<double>(series_.size()) / seconds_of_all, fastest_events_a_second);
    // Few events: one at a time; many: as fast as they all take ten seconds.
    pending_ += rate * static_cast<double>(clock_.restart()) / 1e3;
    const auto whole = static_cast<int>(pending_);
    if (whole == 0) return;
    pending_ -= whole;
    step(whole);
    if (position_ >= series_.size()) pause();
}

void SweepCursor::go(std::size_t position, double place)
{
    // Whoever goes somewhere wants to look at it.
    if (!series_.empty()) timeline_.pause();
    if (position == position_ && place == place_) return;
    position_ = position;
    place_ = place;
    moves_timeline_ = true;
    if (!series_.empty()) timeline_.set_time(series_.time(place));
    moves_timeline_ = false;
    Q_EMIT moved();
}

void SweepCursor::follow(double time)
{
    if (moves_timeline_ || series_.empty()) return;
    // Time that is played says by its direction which pass it is in; time that is moved stays in its pass.
    const bool backward = timeline_.playing() ? timeline_.direction() < 0 : this->backward();
    place_ = series_.place(time, backward);
    position_ = series_.events_until(place_);
    Q_EMIT moved();
}

}  // namespace syzygy
