#pragma once

#include <stop_token>
#include <thread>

namespace syzygy {

/// While it lives, the first SIGINT (Ctrl-C) or SIGTERM sets its stop token and says so on standard error; the
/// second ends the program as if it had not been caught. A signal that the caller has set to be ignored stays so.
/// Make it before other threads start: they inherit that these signals are blocked.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::thread watcher_;
};

}  // namespace syzygy
