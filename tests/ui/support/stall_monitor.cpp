#include "tests/ui/support/stall_monitor.hpp"

#include <QCoreApplication>
#include <QEvent>

#include <fmt/format.h>

#include <cstdio>

#include <unistd.h>

namespace syzygy::testing {
namespace {

constexpr std::chrono::milliseconds between_beats{2};
const auto beat_type = static_cast<QEvent::Type>(QEvent::registerEventType());

Stall longest_of(const Stall& a, const Stall& b)
{
    return {std::max(a.wall, b.wall), std::max(a.own, b.own), std::max(a.cpu, b.cpu)};
}

double ms(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

class StallMonitor::Target : public QObject {
public:
    explicit Target(StallMonitor& monitor) : monitor_(&monitor) {}
    bool event(QEvent* event) override
    {
        if (event->type() != beat_type) return QObject::event(event);
        const Moment received = monitor_->now();
        const std::lock_guard lock(monitor_->mutex_);
        const Moment& posted = monitor_->posted_;
        Stall stall;
        stall.wall = received.wall - posted.wall;
        stall.cpu = received.cpu - posted.cpu;
        stall.own = std::max(stall.wall - (received.waiting - posted.waiting), stall.cpu);
        monitor_->longest_ = longest_of(monitor_->longest_, stall);
        monitor_->pending_ = false;
        return true;
    }

private:
    StallMonitor* monitor_;
};

StallMonitor::StallMonitor() : thread_id_(::gettid()), target_(std::make_unique<Target>(*this))
{
    static_cast<TestApplication*>(qApp)->take_slowest();
    thread_ = std::jthread([this](std::stop_token stop) {
        while (!stop.stop_requested()) {
            beat();
            std::this_thread::sleep_for(between_beats);
        }
    });
}

StallMonitor::~StallMonitor()
{
    thread_.request_stop();
    thread_.join();
}

void StallMonitor::beat()
{
    {
        const std::lock_guard lock(mutex_);
        if (pending_) return;
        pending_ = true;
        posted_ = now();
    }
    QCoreApplication::postEvent(target_.get(), new QEvent(beat_type));
}

// Linux tells of each thread how long it computed and how long it waited for a processor (sched-stats.rst).
StallMonitor::Moment StallMonitor::now() const
{
    Moment moment{std::chrono::steady_clock::now(), {}, {}};
    const std::string name = fmt::format("/proc/self/task/{}/schedstat", thread_id_);
    if (std::FILE* file = std::fopen(name.c_str(), "r")) {
        long long cpu = 0, waiting = 0;
        if (std::fscanf(file, "%lld %lld", &cpu, &waiting) == 2) {
            moment.cpu = std::chrono::nanoseconds(cpu);
            moment.waiting = std::chrono::nanoseconds(waiting);
        }
        std::fclose(file);
    }
    return moment;
}

Stall StallMonitor::longest() const
{
    const Moment asked = now();
    const std::lock_guard lock(mutex_);
    if (!pending_) return longest_;
    // The beat that is still on its way counts as well.
    Stall stall{asked.wall - posted_.wall, {}, asked.cpu - posted_.cpu};
    stall.own = std::max(stall.wall - (asked.waiting - posted_.waiting), stall.cpu);
    return longest_of(longest_, stall);
}

std::string StallMonitor::report() const
{
    const Stall stall = longest();
    if (SlowEvent slowest = static_cast<TestApplication*>(qApp)->take_slowest(); slowest.wall > slowest_.wall)
        slowest_ = std::move(slowest);
    return fmt::format(
        "longest stall: own {:.1f} ms, wall {:.1f} ms, cpu {:.1f} ms; slowest event: {} (wall {:.1f} ms, "
        "cpu {:.1f} ms); other programs took {:.0f} % of the machine",
        ms(stall.own), ms(stall.wall), ms(stall.cpu), slowest_.what.empty() ? "none" : slowest_.what, ms(slowest_.wall),
        ms(slowest_.cpu), 100 * load_.of_others());
}

}  // namespace syzygy::testing
