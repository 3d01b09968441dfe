#include "tests/ui/support/display.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace syzygy::testing {
namespace {

constexpr int start_timeout_ms = 30'000;
pid_t current_server = 0;

void set_variable(const char* name, const std::string& value)
{
    ::setenv(name, value.c_str(), 1);
}

/// The line that the server writes once it can be reached: its number.
std::string read_number(int descriptor)
{
    std::string number;
    while (number.empty() || number.back() != '\n') {
        pollfd ready{descriptor, POLLIN, 0};
        char c = 0;
        if (::poll(&ready, 1, start_timeout_ms) <= 0 || ::read(descriptor, &c, 1) != 1)
            throw std::runtime_error("Xvfb did not start (Debian package xvfb)");
        number += c;
    }
    number.pop_back();
    return number;
}

}  // namespace

OwnDisplay::OwnDisplay()
{
    folder_ = (std::filesystem::temp_directory_path() / "syzygy-desktop-XXXXXX").string();
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}) {
        const std::string place = folder_ + "/" + name;
        std::filesystem::create_directory(place);
        std::filesystem::permissions(place, std::filesystem::perms::owner_all);
        set_variable(name, place);
    }
    // What else would let a person's desktop in.
    for (const char* name : {"DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME",
                             "XDG_CURRENT_DESKTOP", "QT_FONT_DPI"})
        ::unsetenv(name);
    set_variable("QT_QPA_PLATFORM", "xcb");
    set_variable("LIBGL_ALWAYS_SOFTWARE", "1");
    set_variable("NO_AT_BRIDGE", "1");
    set_variable("LC_ALL", "C.UTF-8");

    if (const char* named = std::getenv("SYZYGY_TEST_DISPLAY"))
        set_variable("DISPLAY", named);
    else
        start_server();
}

void OwnDisplay::start_server()
{
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error(std::strerror(errno));
    const pid_t parent = ::getpid();
    server_ = ::fork();
    if (server_ < 0) throw std::runtime_error(std::strerror(errno));
    if (server_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) ::_exit(1);
        ::close(ends[0]);
        const int nothing = ::open("/dev/null", O_RDWR);
        ::dup2(nothing, 0);
        ::dup2(nothing, 1);
        ::dup2(nothing, 2);
        const std::string number = std::to_string(ends[1]);
        ::execlp("Xvfb", "Xvfb", "-displayfd", number.c_str(), "-screen", "0", "3840x2160x24", "-dpi", "96",
                 "+extension", "GLX", "-nolisten", "tcp", "-noreset", static_cast<char*>(nullptr));
        ::_exit(127);
    }
    ::close(ends[1]);
    const std::string number = read_number(ends[0]);
    ::close(ends[0]);
    set_variable("DISPLAY", ":" + number);
    current_server = server_;
}

// A signal that comes just before the server waits for its clients is seen only when something wakes it, at the latest
// after the ten minutes of its screen saver; so it is sent again.
OwnDisplay::~OwnDisplay()
{
    if (server_ > 0) {
        constexpr int attempts = 50;
        for (int k = 0; ::waitpid(server_, nullptr, WNOHANG) == 0; ++k) {
            ::kill(server_, k < attempts ? SIGTERM : SIGKILL);
            std::this_thread::sleep_for(std::chrono::milliseconds(k < 2 ? 10 : 100));
        }
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

pid_t display_server()
{
    return current_server;
}

}  // namespace syzygy::testing
