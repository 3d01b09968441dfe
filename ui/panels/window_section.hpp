#pragma once

#include "ui/session/session.hpp"

#include <QWidget>

namespace syzygy {

class Field;
class Note;
class RangeSlider;

/// Which part of the data is fitted, and how far the model is shown beyond it. All of it live.
class WindowSection : public QWidget {
    Q_OBJECT
public:
    WindowSection(Session& session, QWidget* parent);

private:
    void show_data();
    void show_window();
    void show_horizon();
    void show_picture();
    void set_window(double begin, double end);
    void enter_window(Field& field);
    void enter_horizon(const QString& text);

    Session& session_;
    RangeSlider* slider_;
    Field *begin_, *end_, *horizon_;
    Note *rows_, *error_;
};

}  // namespace syzygy
