#include "tests/ui/support/application.hpp"
#include "tests/ui/support/display.hpp"
#include "tests/ui/support/threads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QSurfaceFormat>

#include <array>
#include <csignal>

#include <execinfo.h>
#include <unistd.h>

namespace {

/// Ends the process with its stack on stderr if leaving main takes longer than two minutes. What is left to do then is the libraries'
/// (the X server's connection, the threads of OpenGL).
void limit_leaving()
{
    static std::array<void*, 64> frames;
    backtrace(frames.data(), 1);  // loads what it needs: in the handler a lock may be held
    std::signal(SIGALRM, [](int) {
        backtrace_symbols_fd(frames.data(), backtrace(frames.data(), frames.size()), STDERR_FILENO);
        if (const pid_t server = syzygy::testing::display_server(); server > 0) ::kill(server, SIGKILL);
        ::_exit(99);
    });
    ::alarm(120);
}

}  // namespace

/// The main of every test of the desktop.
int main(int argc, char** argv)
{
    ::testing::InitGoogleMock(&argc, argv);
    // Listing is part of the build and needs no display.
    if (::testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
    const syzygy::testing::OwnDisplay display;
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    QSurfaceFormat::setDefaultFormat(format);
    syzygy::testing::TestApplication application(argc, argv);
    ::testing::UnitTest::GetInstance()->listeners().Append(new syzygy::testing::NoThreadIsLeft);
    const int result = RUN_ALL_TESTS();
    limit_leaving();
    return result;
}
