#pragma once

#include <QColor>
#include <QWidget>

#include <optional>

namespace syzygy {

/// A slider for a positive number whose size is unknown: its middle is the number, its ends half and twice that. Let
/// go, it has the number in its middle again, so the hand reaches any size. Shift: ten times finer.
class FactorSlider : public QWidget {
    Q_OBJECT
public:
    explicit FactorSlider(QWidget* parent = nullptr);

    void set_value(double value);
    /// Drawn as a tick, where known and within reach.
    void set_truth(std::optional<double> truth);
    /// Of the handle.
    void set_colour(const QColor& colour);
    bool held() const { return held_; }

    QSize sizeHint() const override { return {120, 22}; }
    QSize minimumSizeHint() const override { return {60, 22}; }

Q_SIGNALS:
    void moved(double value);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    double to_x(double value) const;
    void move(double value);

    double value_ = 1, middle_ = 1;
    std::optional<double> truth_;
    QColor colour_;
    bool held_ = false;
    double last_x_ = 0;
};

}  // namespace syzygy
