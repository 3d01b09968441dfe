#pragma once

#include <qcustomplot.h>

#include <functional>
#include <vector>

namespace syzygy {

/// Something that a function draws, on a layer of a plot; clipped to an axis rect where one is given, and hidden with
/// it.
class Painted : public QCPLayerable {
public:
    using Draw = std::function<void(QCPPainter&)>;
    Painted(QCustomPlot* plot, const QString& layer, Draw draw, QCPAxisRect* clip = nullptr)
        : QCPLayerable(plot, layer, clip), draw_(std::move(draw)), clip_(clip)
    {
    }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    QRect clipRect() const override { return clip_ ? clip_->rect() : QCPLayerable::clipRect(); }
    void draw(QCPPainter* painter) override { draw_(*painter); }

private:
    Draw draw_;
    QCPAxisRect* clip_;
};

/// One entry of the line above a plot: what is drawn in which colour, and its value at the cursor.
struct HeadlineEntry {
    enum class Mark { none, line, dashed, disc, triangle, square, cross, band, ring, dotted };
    QColor colour;
    Mark mark = Mark::none;
    QString name, value;
    QString brief{};     ///< the name where there is little room
    bool spare = false;  ///< left out where there is too little
};

/// The line above a plot: legend and readout in one. Where there is little room, names become brief, spare entries go,
/// then values.
class Headline : public QCPLayoutElement {
public:
    explicit Headline(QCustomPlot* plot);

    void set_entries(std::vector<HeadlineEntry> entries) { entries_ = std::move(entries); }
    void set_style(const QFont& font, const QColor& text, const QColor& value);
    /// Width at the right that belongs to controls.
    void set_reserved(int width) { reserved_ = width; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override;
    QSize minimumOuterSizeHint() const override;
    QSize maximumOuterSizeHint() const override;

private:
    int height() const;

    std::vector<HeadlineEntry> entries_;
    QFont font_;
    QColor text_, value_;
    int reserved_ = 0;
};

}  // namespace syzygy
