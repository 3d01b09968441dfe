#include "ui/window/focus_keys.hpp"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QKeyEvent>

namespace syzygy {

bool FocusKeys::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride) return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->modifiers() != Qt::NoModifier) return false;
    bool keeps = false;
    if (qobject_cast<QAbstractButton*>(object)) {
        keeps = key->key() == Qt::Key_Space;
    } else if (qobject_cast<QComboBox*>(object) || qobject_cast<QAbstractItemView*>(object)) {
        static constexpr std::array keys{Qt::Key_Space, Qt::Key_Left, Qt::Key_Right, Qt::Key_Home, Qt::Key_End};
        keeps = std::find(keys.begin(), keys.end(), key->key()) != keys.end();
    }
    if (keeps) event->accept();
    return keeps;
}

}  // namespace syzygy
