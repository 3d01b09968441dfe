#pragma once

#include <QObject>

namespace syzygy {

/// Lets a control that has the focus keep the keys that work it (Space of a check box, arrows of a list), which are
/// the window's shortcuts otherwise. A filter of the application's events.
class FocusKeys : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    bool eventFilter(QObject* object, QEvent* event) override;
};

}  // namespace syzygy
