#include "ui/forms/disclosure.hpp"

#include "ui/theme/theme.hpp"

#include <QEvent>
#include <QPainter>
#include <QSettings>

namespace syzygy {

Disclosure::Disclosure(const QString& title, Level level, const QString& key, bool open, QWidget* parent)
    : QAbstractButton(parent), level_(level), key_(key)
{
    setText(title);
    setCheckable(true);
    setChecked(key_.isEmpty() ? open : QSettings().value(key_, open).toBool());
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::toggled, this, [this](bool is_open) {
        if (body_) body_->setVisible(is_open);
        if (!key_.isEmpty()) QSettings().setValue(key_, is_open);
    });
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { update(); });
}

void Disclosure::set_body(QWidget* body)
{
    body_ = body;
    body_->setVisible(isChecked());
}

void Disclosure::set_summary(const QString& summary)
{
    if (summary == summary_) return;
    summary_ = summary;
    update();
}

QFont Disclosure::title_font() const
{
    QFont own = font();
    if (level_ == Level::section) own.setWeight(QFont::DemiBold);
    return own;
}

QSize Disclosure::sizeHint() const
{
    const QFontMetrics metrics(title_font());
    return {metrics.horizontalAdvance(text()) + 24, metrics.height() + (level_ == Level::section ? 12 : 6)};
}

QSize Disclosure::minimumSizeHint() const
{
    return sizeHint();
}

bool Disclosure::event(QEvent* event)
{
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave || event->type() == QEvent::Enter ||
        event->type() == QEvent::Leave)
        update();
    return QAbstractButton::event(event);
}

void Disclosure::paintEvent(QPaintEvent*)
{
    const Theme& colours = theme();
    const bool section = level_ == Level::section;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (section) {
        painter.setPen(colours.border);
        painter.drawLine(QPointF(0, 0.5), QPointF(width(), 0.5));
    }
    const QColor ink = underMouse() || hasFocus() ? colours.accent : section ? colours.text : colours.muted;
    const QPointF centre(6, height() / 2.0);
    painter.setPen(QPen(underMouse() || hasFocus() ? colours.accent : colours.muted, 1.5, Qt::SolidLine, Qt::RoundCap,
                        Qt::RoundJoin));
    painter.drawPolyline(isChecked()
                             ? QPolygonF({centre + QPointF(-3.5, -2), centre + QPointF(0, 2), centre + QPointF(3.5, -2)})
                             : QPolygonF({centre + QPointF(-2, -3.5), centre + QPointF(2, 0), centre + QPointF(-2, 3.5)}));
    painter.setFont(title_font());
    painter.setPen(ink);
    const int left = 16, title_width = painter.fontMetrics().horizontalAdvance(text());
    painter.drawText(QRect(left, 0, width() - left, height()), Qt::AlignLeft | Qt::AlignVCenter, text());
    const int room = width() - left - title_width - 16;
    if (summary_.isEmpty() || room < 24) return;
    painter.setFont(font());
    painter.setPen(colours.muted);
    painter.drawText(QRect(width() - room, 0, room, height()), Qt::AlignRight | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(summary_, Qt::ElideRight, room));
}

}  // namespace syzygy
