#include "ui/forms/field.hpp"

#include "core/base/error.hpp"
#include "core/base/option_text.hpp"
#include "ui/theme/theme.hpp"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>

#include <cmath>

namespace syzygy {

namespace {

constexpr int handle_width = 18;
constexpr int drag_threshold = 3;

}  // namespace

Field::Field(QWidget* parent) : QLineEdit(parent)
{
    setFont(number_font());
    setMouseTracking(true);
    connect(this, &QLineEdit::textEdited, this, [this] { mark(broken_rule()); });
    connect(this, &QLineEdit::editingFinished, this, [this] {
        if (isModified()) commit();
    });
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] {
        setFont(number_font());
        update();
    });
}

void Field::set_scrub(std::optional<ScrubRule> rule)
{
    scrub_ = rule;
    setTextMargins(0, 0, scrub_ ? handle_width - 4 : 0, 0);
}

void Field::set_unit(const QString& unit)
{
    unit_ = unit;
    update();
}

void Field::set_help(const QString& help)
{
    help_ = help;
    if (rule_.isEmpty()) setToolTip(help_);
}

void Field::show_value(const QString& text)
{
    if (text == shown_) return;
    shown_ = text;
    if (hasFocus() && isModified()) return;
    setText(text);
    setCursorPosition(0);
    setModified(false);
    mark({});
}

void Field::refuse(const QString& rule, const QString& applied)
{
    shown_ = applied;
    mark(rule);
}

void Field::mark(const QString& rule)
{
    if (rule == rule_) return;
    rule_ = rule;
    setToolTip(rule_.isEmpty() ? help_ : rule_);
    update();
    Q_EMIT rule_changed(rule_);
}

QSize Field::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 14, QLineEdit::sizeHint().height()};
}

QSize Field::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 7, QLineEdit::minimumSizeHint().height()};
}

QString Field::broken_rule() const
{
    if (!check_) return {};
    try {
        check_(text().trimmed().toStdString());
        return {};
    } catch (const ArgumentError& error) {
        return QString::fromStdString(error.rule());
    }
}

void Field::commit()
{
    mark(broken_rule());
    if (!rule_.isEmpty()) return;
    setModified(false);
    shown_ = text();
    Q_EMIT entered(text().trimmed());
}

QRect Field::handle() const
{
    return scrub_ ? QRect(width() - handle_width - 1, 1, handle_width, height() - 2) : QRect();
}

bool Field::event(QEvent* event)
{
    // Before the window's own use of the key.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void Field::paintEvent(QPaintEvent* event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& colours = theme();
    if (scrub_) {
        const QPointF centre = QRectF(handle()).center();
        const bool vertical = scrub_->scale == ScrubRule::Scale::integer;
        painter.setPen(QPen(!isEnabled() ? colours.disabled : over_handle_ || held() ? colours.accent : colours.muted, 1.3,
                            Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        for (const int side : {-1, 1}) {
            const auto at = [&](double along, double across) {
                const double forward = side * along;
                return centre + (vertical ? QPointF(across, forward) : QPointF(forward, across));
            };
            painter.drawPolyline(QPolygonF({at(2.5, -2.5), at(5, 0), at(2.5, 2.5)}));
        }
    }
    if (!unit_.isEmpty() && !text().isEmpty()) {
        const double right = scrub_ ? handle().left() : width() - 6;
        const double taken = 10 + fontMetrics().horizontalAdvance(text()), wanted = fontMetrics().horizontalAdvance(unit_);
        if (taken + wanted < right) {
            painter.setPen(colours.muted);
            painter.drawText(QRectF(0, 0, right, height()), Qt::AlignRight | Qt::AlignVCenter, unit_);
        }
    }
    if (!rule_.isEmpty()) {
        painter.setPen(QPen(colours.error, 1.5));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
    }
}

void Field::move_to(double value)
{
    const QString next = QString::fromStdString(scrub_->scale == ScrubRule::Scale::integer
                                                    ? value_text(static_cast<long>(value))
                                                    : value_text(value));
    if (next == text()) return;
    setText(next);
    setModified(true);
    commit();
}

void Field::step(int direction)
{
    bool is_number = false;
    const double value = text().toDouble(&is_number);
    if (is_number && isEnabled() && !isReadOnly()) move_to(stepped(*scrub_, value, direction));
}

void Field::mousePressEvent(QMouseEvent* event)
{
    bool is_number = false;
    const double value = text().toDouble(&is_number);
    if (event->button() != Qt::LeftButton || !handle().contains(event->pos())) return QLineEdit::mousePressEvent(event);
    if (!is_number) return;
    press_x_ = event->position().x();
    press_value_ = value;
    moved_ = false;
    update();
}

void Field::mouseMoveEvent(QMouseEvent* event)
{
    const bool over = handle().contains(event->pos());
    if (over != over_handle_) {
        over_handle_ = over;
        setCursor(over ? Qt::SizeHorCursor : Qt::IBeamCursor);
        update();
    }
    if (!press_x_) return QLineEdit::mouseMoveEvent(event);
    const double pixels = event->position().x() - *press_x_;
    moved_ = moved_ || std::abs(pixels) >= drag_threshold;
    if (moved_) move_to(scrubbed(*scrub_, press_value_, pixels, event->modifiers().testFlag(Qt::ShiftModifier)));
}

void Field::mouseReleaseEvent(QMouseEvent* event)
{
    if (!press_x_) return QLineEdit::mouseReleaseEvent(event);
    if (!moved_) {
        const QPointF from_centre = event->position() - QRectF(handle()).center();
        step(scrub_->scale == ScrubRule::Scale::integer ? (from_centre.y() < 0 ? 1 : -1) : (from_centre.x() < 0 ? -1 : 1));
    }
    press_x_.reset();
    update();
    Q_EMIT released();
}

void Field::mouseDoubleClickEvent(QMouseEvent* event)
{
    // On the handle it is a second click.
    if (handle().contains(event->pos()))
        mousePressEvent(event);
    else
        QLineEdit::mouseDoubleClickEvent(event);
}

void Field::wheelEvent(QWheelEvent* event)
{
    // Without the focus the wheel is the panel's: it scrolls.
    if (!scrub_ || !hasFocus() || event->angleDelta().y() == 0) {
        event->ignore();
        return;
    }
    step(event->angleDelta().y() > 0 ? 1 : -1);
    event->accept();
}

void Field::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        if (isModified() || !rule_.isEmpty()) {
            setText(shown_);
            setModified(false);
            mark({});
        } else
            clearFocus();
    } else if (scrub_ && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down))
        step(event->key() == Qt::Key_Up ? 1 : -1);
    else
        QLineEdit::keyPressEvent(event);
}

}  // namespace syzygy
