#include "ui/compare/veil.hpp"

#include "ui/compare/compare_session.hpp"
#include "ui/theme/theme.hpp"

#include <QEvent>

namespace syzygy {

void draw_veil(QPainter& painter, const QRectF& area, const QFont& font, const QString& text)
{
    QColor veil = theme().plot;
    veil.setAlphaF(0.78F);
    painter.save();
    painter.fillRect(area, veil);
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    constexpr int flags = Qt::AlignCenter | Qt::TextWordWrap;
    const QRectF room = area.adjusted(16, 8, -16, -8);
    const QRectF place =
        QFontMetricsF(bold, painter.device()).boundingRect(room, flags, text).adjusted(-10, -5, 10, 5) & area;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().accent, 1.2));
    painter.setBrush(theme().plot);
    painter.drawRoundedRect(place, 4, 4);
    painter.setFont(bold);
    painter.setPen(theme().text);
    painter.drawText(room, flags, text);
    painter.restore();
}

CompareVeil::CompareVeil(CompareSession& compare, QWidget& over) : QWidget(&over), compare_(compare)
{
    setObjectName("compare-veil");
    setAttribute(Qt::WA_TransparentForMouseEvents);
    over.installEventFilter(this);
    connect(&compare_, &CompareSession::outdated_changed, this, &CompareVeil::follow);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { update(); });
    follow();
}

void CompareVeil::follow()
{
    setGeometry(parentWidget()->rect());
    setVisible(!compare_.outdated().isEmpty());
    raise();
    update();
}

bool CompareVeil::eventFilter(QObject* object, QEvent* event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize) setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(object, event);
}

void CompareVeil::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    draw_veil(painter, rect(), font(), compare_.outdated());
}

}  // namespace syzygy
