#pragma once

#include <QDialog>

namespace syzygy {

/// What every key and mouse button does: made from the table of actions and the few things a mouse can do.
class KeysDialog : public QDialog {
    Q_OBJECT
public:
    explicit KeysDialog(QWidget* parent = nullptr);
};

}  // namespace syzygy
