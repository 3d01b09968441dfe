#pragma once

#include "ui/actions/actions.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"

#include <QWidget>

class QLabel;

namespace syzygy {

/// How the time of all views is moved: buttons, the range to scrub through, the time and the speed.
class TransportBar : public QWidget {
    Q_OBJECT
public:
    TransportBar(ActionSet& actions, Session& session, CompareSession& compare, Timeline& timeline,
                 QWidget* parent = nullptr);

private:
    void show_time();
    void show_speed();
    /// The time's label is as wide as its longest text, so that nothing moves while it runs.
    void measure_time();
    QString time_text(double time) const;
    QString unit() const;

    Session& session_;
    CompareSession& compare_;
    Timeline& timeline_;
    QLabel *time_, *unit_, *speed_;
};

}  // namespace syzygy
