#include "tests/ui/support/application.hpp"

#include <QEvent>
#include <QMetaEnum>
#include <QPointer>
#include <QThread>

#include <utility>

#include <time.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// Qt unloads its plugins at the end, and they the drivers below. What such a library still holds would be a leak that
// no suppression could name, and the thread sanitizer refuses to go on where a library that it was told of goes.
extern "C" int dlclose(void*)
{
    return 0;
}
#endif

#ifdef __SANITIZE_THREAD__
#include <mutex>
#include <vector>

#include <sanitizer/tsan_interface.h>

// What a thread hands to the window's by invokeMethod and postEvent is guarded by a mutex inside of Qt, which the thread
// sanitizer does not see: Qt was compiled without it. So it is told at both ends, here and where the event is handled.
// What is to be called is counted by both threads and deleted by the last; so that this is always the window's, the
// other leaves it one count to take away. Calls are led here by the linker's --wrap.
#define SYZYGY_POST(prefix) prefix##_ZN16QCoreApplication9postEventEP7QObjectP6QEventi
#define SYZYGY_INVOKE(prefix) \
    prefix##_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv
static std::mutex left_mutex;
static std::vector<QtPrivate::QSlotObjectBase*> left;

extern "C" {
bool SYZYGY_INVOKE(__real_)(QObject*, QtPrivate::QSlotObjectBase*, Qt::ConnectionType, void*);

bool SYZYGY_INVOKE(__wrap_)(QObject* object, QtPrivate::QSlotObjectBase* slot, Qt::ConnectionType type, void* result)
{
    slot->ref();
    __tsan_release(object);
    const bool called = SYZYGY_INVOKE(__real_)(object, slot, type, result);
    const std::lock_guard lock(left_mutex);
    left.push_back(slot);
    return called;
}

void SYZYGY_POST(__real_)(QObject*, QEvent*, int);

void SYZYGY_POST(__wrap_)(QObject* receiver, QEvent* event, int priority)
{
    __tsan_release(receiver);
    SYZYGY_POST(__real_)(receiver, event, priority);
}
}
#undef SYZYGY_INVOKE
#undef SYZYGY_POST
#endif

namespace syzygy::testing {
namespace {

constexpr std::chrono::milliseconds worth_noting{5};

void receive_what_was_handed_over([[maybe_unused]] QObject* receiver)
{
#ifdef __SANITIZE_THREAD__
    __tsan_acquire(receiver);
    std::vector<QtPrivate::QSlotObjectBase*> done;
    {
        const std::lock_guard lock(left_mutex);
        done.swap(left);
    }
    for (QtPrivate::QSlotObjectBase* slot : done) slot->destroyIfLastRef();
#endif
}

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
    receive_what_was_handed_over(receiver);
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
