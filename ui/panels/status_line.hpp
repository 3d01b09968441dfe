#pragma once

#include "ui/session/session.hpp"
#include "ui/worker/background.hpp"

#include <QDateTime>
#include <QWidget>

#include <deque>
#include <map>

class QProgressBar;
class QPushButton;
class QToolButton;

namespace syzygy {

/// How things stand: a dot for the state, the last message (click it for those before), and what runs in the
/// background, which can be cancelled.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    StatusLine(Session& session, Background& background, QWidget* parent = nullptr);

    /// Shows and keeps a message; what other parts of the window have to say goes through here.
    void say(const QString& message, bool error);
    /// The newest last; at most a hundred.
    struct Message {
        QDateTime time;
        QString text;
        bool error;
    };
    const std::deque<Message>& messages() const { return messages_; }

Q_SIGNALS:
    /// Somebody wants to see the warnings of the last fit.
    void warnings_wanted();

public:
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Task {
        QString label;
        double fraction = 0;
    };
    void show_state();
    void show_tasks();
    void end_task(int task);
    void show_history();

    Session& session_;
    Background& background_;
    bool outdated_ = false;  ///< the last message is of a result that is gone
    std::deque<Message> messages_;
    std::map<int, Task> tasks_;
    QPushButton* warnings_;
    QProgressBar* progress_;
    QToolButton* cancel_;
};

}  // namespace syzygy
