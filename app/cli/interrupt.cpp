#include "app/cli/interrupt.hpp"

#include "app/cli/report.hpp"

#include <chrono>
#include <csignal>

#include <pthread.h>
#include <unistd.h>

namespace syzygy {

namespace {

/// Sent to the watching thread to end it; never delivered elsewhere.
constexpr int goodbye = SIGUSR1;

sigset_t watched_signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction current {};
        sigaction(number, nullptr, &current);
        if (current.sa_handler != SIG_IGN) sigaddset(&set, number);
    }
    return set;
}

/// Signals are waited for, not handled: setting a stop token is not safe in a signal handler.
void watch(const sigset_t& signals, std::stop_source source)
{
    sigset_t awaited = signals;
    sigaddset(&awaited, goodbye);
    // A signal to the process and its group arrives twice (timeout(1) does that): once more means later than this.
    constexpr auto together = std::chrono::milliseconds(300);
    std::chrono::steady_clock::time_point first;
    for (int number = 0; sigwait(&awaited, &number) == 0 && number != goodbye;) {
        if (source.stop_requested()) {
            if (std::chrono::steady_clock::now() - first < together) continue;
            struct sigaction fatal {};
            fatal.sa_handler = SIG_DFL;
            sigaction(number, &fatal, nullptr);
            pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
            raise(number);
        }
        message("note", "stopping (once more ends at once)");
        source.request_stop();
        first = std::chrono::steady_clock::now();
    }
}

}  // namespace

Interrupt::Interrupt()
{
    const sigset_t signals = watched_signals();
    sigset_t blocked = signals;
    sigaddset(&blocked, goodbye);
    pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
    watcher_ = std::thread(watch, signals, source_);
}

Interrupt::~Interrupt()
{
    pthread_kill(watcher_.native_handle(), goodbye);
    watcher_.join();
    const sigset_t signals = watched_signals();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace syzygy
