// The window answers whatever runs: fits, a million rows, exports; and its end is clean.
#include "tests/support/run_program.hpp"
#include "tests/ui/support/desktop.hpp"

namespace syzygy::testing {
namespace {

class StallDesktop : public Desktop {
protected:
    static void expect_no_stall(const StallMonitor& monitor)
    {
        if (timing_counts) {
            EXPECT_LT(monitor.longest().own, 50ms) << monitor.report();
        }
        std::printf("%s\n", monitor.report().c_str());
    }
};

TEST_F(StallDesktop, FittingAndPlayingLeaveTheWindowAnswering)
{
    open_window(QSize(1920, 1080));
    open_example("aca");
    wait(500ms);
    const StallMonitor monitor;
    key(window(), QKeySequence(QStringLiteral("Space")));
    for (int k = 0; k < 3; ++k) {
        key(window(), QKeySequence(QStringLiteral("Ctrl+R")));
        ASSERT_TRUE(fit_to_end());
    }
    wait(500ms);
    expect_no_stall(monitor);
}

TEST_F(StallDesktop, AMillionRowsLoadAndFitWhileTheWindowAnswers)
{
    const TemporaryFolder folder;
    const std::string file = folder.file("million.csv");
    ASSERT_EQ(run_syzygy({"simulate", "--scenario", "aca", "--t1", "1", "--samples", "1000000", "-o", file}).exit_code,
              0);
    open_window();
    open_example("aca");
    wait(500ms);
    const auto before = session().data().observations;
    {
        const StallMonitor monitor;
        window().open({file});
        ASSERT_TRUE(wait_until([&] { return session().data().observations != before; }, 120s));
        ASSERT_TRUE(settled(120s));
        wait(500ms);
        expect_no_stall(monitor);
    }
    EXPECT_EQ(session().data().observations->size(), 1'000'000U);
    const StallMonitor monitor;
    key(window(), QKeySequence(QStringLiteral("F5")));
    ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::running; }));
    wait(1s);
    const auto begin = std::chrono::steady_clock::now();
    key(window(), QKeySequence(QStringLiteral("F8")));
    ASSERT_TRUE(wait_until([&] { return session().run_state() != RunState::running; }));
    if (timing_counts) {
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 100ms);
    }
    ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::idle; }));
    expect_no_stall(monitor);
}

TEST_F(StallDesktop, LoadingIsCancelledAtOnce)
{
    const TemporaryFolder folder;
    const std::string file = folder.file("many.csv");
    ASSERT_EQ(run_syzygy({"simulate", "--scenario", "aca", "--t1", "1", "--samples", "300000", "-o", file}).exit_code,
              0);
    open_window();
    open_example("aca");
    const auto before = session().data().observations;
    window().open({file});
    ASSERT_TRUE(wait_until([&] { return window().background().running() > 0; }));
    wait(50ms);
    const auto begin = std::chrono::steady_clock::now();
    window().background().cancel_all();
    EXPECT_EQ(window().background().running(), 0);
    if (timing_counts) {
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 100ms);
    }
    wait(1s);
    EXPECT_EQ(session().data().observations, before);
}

TEST_F(StallDesktop, ClosingWhileFittingLeavesNoThread)
{
    open_window();
    open_example("aca");
    window_.reset();
    wait(200ms);
    const std::ptrdiff_t before = thread_count();
    for (int round = 0; round < 3; ++round) {
        open_window();
        open_example("aca");
        session().set_pace(5);
        key(window(), QKeySequence(QStringLiteral("F5")));
        ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::running; }));
        wait(std::chrono::milliseconds(50 * round));
        const auto begin = std::chrono::steady_clock::now();
        key(window(), QKeySequence(QStringLiteral("Ctrl+Q")));
        EXPECT_TRUE(wait_until([&] { return !window().isVisible(); }));
        window_.reset();
        if (timing_counts) {
            EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
        }
        wait(200ms);
        EXPECT_LE(thread_count(), before);
    }
}

}  // namespace
}  // namespace syzygy::testing
