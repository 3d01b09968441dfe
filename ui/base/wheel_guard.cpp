#include "ui/base/wheel_guard.hpp"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QPointer>
#include <QScrollBar>
#include <QTabBar>

namespace syzygy {

namespace {

/// A widget whose value Qt changes under the wheel. A scroll bar is there to be scrolled.
bool has_a_value(const QObject* object)
{
    return qobject_cast<const QComboBox*>(object) || qobject_cast<const QAbstractSpinBox*>(object) ||
           qobject_cast<const QTabBar*>(object) ||
           (qobject_cast<const QAbstractSlider*>(object) && !qobject_cast<const QScrollBar*>(object));
}

/// Qt gives the focus before it hands over the wheel: here it must not.
void deny_focus(QWidget& widget)
{
    if (widget.focusPolicy() == Qt::WheelFocus) widget.setFocusPolicy(Qt::StrongFocus);
}

class WheelGuard : public QObject {
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* object, QEvent* event) override
    {
        const bool wheel = event->type() == QEvent::Wheel;
        if ((!wheel && event->type() != QEvent::Polish) || !has_a_value(object)) return false;
        auto& widget = static_cast<QWidget&>(*object);
        if (!wheel) {
            deny_focus(widget);
            return false;
        }
        if (widget.hasFocus()) return false;
        // Left over, it goes on to the parent.
        event->ignore();
        return true;
    }
};

}  // namespace

void guard_wheel()
{
    static QPointer<WheelGuard> guard;
    if (guard) return;
    guard = new WheelGuard(qApp);
    qApp->installEventFilter(guard);
    // Those that were there before it.
    for (QWidget* widget : QApplication::allWidgets())
        if (has_a_value(widget)) deny_focus(*widget);
}

}  // namespace syzygy
