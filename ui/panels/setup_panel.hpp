#pragma once

#include "ui/actions/actions.hpp"
#include "ui/session/session.hpp"

#include <QWidget>

class QComboBox;
class QVBoxLayout;

namespace syzygy {

class Disclosure;

/// What to fit, and how: the buttons of a fit above sections that open and close. Fits widths from 280 pixels.
class SetupPanel : public QWidget {
    Q_OBJECT
public:
    SetupPanel(ActionSet& actions, Session& session, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {320, 640}; }

private:
    QWidget* make_buttons(ActionSet& actions);
    Disclosure* add_section(QVBoxLayout& column, const QString& title, QWidget* body, const QString& key, bool open);
    void show_pace();

    Session& session_;
    QComboBox* pace_;
};

}  // namespace syzygy
