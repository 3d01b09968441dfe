#pragma once

#include <QAction>
#include <QKeySequence>
#include <QMenuBar>
#include <QPoint>
#include <QString>
#include <QWidget>

#include <chrono>
#include <functional>

/// A hand: moves the X server's own pointer and presses its keys (XTest), so that an event takes the whole way from
/// the server through the window to the widget that lies there. Each call returns once the events were handled.
/// Points are in the widget; without one, its middle. Windows have no frame and no manager: the window of the widget
/// is made the active one where it is not.
namespace syzygy::testing {

/// Handles events until the condition holds; false where it does not within the time.
[[nodiscard]] bool wait_until(const std::function<bool()>& condition,
                              std::chrono::milliseconds timeout = std::chrono::seconds(20));
/// Handles events for that long.
void wait(std::chrono::milliseconds time);

/// Scrolls to the point of the widget and waits until it lies still and nothing covers it: what has just been filled or shown
/// is laid out by events that come later. Given up after a second.
void bring_into_reach(QWidget& widget, QPoint point);
void bring_into_reach(QWidget& widget);
void move_to(QWidget& widget, QPoint point);
void press(Qt::MouseButton button = Qt::LeftButton);
void release(Qt::MouseButton button = Qt::LeftButton);
/// Where a person clicks: brought into reach.
void click(QWidget& widget, QPoint point, Qt::MouseButton button = Qt::LeftButton,
           Qt::KeyboardModifiers modifiers = {});
void click(QWidget& widget);
void double_click(QWidget& widget, QPoint point);
/// Presses at `from`, moves in even steps to `to`, calling `at_step` after each, and lets go.
void drag(QWidget& widget, QPoint from, QPoint to, int steps = 10, const std::function<void()>& at_step = {},
          Qt::MouseButton button = Qt::LeftButton, Qt::KeyboardModifiers modifiers = {});
/// Positive: away from the hand.
void wheel(QWidget& widget, QPoint point, int notches, Qt::KeyboardModifiers modifiers = {});

/// One chord: "Ctrl+Shift+S", "Space", "Shift+Left".
void key(QWidget& window, const QKeySequence& chord);
/// Text, key by key, to whatever has the focus in the window.
void type(QWidget& window, const QString& text);

/// Opens the menus that lead to the action and clicks it, as a person does. False where no menu of the bar has it or
/// it is disabled.
[[nodiscard]] bool choose(QMenuBar& bar, QAction& action);

}  // namespace syzygy::testing
