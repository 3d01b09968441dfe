#include "ui/forms/painted_sheet.hpp"

#include "ui/theme/theme.hpp"

#include <QPainter>
#include <QScrollArea>

#include <cmath>

namespace syzygy {

PaintedSheet::PaintedSheet(Paint paint, QScrollArea* scroll) : QWidget(scroll), paint_(std::move(paint))
{
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(this);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &PaintedSheet::measure);
}

void PaintedSheet::measure()
{
    const int height = static_cast<int>(std::ceil(paint_(nullptr, size())));
    if (height != minimumHeight()) setMinimumHeight(height);
    update();
}

void PaintedSheet::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    paint_(&painter, size());
}

}  // namespace syzygy
