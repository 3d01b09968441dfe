#pragma once

#include <QWidget>

namespace syzygy {

/// Two handles on a track: the begin and end of a range. The band between them can be dragged as a whole; the arrow
/// keys move the handle that was touched last.
class RangeSlider : public QWidget {
    Q_OBJECT
public:
    explicit RangeSlider(QWidget* parent = nullptr);

    /// What the track spans.
    void set_limits(double lowest, double highest);
    void set_range(double begin, double end);
    double begin() const { return begin_; }
    double end() const { return end_; }

    QSize sizeHint() const override { return {160, 24}; }
    QSize minimumSizeHint() const override { return {80, 24}; }

Q_SIGNALS:
    /// By hand.
    void moved(double begin, double end);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Part { none, begin, end, band };
    double to_x(double value) const;
    double to_value(double x) const;
    Part part_at(double x) const;
    void move(Part part, double begin, double end);

    double lowest_ = 0, highest_ = 1, begin_ = 0, end_ = 1;
    Part held_ = Part::none, last_ = Part::end;
    double press_x_ = 0, press_begin_ = 0, press_end_ = 0;
};

}  // namespace syzygy
