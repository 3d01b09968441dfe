#include "ui/forms/reset_button.hpp"

#include "ui/theme/theme.hpp"

#include <QPainter>
#include <QPainterPath>

namespace syzygy {

ResetButton::ResetButton(QWidget* parent) : QAbstractButton(parent)
{
    setFixedSize(sizeHint());
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    set_active(false);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { update(); });
}

void ResetButton::set_active(bool active)
{
    setEnabled(active);
    setCursor(active ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setAccessibleName(active ? "Back to the default" : "");
    update();
}

void ResetButton::paintEvent(QPaintEvent*)
{
    if (!isEnabled()) return;
    const Theme& colours = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(underMouse() || hasFocus() ? colours.accent : colours.muted, 1.4, Qt::SolidLine, Qt::RoundCap,
                        Qt::RoundJoin));
    // Three quarters of a circle that end in an arrow head at the left.
    const QPointF centre = QRectF(rect()).center();
    const QRectF circle(centre - QPointF(4.5, 4.5), QSizeF(9, 9));
    QPainterPath path;
    path.arcMoveTo(circle, 150);
    path.arcTo(circle, 150, -290);
    painter.drawPath(path);
    QPainterPath start;
    start.arcMoveTo(circle, 150);
    const QPointF tip = start.currentPosition();
    painter.drawPolyline(QPolygonF({tip + QPointF(-0.6, -3.6), tip, tip + QPointF(3.6, -0.6)}));
}

}  // namespace syzygy
