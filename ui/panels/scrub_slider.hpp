#pragma once

#include "ui/compare/compare_session.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"

#include <QPixmap>
#include <QWidget>

namespace syzygy {

/// The range that can be played, to be dragged through: the training window, the prediction beyond it, the solver's
/// steps as ticks, and the time that all views share.
class ScrubSlider : public QWidget {
    Q_OBJECT
public:
    ScrubSlider(Session& session, CompareSession& compare, Timeline& timeline, QWidget* parent);
    QSize sizeHint() const override { return {320, 32}; }
    QSize minimumSizeHint() const override { return {120, 32}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    double to_x(double time) const;
    void seek(double x);
    void paint_track();
    void forget_track();

    Session& session_;
    CompareSession& compare_;
    Timeline& timeline_;
    QPixmap track_;  ///< all but the cursor; null: to be painted
    double grip_ = 0;
};

}  // namespace syzygy
