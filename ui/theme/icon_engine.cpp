#include "ui/theme/icon_engine.hpp"

#include "ui/theme/theme.hpp"

#include <QFile>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace syzygy {

SvgIconEngine::SvgIconEngine(const QString& file) : file_(file)
{
    QFile source(file);
    if (source.open(QIODevice::ReadOnly)) svg_ = source.readAll();
}

void SvgIconEngine::paint(QPainter* painter, const QRect& place, QIcon::Mode mode, QIcon::State)
{
    if (svg_.isEmpty()) return;
    const QColor color = mode == QIcon::Disabled ? theme().disabled : theme().text;
    QSvgRenderer renderer(QByteArray(svg_).replace("currentColor", color.name().toLatin1()));
    const int side = std::min(place.width(), place.height());
    QRectF square(0, 0, side, side);
    square.moveCenter(QRectF(place).center());
    renderer.render(painter, square);
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    const QString key = QStringLiteral("syzygy %1 %2x%3 %4 %5")
                            .arg(file_)
                            .arg(size.width())
                            .arg(size.height())
                            .arg(mode == QIcon::Disabled)
                            .arg(theme().dark);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    pixmap = QPixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QString SvgIconEngine::key() const
{
    return QStringLiteral("syzygy-svg");
}
QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

}  // namespace syzygy
