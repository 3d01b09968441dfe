#include "ui/panels/scrub_slider.hpp"

#include "ui/theme/theme.hpp"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <vector>

namespace syzygy {

namespace {

constexpr double bar_margin = 9, bar_top = 7, bar_height = 12, cursor_radius = 6;

}  // namespace

ScrubSlider::ScrubSlider(Session& session, CompareSession& compare, Timeline& timeline, QWidget* parent)
    : QWidget(parent), session_(session), compare_(compare), timeline_(timeline)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip("Drag to move through time. Dark: the training window; light: the prediction beyond it; ticks: the "
               "solver's steps, darker where they crowd");
    setAccessibleName("Time");
    connect(&timeline_, &Timeline::time_changed, this, [this] { update(); });
    connect(&timeline_, &Timeline::range_changed, this, &ScrubSlider::forget_track);
    connect(&session_, &Session::picture_changed, this, &ScrubSlider::forget_track);
    connect(&compare_, &CompareSession::selected_changed, this, &ScrubSlider::forget_track);
    connect(&compare_, &CompareSession::shown_changed, this, &ScrubSlider::forget_track);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &ScrubSlider::forget_track);
}

double ScrubSlider::to_x(double time) const
{
    const double share = (time - timeline_.begin()) / (timeline_.end() - timeline_.begin());
    return bar_margin + std::clamp(share, 0.0, 1.0) * (width() - 2 * bar_margin);
}

void ScrubSlider::seek(double x)
{
    const double share = std::clamp((x - bar_margin) / (width() - 2 * bar_margin), 0.0, 1.0);
    timeline_.set_time(share >= 1 ? timeline_.end() : timeline_.begin() + share * (timeline_.end() - timeline_.begin()));
}

void ScrubSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return;
    // Taken beside its middle the cursor does not jump.
    const double off = event->position().x() - to_x(timeline_.time());
    grip_ = std::abs(off) <= cursor_radius ? off : 0;
    seek(event->position().x() - grip_);
}

void ScrubSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons().testFlag(Qt::LeftButton)) seek(event->position().x() - grip_);
}

void ScrubSlider::mouseReleaseEvent(QMouseEvent*)
{
    grip_ = 0;
}

void ScrubSlider::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    forget_track();
}

void ScrubSlider::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    forget_track();
}

void ScrubSlider::forget_track()
{
    track_ = {};
    update();
}

void ScrubSlider::paint_track()
{
    const Theme& colours = theme();
    track_ = QPixmap(size() * devicePixelRatioF());
    track_.setDevicePixelRatio(devicePixelRatioF());
    track_.fill(Qt::transparent);
    QPainter painter(&track_);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF bar(bar_margin, bar_top, width() - 2 * bar_margin, bar_height);
    painter.setPen(QPen(colours.border, 1));
    painter.setBrush(colours.field);
    painter.drawRoundedRect(bar, 3, 3);
    const auto fill = [&](double from, double to, QColor colour) {
        painter.fillRect(QRectF(QPointF(to_x(from), bar.top() + 0.5), QPointF(to_x(to), bar.bottom() - 0.5)), colour);
    };
    const auto tint = [&](float alpha) {
        QColor colour = colours.accent;
        colour.setAlphaF(alpha);
        return colour;
    };
    // One tick a pixel at most, however many steps there are; where they crowd it is darker.
    std::vector<int> ticks(static_cast<std::size_t>(std::max(1, width())), 0);
    const auto count = [&](const std::vector<double>& times, double epoch) {
        for (const double t : times) {
            const auto pixel = static_cast<std::size_t>(to_x(epoch + t));
            if (pixel < ticks.size()) ++ticks[pixel];
        }
    };
    double window_end = timeline_.end();
    if (const CompareRow* row = compare_.shown() ? compare_.selected() : nullptr) {
        fill(timeline_.begin(), timeline_.end(), tint(0.45F));
        if (row->trace) count(row->trace->times, 0);
    } else if (const auto picture = session_.picture()) {
        const Solution& solution = *picture->solution;
        window_end = solution.window_end();
        fill(solution.begin(), window_end, tint(0.45F));
        if (solution.beyond) fill(window_end, solution.end(), tint(0.12F));
        count(solution.window.times(), solution.data->epoch);
        if (solution.beyond) count(solution.beyond->times(), solution.data->epoch);
    }
    const double most = std::log1p(*std::ranges::max_element(ticks));
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (std::size_t pixel = 0; pixel < ticks.size(); ++pixel) {
        if (ticks[pixel] == 0) continue;
        QColor ink = static_cast<double>(pixel) <= to_x(window_end) ? colours.accepted : colours.muted;
        ink.setAlphaF(static_cast<float>(0.15 + 0.85 * std::log1p(ticks[pixel]) / most));
        painter.setPen(ink);
        painter.drawLine(QPointF(static_cast<double>(pixel), bar.bottom() + 2),
                         QPointF(static_cast<double>(pixel), bar.bottom() + 7));
    }
}

void ScrubSlider::paintEvent(QPaintEvent*)
{
    if (track_.isNull()) paint_track();
    QPainter painter(this);
    painter.drawPixmap(0, 0, track_);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& colours = theme();
    const double x = to_x(timeline_.time());
    painter.setPen(QPen(colours.cursor, 2));
    painter.drawLine(QPointF(x, 2), QPointF(x, height() - 4));
    painter.setPen(QPen(colours.field, 1.5));
    painter.setBrush(colours.cursor);
    painter.drawEllipse(QPointF(x, bar_top + bar_height / 2), cursor_radius, cursor_radius);
}

}  // namespace syzygy
