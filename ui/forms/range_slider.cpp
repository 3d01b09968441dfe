#include "ui/forms/range_slider.hpp"

#include "ui/forms/arrow_keys.hpp"
#include "ui/forms/slider_geometry.hpp"
#include "ui/theme/theme.hpp"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// Handles stay apart by this share of the track, so that both can be grasped.
constexpr double smallest_share = 0.004;

}  // namespace

RangeSlider::RangeSlider(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { update(); });
}

void RangeSlider::set_limits(double lowest, double highest)
{
    if (!(lowest < highest) || (lowest == lowest_ && highest == highest_)) return;
    lowest_ = lowest;
    highest_ = highest;
    update();
}

void RangeSlider::set_range(double begin, double end)
{
    if (begin == begin_ && end == end_) return;
    begin_ = begin;
    end_ = end;
    update();
}

double RangeSlider::to_x(double value) const
{
    return slider_margin + std::clamp((value - lowest_) / (highest_ - lowest_), 0.0, 1.0) * (width() - 2 * slider_margin);
}

double RangeSlider::to_value(double x) const
{
    return lowest_ + (x - slider_margin) / (width() - 2 * slider_margin) * (highest_ - lowest_);
}

RangeSlider::Part RangeSlider::part_at(double x) const
{
    const double to_begin = std::abs(x - to_x(begin_)), to_end = std::abs(x - to_x(end_));
    if (std::min(to_begin, to_end) <= slider_handle_radius + 3) {
        // Where both lie under the hand, the one that has room to move.
        if (to_begin == to_end) return x > width() / 2.0 ? Part::begin : Part::end;
        return to_begin < to_end ? Part::begin : Part::end;
    }
    if (x > to_x(begin_) && x < to_x(end_)) return Part::band;
    return x < to_x(begin_) ? Part::begin : Part::end;
}

void RangeSlider::move(Part part, double begin, double end)
{
    const double smallest = smallest_share * (highest_ - lowest_);
    if (part == Part::band) {
        const double shift = std::clamp(begin - press_begin_, lowest_ - press_begin_, highest_ - press_end_);
        begin = press_begin_ + shift;
        end = press_end_ + shift;
    } else if (part == Part::begin)
        begin = std::clamp(begin, lowest_, std::max(lowest_, end_ - smallest));
    else
        end = std::clamp(end, std::min(highest_, begin_ + smallest), highest_);
    // The ends themselves, not a rounding beside them.
    if (std::abs(begin - lowest_) < 1e-9 * (highest_ - lowest_)) begin = lowest_;
    if (std::abs(end - highest_) < 1e-9 * (highest_ - lowest_)) end = highest_;
    if (begin == begin_ && end == end_) return;
    set_range(begin, end);
    Q_EMIT moved(begin_, end_);
}

void RangeSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return;
    const double x = event->position().x();
    held_ = part_at(x);
    if (held_ != Part::band) last_ = held_;
    press_x_ = x;
    press_begin_ = begin_;
    press_end_ = end_;
    // A press beside the band brings the nearer handle there.
    if (held_ == Part::begin && std::abs(x - to_x(begin_)) > slider_handle_radius + 3) {
        press_begin_ = to_value(x);
        move(held_, press_begin_, end_);
    } else if (held_ == Part::end && std::abs(x - to_x(end_)) > slider_handle_radius + 3) {
        press_end_ = to_value(x);
        move(held_, begin_, press_end_);
    }
    update();
}

void RangeSlider::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (held_ == Part::none) {
        setCursor(part_at(x) == Part::band ? Qt::OpenHandCursor : Qt::SizeHorCursor);
        return;
    }
    const double shift = to_value(x) - to_value(press_x_);
    move(held_, held_ == Part::end ? begin_ : press_begin_ + shift, held_ == Part::begin ? end_ : press_end_ + shift);
}

void RangeSlider::mouseReleaseEvent(QMouseEvent*)
{
    held_ = Part::none;
    update();
}

bool RangeSlider::event(QEvent* event)
{
    return keeps_arrow_keys(*event) || QWidget::event(event);
}

void RangeSlider::keyPressEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Left && event->key() != Qt::Key_Right) return QWidget::keyPressEvent(event);
    const double step = (event->modifiers().testFlag(Qt::ShiftModifier) ? 0.001 : 0.01) * (highest_ - lowest_) *
                        (event->key() == Qt::Key_Left ? -1 : 1);
    move(last_, last_ == Part::begin ? begin_ + step : begin_, last_ == Part::end ? end_ + step : end_);
}

void RangeSlider::paintEvent(QPaintEvent*)
{
    const Theme& colours = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0;
    const auto bar = [&](double from, double to, const QColor& colour) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(from, middle - 2, to - from, 4), 2, 2);
    };
    bar(slider_margin, width() - slider_margin, colours.border);
    bar(to_x(begin_), to_x(end_), isEnabled() ? colours.accent : colours.disabled);
    for (const Part part : {Part::begin, Part::end}) {
        const bool focused = hasFocus() && part == last_;
        painter.setPen(QPen(isEnabled() ? colours.accent : colours.disabled, focused ? 2.5 : 1.5));
        painter.setBrush(part == held_ ? colours.accent : colours.field);
        painter.drawEllipse(QPointF(to_x(part == Part::begin ? begin_ : end_), middle), slider_handle_radius, slider_handle_radius);
    }
}

}  // namespace syzygy
