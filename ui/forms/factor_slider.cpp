#include "ui/forms/factor_slider.hpp"

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

/// Ends of the track: the middle times or over this.
constexpr double reach = 2;

/// Six digits are finer than a pixel, and read well.
double tidy(double value)
{
    const double power = std::pow(10, 5 - std::floor(std::log10(value)));
    return power > 0 && std::isfinite(power) ? std::round(value * power) / power : value;
}

}  // namespace

FactorSlider::FactorSlider(QWidget* parent) : QWidget(parent), colour_(theme().accent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::SizeHorCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { update(); });
}

void FactorSlider::set_value(double value)
{
    if (held_ || value == value_) return;
    value_ = middle_ = value;
    setEnabled(value > 0);
    update();
}

void FactorSlider::set_truth(std::optional<double> truth)
{
    if (truth == truth_) return;
    truth_ = truth;
    update();
}

void FactorSlider::set_colour(const QColor& colour)
{
    colour_ = colour;
    update();
}

double FactorSlider::to_x(double value) const
{
    if (!(value > 0) || !(middle_ > 0)) return width() / 2.0;
    return width() / 2.0 + std::log(value / middle_) / std::log(reach) * (width() / 2.0 - slider_margin);
}

void FactorSlider::move(double value)
{
    if (!(value > 0) || !std::isfinite(value)) return;
    value_ = value;
    update();
    Q_EMIT moved(tidy(value_));
}

void FactorSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return;
    held_ = true;
    last_x_ = event->position().x();
    // A press on the track brings the handle there.
    if (std::abs(last_x_ - to_x(value_)) > slider_handle_radius + 3)
        move(middle_ * std::pow(reach, (last_x_ - width() / 2.0) / (width() / 2.0 - slider_margin)));
    update();
}

void FactorSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (!held_) return;
    const double x = event->position().x();
    const double pixels = (x - last_x_) * (event->modifiers().testFlag(Qt::ShiftModifier) ? 0.1 : 1);
    last_x_ = x;
    move(value_ * std::pow(reach, pixels / (width() / 2.0 - slider_margin)));
}

void FactorSlider::mouseReleaseEvent(QMouseEvent*)
{
    held_ = false;
    value_ = middle_ = tidy(value_);
    update();
}

bool FactorSlider::event(QEvent* event)
{
    return keeps_arrow_keys(*event) || QWidget::event(event);
}

void FactorSlider::keyPressEvent(QKeyEvent* event)
{
    const int direction = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (direction == 0) return QWidget::keyPressEvent(event);
    move(value_ * std::pow(1 + (event->modifiers().testFlag(Qt::ShiftModifier) ? 0.001 : 0.01), direction));
    middle_ = value_;
}

void FactorSlider::paintEvent(QPaintEvent*)
{
    const Theme& colours = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0, centre = width() / 2.0;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.border);
    painter.drawRoundedRect(QRectF(slider_margin, middle - 2, width() - 2 * slider_margin, 4), 2, 2);
    // From where the hand took it to where it is.
    const double x = std::clamp(to_x(value_), slider_margin, width() - slider_margin);
    painter.setBrush(isEnabled() ? colour_ : colours.disabled);
    painter.drawRoundedRect(QRectF(std::min(x, centre), middle - 2, std::abs(x - centre), 4), 2, 2);
    if (truth_ && *truth_ > 0) {
        const double at = to_x(*truth_);
        if (at > slider_margin && at < width() - slider_margin) {
            painter.setPen(QPen(colours.text, 1.5));
            painter.drawLine(QPointF(at, middle - 8), QPointF(at, middle + 8));
        }
    }
    painter.setPen(QPen(isEnabled() ? colour_ : colours.disabled, hasFocus() ? 2.5 : 1.5));
    painter.setBrush(held_ ? colour_ : colours.field);
    painter.drawEllipse(QPointF(x, middle), slider_handle_radius, slider_handle_radius);
}

}  // namespace syzygy
