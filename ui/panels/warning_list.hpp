#pragma once

#include "ui/session/session.hpp"

#include <QWidget>

class QVBoxLayout;

namespace syzygy {

/// The warnings of the last fit, the serious ones marked, each with buttons that do something about it and fit again. Hidden
/// where there is none.
class WarningList : public QWidget {
    Q_OBJECT
public:
    WarningList(Session& session, QWidget* parent);

private:
    void show_warnings();

    Session& session_;
    QVBoxLayout* rows_;
    QWidget* content_ = nullptr;
};

}  // namespace syzygy
