#pragma once

#include <QKeyEvent>

namespace syzygy {

/// The arrow keys are the window's as well; with the focus they are the slider's. True where the event asked about one:
/// it is then accepted, and its key comes to the slider.
inline bool keeps_arrow_keys(QEvent& event)
{
    if (event.type() != QEvent::ShortcutOverride) return false;
    const int key = static_cast<QKeyEvent&>(event).key();
    if (key != Qt::Key_Left && key != Qt::Key_Right) return false;
    event.accept();
    return true;
}

}  // namespace syzygy
