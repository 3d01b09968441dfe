#pragma once

#include <QPainter>
#include <QRectF>
#include <QString>
#include <QWidget>

namespace syzygy {

class CompareSession;

/// Fades what is drawn in the area and writes across it why it does not hold.
void draw_veil(QPainter& painter, const QRectF& area, const QFont& font, const QString& text);

/// Lies over all of a widget while the rows of a comparison are not those of the settings. The mouse goes through it.
class CompareVeil : public QWidget {
    Q_OBJECT
public:
    CompareVeil(CompareSession& compare, QWidget& over);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void follow();

    CompareSession& compare_;
};

}  // namespace syzygy
