#include "ui/worker/background.hpp"

#include "ui/worker/priority.hpp"

#include <optional>
#include <vector>

namespace syzygy {

/// What a task's thread and the window's share.
struct Background::Task {
    int number;
    QString label;
    std::atomic<bool> ended = false;
    bool dropped = false;  ///< cancelled: only its thread is still waited for
    Done done;             ///< written before `ended`, read after
    std::optional<std::string> error;
    std::jthread thread;   ///< last: ends before what it uses
};

Background::Background(QObject* parent) : QObject(parent) {}

Background::~Background()
{
    for (const auto& task : tasks_) task->thread.request_stop();
}

int Background::start(const QString& label, std::function<Done(const TaskContext&)> work)
{
    Task& task = *tasks_.emplace_back(std::make_unique<Task>());
    task.number = ++last_number_;
    task.label = label;
    Q_EMIT started(task.number, label);
    task.thread = std::jthread([this, &task, number = task.number, work = std::move(work)](const std::stop_token& stop) {
        give_way_to_the_window();
        const TaskContext context{stop, [this, number, stop](double fraction) {
                                      if (stop.stop_requested()) return;
                                      QMetaObject::invokeMethod(
                                          this,
                                          [this, number, stop, fraction] {
                                              if (!stop.stop_requested()) Q_EMIT progressed(number, fraction);
                                          },
                                          Qt::QueuedConnection);
                                  }};
        try {
            task.done = work(context);
        } catch (const std::exception& error) {
            task.error = error.what();
        }
        task.ended = true;
        QMetaObject::invokeMethod(this, &Background::collect, Qt::QueuedConnection);
    });
    return task.number;
}

void Background::cancel(int number)
{
    for (const auto& task : tasks_) {
        if (task->number != number || task->dropped) continue;
        task->dropped = true;
        task->thread.request_stop();
        Q_EMIT cancelled(number, task->label);
        return;
    }
}

void Background::cancel_all()
{
    std::vector<int> numbers;
    for (const auto& task : tasks_) numbers.push_back(task->number);
    for (const int number : numbers) cancel(number);
}

int Background::running() const
{
    int count = 0;
    for (const auto& task : tasks_) count += task->dropped ? 0 : 1;
    return count;
}

void Background::collect()
{
    std::list<std::unique_ptr<Task>> ended;
    for (auto task = tasks_.begin(); task != tasks_.end();) {
        const auto next = std::next(task);
        if ((*task)->ended) ended.splice(ended.end(), tasks_, task);
        task = next;
    }
    for (const auto& task : ended) {
        if (task->dropped) continue;
        if (task->error) {
            Q_EMIT failed(task->number, task->label, QString::fromStdString(*task->error));
            continue;
        }
        if (task->done) task->done();
        Q_EMIT finished(task->number, task->label);
    }
}

}  // namespace syzygy
