#include "tests/support/run_program.hpp"
#include "tests/ui/support/drop.hpp"
#include "tests/ui/support/input.hpp"
#include "tests/ui/support/screenshot.hpp"
#include "tests/ui/support/stall_monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QDragEnterEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPainter>
#include <QSlider>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>
#include <QWindow>

#include <chrono>
#include <thread>

// What the other tests of the desktop rely on.
namespace syzygy::testing {
namespace {

using namespace std::chrono_literals;

void show(QWidget& window)
{
    window.resize(400, 300);
    window.show();
    ASSERT_TRUE(wait_until([&] { return window.isVisible() && window.windowHandle()->isExposed(); }));
}

TEST(Hand, ClicksTypesDragsAndTurnsTheWheel)
{
    QWidget window;
    QVBoxLayout layout(&window);
    QLineEdit edit;
    QSlider slider(Qt::Horizontal);
    layout.addWidget(&edit);
    layout.addWidget(&slider);
    show(window);

    click(edit);
    EXPECT_TRUE(wait_until([&] { return edit.hasFocus(); }));
    type(edit, QStringLiteral("Ab1.5e-6:/x_y"));
    EXPECT_EQ(edit.text(), QStringLiteral("Ab1.5e-6:/x_y"));
    key(edit, QKeySequence(QStringLiteral("Ctrl+A")));
    key(edit, QKeySequence(QStringLiteral("Delete")));
    EXPECT_EQ(edit.text(), QString());

    QList<int> values;
    QObject::connect(&slider, &QSlider::valueChanged, [&](int value) { values.push_back(value); });
    drag(slider, QPoint(6, slider.height() / 2), QPoint(slider.width() - 6, slider.height() / 2), 8);
    EXPECT_GT(values.size(), 5);
    EXPECT_GT(slider.value(), 90);
    wheel(slider, slider.rect().center(), -2);
    EXPECT_LT(slider.value(), 99);
}

TEST(Hand, GoesThroughMenus)
{
    QMainWindow window;
    QMenu* menu = window.menuBar()->addMenu(QStringLiteral("&Outer"));
    QMenu* inner = menu->addMenu(QStringLiteral("&Inner"));
    QAction* action = inner->addAction(QStringLiteral("Do"));
    int done = 0;
    QObject::connect(action, &QAction::triggered, [&] { ++done; });
    show(window);
    EXPECT_TRUE(choose(*window.menuBar(), *action));
    EXPECT_TRUE(wait_until([&] { return done == 1; }));
    action->setEnabled(false);
    EXPECT_FALSE(choose(*window.menuBar(), *action));
}

class Takes : public QWidget {
public:
    Takes() { setAcceptDrops(true); }
    QList<QUrl> urls;
    bool wants = true;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override
    {
        if (wants && event->mimeData()->hasUrls()) event->acceptProposedAction();
    }
    void dropEvent(QDropEvent* event) override
    {
        urls = event->mimeData()->urls();
        event->acceptProposedAction();
    }
};

TEST(Hand, DropsFilesFromAnotherProgram)
{
    Takes window;
    show(window);
    EXPECT_TRUE(drop_files(window, QPoint(50, 50), {"/tmp/a b.csv", "/tmp/c.csv"}));
    EXPECT_EQ(window.urls, (QList<QUrl>{QUrl::fromLocalFile(QStringLiteral("/tmp/a b.csv")),
                                        QUrl::fromLocalFile(QStringLiteral("/tmp/c.csv"))}));
    window.wants = false;
    EXPECT_FALSE(drop_files(window, QPoint(50, 50), {"/tmp/d.csv"}));
}

TEST(Stopwatch, FindsTheLongestStallAndNamesTheEvent)
{
    QObject target;
    StallMonitor quiet;
    wait(100ms);
    const auto of_nothing = quiet.longest().own;
    StallMonitor monitor;
    QTimer::singleShot(20, &target, [] { std::this_thread::sleep_for(120ms); });
    wait(300ms);
    EXPECT_LT(of_nothing, 100ms);
    EXPECT_GE(monitor.longest().own, 110ms);
    EXPECT_GE(monitor.longest().wall, monitor.longest().own);
    EXPECT_THAT(monitor.report(), ::testing::HasSubstr("QSingleShotTimer"));
}

TEST(Stopwatch, LeavesOutEventLoopsOfMenusAndDialogs)
{
    QWidget window;
    QMenu menu(&window);
    menu.addAction(QStringLiteral("One"));
    show(window);
    StallMonitor monitor;
    QTimer::singleShot(300, &menu, &QMenu::close);
    QTimer::singleShot(0, &menu, [&] { menu.exec(); });
    wait(600ms);
    EXPECT_LT(monitor.longest().own, 250ms) << monitor.report();
}

TEST(Eyes, FindTextThatDoesNotFit)
{
    QWidget window;
    QVBoxLayout layout(&window);
    QLabel fits(QStringLiteral("Fits")), cut(QStringLiteral("A text that is a good deal too long for its place"));
    cut.setFixedWidth(60);
    layout.addWidget(&fits);
    layout.addWidget(&cut);
    show(window);
    EXPECT_THAT(clipped_texts(window), ::testing::ElementsAre(::testing::HasSubstr("a good deal too long")));
    cut.setToolTip(cut.text());
    EXPECT_THAT(clipped_texts(window), ::testing::IsEmpty());
}

class Drawn : public QWidget {
public:
    bool full = false;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), Qt::white);
        painter.drawRect(20, 20, 200, 200);
        if (full) painter.fillRect(40, 40, 50, 50, QColor(0, 114, 178));
    }
};

TEST(Eyes, SeeTheRealWindowAndTellEmptyFromFull)
{
    const TemporaryFolder folder;
    ::setenv("SYZYGY_SCREENSHOTS", folder.file("shots").c_str(), 1);
    Drawn window;
    show(window);
    const QImage empty = screenshot(window, QStringLiteral("empty"));
    window.full = true;
    window.update();
    const QImage full = screenshot(window, QStringLiteral("full"));
    ::unsetenv("SYZYGY_SCREENSHOTS");
    EXPECT_EQ(full.size(), window.size());
    EXPECT_EQ(colorful_pixels(empty, place_in(empty, window)), 0);
    EXPECT_EQ(colorful_pixels(full, place_in(full, window)), 2500);
    EXPECT_EQ(changed_pixels(empty, full), 2500);
    EXPECT_TRUE(std::filesystem::exists(folder.file("shots/full.png")));
}

}  // namespace
}  // namespace syzygy::testing
