#pragma once

#include <exception>
#include <stop_token>

namespace syzygy {

/// Thrown by work that has no outcome to return (reading a file) when its stop token is set. Not an error: nobody waits for the
/// result any more.
class Cancelled : public std::exception {
public:
    const char* what() const noexcept override { return "cancelled"; }
};

inline void throw_if_stopped(const std::stop_token& stop)
{
    if (stop.stop_requested()) throw Cancelled();
}

}  // namespace syzygy
