#pragma once

#include "tests/ui/support/input.hpp"
#include "tests/ui/support/screenshot.hpp"
#include "tests/ui/support/stall_monitor.hpp"
#include "tests/ui/support/threads.hpp"
#include "ui/data/examples.hpp"
#include "ui/theme/theme.hpp"
#include "ui/window/main_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QScrollArea>
#include <QSettings>
#include <QSignalSpy>
#include <QWindow>

#include <memory>

namespace syzygy::testing {

using namespace std::chrono_literals;

/// From a cancelling hand to what it sees: a tenth of a second, where nothing else keeps the machine busy.
class Cancelling {
public:
    void expect_at_once() const
    {
        const auto taken = std::chrono::steady_clock::now() - begin_;
        if (timing_counts && load_.is_quiet()) { EXPECT_LT(taken, 100ms); }
    }

private:
    MachineLoad load_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// The Studio's window on the test's own display, as a person first opens it: no settings from before.
class Desktop : public ::testing::Test {
protected:
    ~Desktop() override { window_.reset(); }

    /// Returns once it is drawn.
    MainWindow& open_window(QSize size = QSize(1280, 800), ThemeMode mode = ThemeMode::light)
    {
        window_.reset();
        QSettings().clear();
        set_theme_mode(mode);
        window_ = std::make_unique<MainWindow>();
        set_theme_mode(mode);
        window_->setGeometry(QRect(QPoint(0, 0), size));
        window_->show();
        EXPECT_TRUE(wait_until([&] { return window_->windowHandle()->isExposed(); }));
        window_->activateWindow();
        EXPECT_TRUE(wait_until([&] { return window_->isActiveWindow(); }));
        return *window_;
    }
    MainWindow& window() { return *window_; }
    Session& session() { return window_->session(); }
    Timeline& timeline() { return window_->timeline(); }

    void open_example(std::string_view id, bool fit = false)
    {
        QSignalSpy spy(&session(), &Session::data_changed);
        window().open_example(find_example(id), fit);
        ASSERT_TRUE(wait_until([&] { return spy.count() > 0 && session().picture() != nullptr; }));
        if (!fit) { ASSERT_TRUE(settled()); }
    }
    /// Nothing runs any more, and what there is is on screen.
    bool settled(std::chrono::milliseconds timeout = 60s)
    {
        return wait_until(
            [&] {
                const auto picture = session().picture();
                return picture && session().run_state() == RunState::idle && window().background().running() == 0 &&
                       picture->observations == session().data().observations &&
                       picture->solution->point.masses == session().point().masses;
            },
            timeout);
    }
    /// By its key, to its end.
    bool fit_to_end(std::chrono::milliseconds timeout = 60s)
    {
        int ended = 0;
        const auto connection = QObject::connect(&session(), &Session::run_state_changed,
                                                 [&] { ended += session().run_state() == RunState::idle; });
        key(window(), QKeySequence(QStringLiteral("F5")));
        const bool done = wait_until([&] { return ended > 0; }, timeout);
        QObject::disconnect(connection);
        return done && settled(timeout);
    }

    std::unique_ptr<MainWindow> window_;
};

/// The visible child of that kind, the first of several, scrolled to where a hand reaches it.
template <class Widget>
Widget* visible_child(QWidget& parent)
{
    for (Widget* child : parent.findChildren<Widget*>()) {
        if (!child->isVisible()) continue;
        bring_into_reach(*child);
        return child;
    }
    ADD_FAILURE() << "no visible " << Widget::staticMetaObject.className();
    return nullptr;
}

/// The entry of the menu bar with this text (mnemonics and dots left out); null where there is none.
inline QAction* find_entry(const QList<QAction*>& actions, const QString& text)
{
    for (QAction* action : actions) {
        if (QString(action->text()).remove(QLatin1Char('&')) == text) return action;
        if (QMenu* menu = action->menu()) {
            Q_EMIT menu->aboutToShow();
            if (QAction* found = find_entry(menu->actions(), text)) return found;
        }
    }
    return nullptr;
}

}  // namespace syzygy::testing
