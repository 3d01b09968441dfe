#include "tests/ui/support/application.hpp"

#include <QEvent>
#include <QMetaEnum>
#include <QPointer>
#include <QThread>

#include <utility>

#include <time.h>

namespace syzygy::testing {
namespace {

constexpr std::chrono::milliseconds worth_noting{5};

std::chrono::nanoseconds thread_cpu_time()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::string describe(const char* receiver, const QString& name, QEvent::Type type)
{
    const char* key = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
    std::string text = std::string(key ? key : std::to_string(type)) + " to " + receiver;
    if (!name.isEmpty()) text += " '" + name.toStdString() + "'";
    return text;
}

}  // namespace

bool TestApplication::notify(QObject* receiver, QEvent* event)
{
    if (QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
    const int level = thread()->loopLevel();
    if (frame_ && level > frame_level_) frame_->looped = true;

    Frame frame;
    Frame* const outer = std::exchange(frame_, &frame);
    const int outer_level = std::exchange(frame_level_, level);
    const QEvent::Type type = event->type();
    // The receiver may be gone afterwards.
    const char* const receiver_class = receiver->metaObject()->className();
    const QPointer<QObject> alive(receiver);
    const auto begin = std::chrono::steady_clock::now();
    const auto cpu_begin = thread_cpu_time();
    const bool result = QApplication::notify(receiver, event);
    const std::chrono::nanoseconds wall = std::chrono::steady_clock::now() - begin;
    const auto cpu = thread_cpu_time() - cpu_begin;
    frame_ = outer;
    frame_level_ = outer_level;

    if (frame.looped && outer) outer->looped = true;
    if (frame.looped || wall < worth_noting) return result;
    std::string what = describe(receiver_class, alive ? alive->objectName() : QString(), type);
    if (frame.slowest > wall / 2) what += " > " + frame.slowest_what;
    if (outer && wall > outer->slowest) {
        outer->slowest = wall;
        outer->slowest_what = what;
    }
    if (wall >= slowest_.wall) slowest_ = {wall, cpu, what};
    return result;
}

SlowEvent TestApplication::take_slowest()
{
    return std::exchange(slowest_, {});
}

}  // namespace syzygy::testing
