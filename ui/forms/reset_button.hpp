#pragma once

#include <QAbstractButton>

namespace syzygy {

/// A small arrow back; keeps its place where there is nothing to go back to.
class ResetButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit ResetButton(QWidget* parent = nullptr);
    void set_active(bool active);
    QSize sizeHint() const override { return {14, 18}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace syzygy
