#pragma once

#include "ui/forms/scrub.hpp"

#include <QLineEdit>

#include <functional>
#include <optional>
#include <string>

namespace syzygy {

/// A line of text that checks what is typed: a wrong entry is marked, its rule is the tooltip, and it is not applied;
/// Esc brings the applied one back, and a second Esc leaves the field. A number has a handle at its right end: drag it, click it, or use the wheel and
/// the arrow keys (Shift: finer).
class Field : public QLineEdit {
    Q_OBJECT
public:
    explicit Field(QWidget* parent = nullptr);

    /// Throws ArgumentError for an entry that is wrong.
    void set_check(std::function<void(const std::string&)> check) { check_ = std::move(check); }
    /// Lets the number be dragged.
    void set_scrub(std::optional<ScrubRule> rule);
    /// Written at the right end where there is room.
    void set_unit(const QString& unit);
    /// What the tooltip says while the entry is right.
    void set_help(const QString& help);

    /// Shows an applied value. An entry that is being typed, and one that is wrong, stay until the value changes.
    void show_value(const QString& text);
    /// Marks the entry; "" takes the mark away.
    void mark(const QString& rule);
    /// What was entered could not be applied: `applied` is still in force.
    void refuse(const QString& rule, const QString& applied);
    const QString& rule() const { return rule_; }
    /// True while the handle is held.
    bool held() const { return press_x_.has_value(); }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A right entry, to be applied: Enter, focus leaves, or the handle moves.
    void entered(const QString& text);
    void rule_changed(const QString& rule);
    void released();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRect handle() const;
    QString broken_rule() const;
    void commit();
    void move_to(double value);
    void step(int direction);

    std::function<void(const std::string&)> check_;
    std::optional<ScrubRule> scrub_;
    QString unit_, help_, rule_, shown_;
    std::optional<double> press_x_;
    double press_value_ = 0;
    bool moved_ = false, over_handle_ = false;
};

}  // namespace syzygy
