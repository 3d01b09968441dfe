#include "tests/ui/support/threads.hpp"

#include "tests/ui/support/input.hpp"

#include <gmock/gmock.h>

#include <QOffscreenSurface>
#include <QOpenGLContext>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace syzygy::testing {
namespace {

std::string name_of(const std::filesystem::path& task)
{
    std::string name;
    std::getline(std::ifstream(task / "comm"), name);
    return name;
}

std::vector<pid_t> without(std::vector<pid_t> threads, const std::vector<pid_t>& known)
{
    std::erase_if(threads, [&](pid_t thread) { return std::ranges::count(known, thread) > 0; });
    return threads;
}

}  // namespace

std::vector<pid_t> own_threads()
{
    const std::filesystem::path tasks("/proc/self/task");
    const std::string name = name_of(tasks / std::to_string(::getpid()));
    std::vector<pid_t> threads;
    for (const auto& task : std::filesystem::directory_iterator(tasks))
        if (name_of(task.path()) == name) threads.push_back(std::stoi(task.path().filename().string()));
    return threads;
}

// Mesa starts a thread for each processor that it does not name, with the first use of OpenGL, and keeps them.
void NoThreadIsLeft::OnTestProgramStart(const ::testing::UnitTest&)
{
    QOffscreenSurface surface;
    surface.create();
    QOpenGLContext context;
    if (context.create() && context.makeCurrent(&surface)) context.doneCurrent();
}

void NoThreadIsLeft::OnTestStart(const ::testing::TestInfo&)
{
    before_ = own_threads();
}

void NoThreadIsLeft::OnTestEnd(const ::testing::TestInfo&)
{
    std::vector<pid_t> left;
    (void)wait_until(
        [&] {
            left = without(own_threads(), before_);
            return left.empty();
        },
        std::chrono::seconds(2));
    EXPECT_THAT(left, ::testing::IsEmpty()) << "threads that the test has left behind";
}

}  // namespace syzygy::testing
