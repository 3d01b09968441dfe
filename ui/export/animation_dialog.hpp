#pragma once

#include "ui/export/animation.hpp"
#include "ui/export/file_dialogs.hpp"
#include "ui/session/session.hpp"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace syzygy {

/// What to animate, how many frames of what size, and whether as one animated PNG or as single files.
class AnimationDialog : public QDialog {
    Q_OBJECT
public:
    /// `view` is the orbit view, `window` the whole window.
    AnimationDialog(View& view, QWidget& window, Session& session, Timeline& timeline, Background& background, Say say,
                    QWidget* parent = nullptr);

private:
    void refresh();
    void write();

    View& view_;
    QWidget& window_;
    Session& session_;
    Timeline& timeline_;
    Background& background_;
    Say say_;
    QComboBox *what_, *form_;
    QSpinBox *frames_, *width_, *height_;
    QDoubleSpinBox* rate_;
    QCheckBox* palette_;
    QLabel* length_;
};

}  // namespace syzygy
