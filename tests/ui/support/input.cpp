#include "tests/ui/support/input.hpp"

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QMenu>
#include <QScreen>
#include <QScrollArea>
#include <QThread>
#include <QWindow>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

// Last: its macros are common words.
#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#undef KeyPress
#undef KeyRelease
#undef None

namespace syzygy::testing {
namespace {

constexpr std::chrono::milliseconds to_arrive{2000};

/// Counts what came in from the server.
class Arrivals : public QObject {
public:
    Arrivals() { qApp->installEventFilter(this); }
    bool eventFilter(QObject*, QEvent* event) override
    {
        if (!event->spontaneous()) return false;
        switch (event->type()) {
        case QEvent::MouseButtonPress:
        case QEvent::MouseButtonDblClick:
        case QEvent::MouseButtonRelease:
        case QEvent::Wheel:
        case QEvent::KeyPress:
        case QEvent::ShortcutOverride:
        case QEvent::KeyRelease: ++count; break;
        default: break;
        }
        return false;
    }
    int count = 0;
};

Display* server()
{
    static Display* const display = XOpenDisplay(nullptr);
    return display;
}

Arrivals& arrivals()
{
    static auto* const all = new Arrivals;  // goes with the application's end, which no object of ours outlives
    return *all;
}

bool any_window()
{
    const auto windows = QGuiApplication::topLevelWindows();
    return std::any_of(windows.begin(), windows.end(), [](const QWindow* window) { return window->isVisible(); });
}

// Sends what was faked and waits for it to be handled. It may have been for nobody, as when the key before it closed
// the window: then it is given up.
template <class Fake>
void fake(const Fake& send, int expected = 1)
{
    const int before = arrivals().count;
    send();
    XSync(server(), False);
    if (expected > 0 && wait_until([&] { return arrivals().count >= before + expected || !any_window(); }, to_arrive)) {
        QCoreApplication::processEvents();
        return;
    }
    wait(std::chrono::milliseconds(8));
}

void activate(QWidget& widget)
{
    QWidget* window = widget.window();
    if (QApplication::activePopupWidget() || window->isActiveWindow()) return;
    window->activateWindow();
    if (!wait_until([&] { return window->isActiveWindow(); }, to_arrive))
        ADD_FAILURE() << "the window did not become active";
}

unsigned int number_of(Qt::MouseButton button)
{
    return button == Qt::LeftButton ? 1 : button == Qt::MiddleButton ? 2 : 3;
}

constexpr std::array<std::pair<Qt::Key, KeySym>, 32> named_keys{{
    {Qt::Key_Escape, XK_Escape},
    {Qt::Key_Tab, XK_Tab},
    {Qt::Key_Backtab, XK_Tab},
    {Qt::Key_Backspace, XK_BackSpace},
    {Qt::Key_Return, XK_Return},
    {Qt::Key_Enter, XK_Return},
    {Qt::Key_Insert, XK_Insert},
    {Qt::Key_Delete, XK_Delete},
    {Qt::Key_Home, XK_Home},
    {Qt::Key_End, XK_End},
    {Qt::Key_Left, XK_Left},
    {Qt::Key_Up, XK_Up},
    {Qt::Key_Right, XK_Right},
    {Qt::Key_Down, XK_Down},
    {Qt::Key_PageUp, XK_Page_Up},
    {Qt::Key_PageDown, XK_Page_Down},
    {Qt::Key_Space, XK_space},
    {Qt::Key_F1, XK_F1},
    {Qt::Key_F2, XK_F2},
    {Qt::Key_F3, XK_F3},
    {Qt::Key_F4, XK_F4},
    {Qt::Key_F5, XK_F5},
    {Qt::Key_F6, XK_F6},
    {Qt::Key_F7, XK_F7},
    {Qt::Key_F8, XK_F8},
    {Qt::Key_F9, XK_F9},
    {Qt::Key_F10, XK_F10},
    {Qt::Key_F11, XK_F11},
    {Qt::Key_F12, XK_F12},
    {Qt::Key_Shift, XK_Shift_L},
    {Qt::Key_Control, XK_Control_L},
    {Qt::Key_Alt, XK_Alt_L},
}};

KeySym symbol_of(int key)
{
    for (const auto& [qt, symbol] : named_keys)
        if (qt == key) return symbol;
    if (key >= Qt::Key_A && key <= Qt::Key_Z) return static_cast<KeySym>(key - Qt::Key_A + XK_a);
    return static_cast<KeySym>(key);  // Latin-1 is the same in both
}

/// Modifiers held down as long as it lives.
class Held {
public:
    explicit Held(Qt::KeyboardModifiers modifiers)
    {
        for (const auto& [modifier, symbol] : {std::pair{Qt::ControlModifier, XK_Control_L},
                                               {Qt::AltModifier, XK_Alt_L},
                                               {Qt::ShiftModifier, XK_Shift_L}})
            if (modifiers.testFlag(modifier)) codes_.push_back(XKeysymToKeycode(server(), static_cast<KeySym>(symbol)));
        for (const KeyCode code : codes_) fake([&] { XTestFakeKeyEvent(server(), code, True, 0); });
    }
    ~Held()
    {
        for (const KeyCode code : codes_) fake([&] { XTestFakeKeyEvent(server(), code, False, 0); });
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

private:
    std::vector<KeyCode> codes_;
};

void press_key(KeySym symbol, Qt::KeyboardModifiers modifiers)
{
    const KeyCode code = XKeysymToKeycode(server(), symbol);
    if (code == 0) {
        ADD_FAILURE() << "no key for " << symbol;
        return;
    }
    // What stands on the upper half of its key.
    if (XkbKeycodeToKeysym(server(), code, 0, 0) != symbol && XkbKeycodeToKeysym(server(), code, 0, 1) == symbol)
        modifiers |= Qt::ShiftModifier;
    const Held held(modifiers);
    // Let go at once: a key held while a slow machine draws would repeat.
    fake(
        [&] {
            XTestFakeKeyEvent(server(), code, True, 0);
            XTestFakeKeyEvent(server(), code, False, 0);
        },
        2);
}

// The menus to open for an action, from that of the bar on; false where it is nowhere below.
bool path_to(const QList<QAction*>& actions, const QAction& wanted, std::vector<QAction*>& path)
{
    for (QAction* action : actions) {
        path.push_back(action);
        if (action == &wanted) return true;
        if (QMenu* menu = action->menu()) {
            Q_EMIT menu->aboutToShow();  // some are filled only then
            if (path_to(menu->actions(), wanted, path)) return true;
        }
        path.pop_back();
    }
    return false;
}

}  // namespace

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds timeout)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > timeout.count()) return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        if (condition()) return true;
        QThread::usleep(500);
    }
    return true;
}

