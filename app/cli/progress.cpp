#include "app/cli/progress.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

namespace syzygy {

bool standard_error_is_terminal()
{
    return ::isatty(STDERR_FILENO) == 1;
}

std::size_t standard_output_width()
{
    struct winsize size {};
    if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

void ProgressLine::show(std::string_view text)
{
    const double now = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    if (!enabled_ || (shown_ && now - last_ < 0.05)) return;
    const std::string line = "\r\x1b[K" + std::string(text);  // erase to the end of the line, then write
    std::fwrite(line.data(), 1, line.size(), stderr);
    shown_ = true;
    last_ = now;
}

void ProgressLine::clear()
{
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = false;
}

}  // namespace syzygy
