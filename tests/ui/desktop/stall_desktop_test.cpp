// The window answers whatever runs: fits, a million rows, exports; and its end is clean.
#include "tests/support/run_program.hpp"
#include "tests/ui/support/desktop.hpp"

#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>

#include <filesystem>

namespace syzygy::testing {
namespace {

class StallDesktop : public Desktop {
protected:
    static void expect_no_stall(const StallMonitor& monitor)
    {
        if (timing_counts) { EXPECT_LT(monitor.counted(), 50ms) << monitor.report(); }
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
    const Cancelling cancelling;
    key(window(), QKeySequence(QStringLiteral("F8")));
    ASSERT_TRUE(wait_until([&] { return session().run_state() != RunState::running; }));
    cancelling.expect_at_once();
    ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::idle; }));
    expect_no_stall(monitor);
}

/// The child of that name.
template <class Widget>
Widget& named(QWidget& parent, const char* name)
{
    auto* child = parent.findChild<Widget*>(QString::fromLatin1(name));
    if (!child) throw std::runtime_error(std::string("no widget ") + name);
    return *child;
}

TEST_F(StallDesktop, ExportingEverythingLeavesTheWindowAnswering)
{
    open_window(QSize(1920, 1080));
    open_example("aca");
    ASSERT_TRUE(fit_to_end());
    wait(500ms);
    for (const char* format : {"png", "svg", "pdf"}) {
        SCOPED_TRACE(format);
        const TemporaryFolder folder;
        std::filesystem::create_directory(folder.file("out"));
        key(window(), QKeySequence(QStringLiteral("Ctrl+E")));
        QPointer<QDialog> dialog;  // goes of itself once it has begun to write
        ASSERT_TRUE(
            wait_until([&] { return (dialog = window().findChild<QDialog*>(QStringLiteral("export-dialog"))); }));
        ASSERT_TRUE(wait_until([&] { return dialog->isVisible(); }));
        for (auto* button : dialog->findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("All")) click(*button);
        auto& formats = named<QComboBox>(*dialog, "export-format");
        formats.setCurrentIndex(formats.findData(QString::fromLatin1(format)));
        auto& place = named<QLineEdit>(*dialog, "export-folder");
        click(place);
        key(*dialog, QKeySequence(QStringLiteral("Ctrl+A")));
        type(*dialog, QString::fromStdString(folder.file("out")));
        screenshot(*dialog, QString::fromLatin1(format) + QStringLiteral("-export"));
        const StallMonitor monitor;
        click(named<QPushButton>(*dialog, "export-write"));
        const auto written = [&] {
            return std::count_if(std::filesystem::directory_iterator(folder.file("out")), {}, [&](const auto& entry) {
                return entry.path().extension() == std::string(".") + format && entry.file_size() > 1000;
            });
        };
        EXPECT_TRUE(wait_until([&] { return written() >= 8 && window().background().running() == 0; }, 60s))
            << written();
        wait(300ms);
        expect_no_stall(monitor);
        if (dialog && dialog->isVisible()) key(*dialog, QKeySequence(QStringLiteral("Escape")));
        ASSERT_TRUE(wait_until([&] { return !window().findChild<QDialog*>(QStringLiteral("export-dialog")); }));
    }
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
    const Cancelling cancelling;
    window().background().cancel_all();
    EXPECT_EQ(window().background().running(), 0);
    cancelling.expect_at_once();
    wait(1s);
    EXPECT_EQ(session().data().observations, before);
}

TEST_F(StallDesktop, ClosingWhileFittingLeavesNoThread)
{
    const std::size_t before = own_threads().size();
    for (int round = 0; round < 3; ++round) {
        open_window();
        open_example("aca");
        session().set_pace(5);
        key(window(), QKeySequence(QStringLiteral("F5")));
        ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::running; }));
        wait(std::chrono::milliseconds(50 * round));
        const MachineLoad load;
        const auto begin = std::chrono::steady_clock::now();
        key(window(), QKeySequence(QStringLiteral("Ctrl+Q")));
        EXPECT_TRUE(wait_until([&] { return !window().isVisible(); }));
        window_.reset();
        if (timing_counts && load.is_quiet()) { EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s); }
        EXPECT_TRUE(wait_until([&] { return own_threads().size() <= before; }, 2s));
    }
}

}  // namespace
}  // namespace syzygy::testing
