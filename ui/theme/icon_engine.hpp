#pragma once

#include <QIconEngine>
#include <QString>

namespace syzygy {

/// Draws an icon of assets/icons at the size asked for (so it is sharp at any scaling) in the colours of the theme
/// in force when it is drawn.
class SvgIconEngine : public QIconEngine {
public:
    /// `file` is that of a resource; "currentColor" in it becomes the colour of text.
    explicit SvgIconEngine(const QString& file);

    void paint(QPainter* painter, const QRect& place, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    bool isNull() override { return svg_.isEmpty(); }
    QString key() const override;
    QIconEngine* clone() const override;

private:
    QString file_;
    QByteArray svg_;
};

}  // namespace syzygy
