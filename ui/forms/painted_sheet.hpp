#pragma once

#include <QWidget>

#include <functional>

class QPainter;
class QScrollArea;

namespace syzygy {

/// A page that is painted, in a scroll area: as wide as that and as high as what is painted on it.
class PaintedSheet : public QWidget {
public:
    /// Paints for that size and returns the height it takes. Without a painter it only measures.
    using Paint = std::function<double(QPainter*, QSize)>;

    PaintedSheet(Paint paint, QScrollArea* scroll);

    /// Again: what is painted has changed.
    void measure();

protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override { measure(); }

private:
    Paint paint_;
};

}  // namespace syzygy
