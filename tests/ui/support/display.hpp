#pragma once

#include <string>

#include <sys/types.h>

namespace syzygy::testing {

/// Where the tests of the desktop happen: an X server of their own without a screen (Xvfb), large enough for a 4K
/// window, drawn to by the processor; and folders of their own, so that no settings of a person are read or
/// written. Tests move the mouse, so a display that somebody looks at is used only where SYZYGY_TEST_DISPLAY names it.
/// Construct before the application and before any thread. The server ends with this process, also when it crashes.
class OwnDisplay {
public:
    OwnDisplay();
    ~OwnDisplay();
    OwnDisplay(const OwnDisplay&) = delete;
    OwnDisplay& operator=(const OwnDisplay&) = delete;

private:
    void start_server();

    std::string folder_;
    pid_t server_ = 0;
};

/// The X server's process; 0 where it is not ours.
pid_t display_server();

}  // namespace syzygy::testing