void wait(std::chrono::milliseconds time)
{
    QElapsedTimer clock;
    clock.start();
    (void)wait_until([&] { return clock.elapsed() >= time.count(); }, time + std::chrono::seconds(1));
}

void bring_into_reach(QWidget& widget, QPoint point)
{
    QPoint place = widget.mapToGlobal(point);
    QElapsedTimer still;
    still.start();
    (void)wait_until(
        [&] {
            for (QWidget* outer = widget.parentWidget(); outer; outer = outer->parentWidget())
                if (auto* area = qobject_cast<QScrollArea*>(outer); area && area->widget() && area->widget()->isAncestorOf(&widget)) {
                    const QRect seen = area->viewport()->rect();
                    const bool fits = seen.width() >= widget.width() && seen.height() >= widget.height();
                    const QPoint corner = widget.mapTo(area->viewport(), QPoint());
                    const QPoint inside = widget.mapTo(area->widget(), point);
                    if (fits && !seen.contains(QRect(corner, widget.size())))
                        area->ensureWidgetVisible(&widget);
                    else if (!fits && !seen.contains(corner + point))
                        area->ensureVisible(inside.x(), inside.y());
                }
            const QPoint now = widget.mapToGlobal(point);
            const QWidget* top = QApplication::widgetAt(now);
            if (now != place || !top || (top != &widget && !widget.isAncestorOf(top))) still.restart();
            place = now;
            return still.elapsed() >= 30;
        },
        std::chrono::milliseconds(1000));
}

