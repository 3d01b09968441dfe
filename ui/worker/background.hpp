#pragma once

#include <QObject>
#include <QString>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace syzygy {

/// What a background task is given: when to end early, and how to say how far it is. Both from its own thread.
struct TaskContext {
    std::stop_token stop;
    std::function<void(double fraction)> progress;  ///< 0..1; never blocks
};

/// Work over 16 ms that is no solve and no fit: loading, importing, writing files. Each task runs on a thread of its
/// own and never touches a widget; its last step, `done`, is called in the window's thread. A task that was
/// cancelled is at once forgotten: `done` is not called, and what it still returns is dropped.
class Background : public QObject {
    Q_OBJECT
public:
    explicit Background(QObject* parent = nullptr);
    /// Asks all tasks to end and waits for their threads.
    ~Background() override;

    /// Runs `work` and then, back here, the function it returned. An exception is reported as `failed`, with its
    /// what(). Returns the task's number.
    using Done = std::function<void()>;
    int start(const QString& label, std::function<Done(const TaskContext&)> work);
    void cancel(int task);
    void cancel_all();
    /// Tasks that have neither ended nor been cancelled.
    int running() const;

Q_SIGNALS:
    void started(int task, const QString& label);
    void progressed(int task, double fraction);
    void finished(int task, const QString& label);
    void cancelled(int task, const QString& label);
    void failed(int task, const QString& label, const QString& message);

private:
    struct Task;
    void collect();

    std::list<std::unique_ptr<Task>> tasks_;
    int last_number_ = 0;
};

}  // namespace syzygy