void bring_into_reach(QWidget& widget)
{
    bring_into_reach(widget, widget.rect().center());
}

void move_to(QWidget& widget, QPoint point)
{
    activate(widget);
    const QPoint place = widget.mapToGlobal(point);
    const double scale = widget.devicePixelRatioF();
    fake(
        [&] {
            XTestFakeMotionEvent(server(), -1, static_cast<int>(place.x() * scale), static_cast<int>(place.y() * scale),
                                 0);
        },
        0);
}

void press(Qt::MouseButton button)
{
    fake([&] { XTestFakeButtonEvent(server(), number_of(button), True, 0); });
}

void release(Qt::MouseButton button)
{
    fake([&] { XTestFakeButtonEvent(server(), number_of(button), False, 0); });
}

void click(QWidget& widget, QPoint point, Qt::MouseButton button, Qt::KeyboardModifiers modifiers)
{
    activate(widget);
    bring_into_reach(widget, point);
    move_to(widget, point);
    const Held held(modifiers);
    press(button);
    release(button);
}

void click(QWidget& widget)
{
    click(widget, widget.rect().center());
}

void double_click(QWidget& widget, QPoint point)
{
    move_to(widget, point);
    // At once, so that no slow machine makes two single clicks of it.
    fake([] {
        for (const int down : {True, False, True, False}) XTestFakeButtonEvent(server(), 1, down, 0);
    });
    wait(std::chrono::milliseconds(30));
}

void drag(QWidget& widget, QPoint from, QPoint to, int steps, const std::function<void()>& at_step,
          Qt::MouseButton button, Qt::KeyboardModifiers modifiers)
{
    move_to(widget, from);
    const Held held(modifiers);
    press(button);
    for (int k = 1; k <= steps; ++k) {
        move_to(widget, from + (to - from) * k / steps);
        if (at_step) at_step();
    }
    release(button);
}

void wheel(QWidget& widget, QPoint point, int notches, Qt::KeyboardModifiers modifiers)
{
    move_to(widget, point);
    const Held held(modifiers);
    const unsigned int button = notches > 0 ? 4 : 5;
    for (int k = 0; k < std::abs(notches); ++k)
        fake([&] {
            XTestFakeButtonEvent(server(), button, True, 0);
            XTestFakeButtonEvent(server(), button, False, 0);
        });
}

void key(QWidget& window, const QKeySequence& chord)
{
    activate(window);
    for (int k = 0; k < chord.count(); ++k) press_key(symbol_of(chord[k].key()), chord[k].keyboardModifiers());
}

void type(QWidget& window, const QString& text)
{
    activate(window);
    for (const QChar c : text) press_key(c == QLatin1Char('\n') ? XK_Return : static_cast<KeySym>(c.unicode()), {});
}

bool choose(QMenuBar& bar, QAction& action)
{
    std::vector<QAction*> path;
    if (!path_to(bar.actions(), action, path) || !action.isEnabled() || path.size() < 2) return false;
    click(bar, bar.actionGeometry(path[0]).center());
    for (std::size_t k = 1; k < path.size(); ++k) {
        QMenu* menu = path[k - 1]->menu();
        if (!wait_until([&] { return menu->isVisible(); }, to_arrive)) return false;
        click(*menu, menu->actionGeometry(path[k]).center());
    }
    return true;
}

}  // namespace syzygy::testing
