// The Compare workspace as a person uses it: opened, set up, run, cancelled, played and exported with the real mouse
// and keys; and how it looks.
#include "tests/ui/support/desktop.hpp"

#include "ui/compare/look_note.hpp"
#include "ui/views/plot_view.hpp"

#include <fmt/format.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLabel>
#include <QToolButton>

#include <filesystem>
#include <fstream>

namespace syzygy::testing {
namespace {

class CompareDesktop : public Desktop {
protected:
    CompareSession& compare() { return window().compare(); }

    void open_workspace()
    {
        key(window(), QKeySequence(QStringLiteral("Ctrl+2")));
        ASSERT_TRUE(wait_until([&] { return window().workspace() == Workspace::compare; }));
        wait(300ms);
    }
    void set_up(const std::function<void(CompareSetup&)>& change)
    {
        CompareSetup setup = compare().setup();
        setup.repeats = 1;
        change(setup);
        compare().set_setup(setup);
    }
    bool run_to_end()
    {
        QSignalSpy ended(&compare(), &CompareSession::ended);
        key(window(), QKeySequence(QStringLiteral("Shift+F5")));
        return wait_until([&] { return ended.count() > 0; }, 120s) && ended[0][0].toBool();
    }
    QCheckBox& box(const char* name)
    {
        auto* found = window().findChild<QCheckBox*>(QLatin1String(name));
        if (!found) throw std::out_of_range(name);
        bring_into_reach(*found);
        return *found;
    }
};

TEST_F(CompareDesktop, IsOpenedByItsSwitchAndBothLayoutsStay)
{
    open_window();
    open_example("aca");
    QToolButton* button = nullptr;
    for (QToolButton* each : window().menuBar()->findChildren<QToolButton*>(QStringLiteral("workspace")))
        if (each->defaultAction() == &window().actions()["workspace-compare"]) button = each;
    ASSERT_NE(button, nullptr);
    ASSERT_TRUE(button->isVisible());
    View &orbit = *window().view("orbit"), &reverse = *window().view("compare-reverse");
    EXPECT_TRUE(orbit.isVisible());
    EXPECT_FALSE(reverse.isVisible());
    click(*button);
    ASSERT_TRUE(wait_until([&] { return reverse.isVisible() && !orbit.isVisible(); }));
    EXPECT_FALSE(window().view("step-size")->isVisible());
    EXPECT_TRUE(is_in_sight(*window().view("compare-player")));
    wait(300ms);
    screenshot(window(), QStringLiteral("compare-empty"));
    EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());

    // A panel that was closed is still closed after a look at the other workspace.
    window().show_view("compare-memory");
    auto* dock = qobject_cast<QWidget*>(window().view("compare-drift")->parentWidget());
    ASSERT_NE(dock, nullptr);
    dock->close();
    key(window(), QKeySequence(QStringLiteral("Ctrl+1")));
    ASSERT_TRUE(wait_until([&] { return orbit.isVisible() && !reverse.isVisible(); }));
    EXPECT_TRUE(window().view("step-size")->isVisible());
    key(window(), QKeySequence(QStringLiteral("Ctrl+2")));
    ASSERT_TRUE(wait_until([&] { return reverse.isVisible(); }));
    EXPECT_FALSE(dock->isVisible());
    EXPECT_TRUE(is_in_sight(*window().view("compare-memory")));
}

TEST_F(CompareDesktop, MethodsAreChosenRunPlayedAndExported)
{
    open_window();
    open_example("aca");
    open_workspace();
    set_up([](CompareSetup& setup) { setup.rtols = {1e-5, 1e-7}; });
    // By hand: two boxes are unchecked.
    for (const char* name : {"gradient-naive", "gradient-mali"}) {
        QCheckBox& unwanted = box(name);
        ASSERT_TRUE(unwanted.isChecked());
        click(unwanted, QPoint(12, unwanted.height() / 2));
        EXPECT_FALSE(unwanted.isChecked());
    }
    EXPECT_EQ(compare().setup().gradients.size(), gradient_method_infos().size() - 3);
    ASSERT_TRUE(run_to_end());
    ASSERT_EQ(compare().result()->rows.size(), 2 * (gradient_method_infos().size() - 3));

    // The run that is shown is chosen by its box; all views follow.
    auto* gradients = window().findChild<QComboBox*>(QStringLiteral("shown-gradient"));
    ASSERT_NE(gradients, nullptr);
    click(*gradients);
    wait(200ms);
    key(window(), QKeySequence(Qt::Key_Home));
    key(window(), QKeySequence(Qt::Key_Return));
    EXPECT_TRUE(wait_until([&] { return compare().selected()->run.gradient == "aca"; }, 3s));

    // The player, by its keys and its buttons.
    SweepCursor& sweep = compare().sweep();
    auto& player = dynamic_cast<PlotView&>(*window().view("compare-player"));
    window().show_view("compare-player");
    player.setFocus();
    sweep.set_position(0);
    key(window(), QKeySequence(QStringLiteral(".")));
    key(window(), QKeySequence(QStringLiteral(".")));
    EXPECT_EQ(sweep.position(), 2U);
    key(window(), QKeySequence(QStringLiteral(",")));
    EXPECT_EQ(sweep.position(), 1U);
    key(window(), QKeySequence(QStringLiteral("/")));
    EXPECT_EQ(sweep.position(), sweep.series().turn());
    EXPECT_EQ(timeline().time(), timeline().end());
    auto* on = player.findChild<QToolButton*>(QStringLiteral("player-step-forward"));
    ASSERT_NE(on, nullptr);
    click(*on);
    EXPECT_EQ(sweep.position(), sweep.series().turn() + 1);
    // A press in the lower half: that time of the backward pass.
    const QCPAxisRect& rect = *player.plot().axisRect(0);
    click(player, QPoint(rect.left() + rect.width() / 3, rect.bottom() - 8));
    EXPECT_TRUE(sweep.backward());
    EXPECT_NEAR(timeline().time(), timeline().begin() + (timeline().end() - timeline().begin()) / 3,
                0.02 * (timeline().end() - timeline().begin()));
    key(window(), QKeySequence(QStringLiteral("Shift+Space")));
    ASSERT_TRUE(sweep.playing());
    const std::size_t position = sweep.position();
    EXPECT_TRUE(wait_until([&] { return sweep.position() > position; }, 3s));
    key(window(), QKeySequence(QStringLiteral("Shift+Space")));
    EXPECT_FALSE(sweep.playing());

    // The table, to the clipboard.
    key(window(), QKeySequence(QStringLiteral("Ctrl+Shift+M")));
    EXPECT_TRUE(QApplication::clipboard()->text().contains(QStringLiteral("| aca")));
    window().show_view("compare-table");
    const auto make = window().view("compare-table")->table();
    ASSERT_TRUE(make);
    EXPECT_EQ(make(), compare_csv(*compare().result()));
}

TEST_F(CompareDesktop, OtherSettingsAreSaidByTheStatusLineAndAVeilAndHoldAgainOnceTakenBack)
{
    open_window();
    open_example("aca");
    open_workspace();
    set_up([](CompareSetup& setup) { setup.rtols = {1e-5, 1e-7}; });
    ASSERT_TRUE(run_to_end());
    wait(300ms);
    View& gradients = *window().view("compare-gradients");
    const QImage before = screenshot(window(), QStringLiteral("compare-current"));
    QCheckBox& naive = box("gradient-naive");
    click(naive, QPoint(12, naive.height() / 2));
    ASSERT_TRUE(wait_until([&] { return !compare().outdated().isEmpty(); }));
    wait(300ms);
    const QImage after = screenshot(window(), QStringLiteral("compare-outdated"));
    const QRect place = place_in(after, gradients);
    EXPECT_LT(colorful_pixels(after, place), colorful_pixels(before, place));
    EXPECT_GT(changed_pixels(before.copy(place), after.copy(place)), 1000);
    bool said = false;
    for (const QLabel* label : window().findChildren<QLabel*>())
        said = said || (label->isVisible() && label->text().startsWith(QStringLiteral("Settings changed")));
    EXPECT_TRUE(said);
    EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
    click(naive, QPoint(12, naive.height() / 2));
    ASSERT_TRUE(wait_until([&] { return compare().outdated().isEmpty(); }));
    wait(300ms);
    EXPECT_EQ(
        changed_pixels(before.copy(place), screenshot(window(), QStringLiteral("compare-current-again")).copy(place)),
        0);
}

TEST_F(CompareDesktop, IsCancelledWithinATenthOfASecondWhileTheWindowAnswers)
{
    open_window();
    open_example("aca");
    open_workspace();
    set_up([](CompareSetup& setup) {
        setup.problem = "lorenz";
        setup.t1 = 400;
        setup.rtols = {1e-13, 1e-12};
        setup.repeats = 1000;
    });
    const StallMonitor stalls;
    key(window(), QKeySequence(QStringLiteral("Shift+F5")));
    ASSERT_TRUE(wait_until([&] { return compare().state() == CompareState::running; }));
    wait(500ms);
    const Cancelling cancelling;
    key(window(), QKeySequence(QStringLiteral("Shift+F8")));
    ASSERT_TRUE(wait_until([&] { return compare().state() == CompareState::idle; }));
    cancelling.expect_at_once();
    if (timing_counts) { EXPECT_LT(stalls.counted(), 100ms) << stalls.report(); }
    EXPECT_TRUE(window().actions()["compare-run"].isEnabled());
}

TEST_F(CompareDesktop, WhatToLookAtFollowsTheMethodAndCanBeHidden)
{
    open_window();
    open_example("aca");
    open_workspace();
    set_up([](CompareSetup& setup) {
        setup.gradients = {"aca", "adjoint"};
        setup.rtols = {1e-5};
    });
    ASSERT_TRUE(run_to_end());
    auto* note = window().view("compare-reverse")->findChild<LookNote*>();
    ASSERT_NE(note, nullptr);
    EXPECT_TRUE(wait_until([&] { return note->isVisible(); }, 2s));
    const QString of_aca = note->text();
    compare().select(1);
    EXPECT_NE(note->text(), of_aca);
    ASSERT_TRUE(choose(*window().menuBar(), window().actions()["looks"]));
    EXPECT_TRUE(wait_until([&] { return !note->isVisible(); }, 2s));
    ASSERT_TRUE(choose(*window().menuBar(), window().actions()["looks"]));
    EXPECT_TRUE(wait_until([&] { return note->isVisible(); }, 2s));
}

struct Look {
    int width, height;
    ThemeMode mode;
    const char* problem;  ///< "": the ACA example
};

class CompareLook : public CompareDesktop, public ::testing::WithParamInterface<Look> {};

TEST_P(CompareLook, ShowsEveryViewWholeAndFilled)
{
    const auto [width, height, mode, problem] = GetParam();
    const std::string name = fmt::format("{}-{}x{}-{}", *problem ? problem : "aca", width, height,
                                         mode == ThemeMode::dark ? "dark" : "light");
    open_window(QSize(width, height), mode);
    open_example("aca");
    open_workspace();
    set_up([&](CompareSetup& setup) {
        setup.problem = problem;
        setup.rtols = {1e-4, 1e-5, 1e-6, 1e-7};
        setup.horizons = *problem ? std::vector<double>{2, 4, 6, 8} : std::vector<double>{0.25, 0.5, 0.75, 1};
    });
    ASSERT_TRUE(run_to_end());
    for (const CompareRow& row : compare().result()->rows)
        if (row.run.gradient == "adjoint" && row.run.solver.rtol == 1e-5 &&
            row.run.horizon == compare().result()->horizons.back())
            compare().select(row.run);
    compare().sweep().set_place(1.35);
    wait(700ms);
    EXPECT_EQ(window().size(), QSize(width, height)) << "its contents do not fit";
    screenshot(window(), QString::fromStdString("compare-" + name));
    EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
    for (const ViewInfo& info : views()) {
        if (info.workspace != Workspace::compare) continue;
        SCOPED_TRACE(std::string(info.id));
        View& view = *window().view(info.id);
        window().show_view(info.id);
        EXPECT_TRUE(wait_until([&] { return is_in_sight(view); }, 2s));
        wait(300ms);
        EXPECT_FALSE(view.empty());
        const QImage image =
            screenshot(window(), QString::fromStdString(fmt::format("{}-{}", std::string(info.id), name)));
        EXPECT_GT(colorful_pixels(image, place_in(image, view)), 60) << "an empty plot";
        EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
    }
}

INSTANTIATE_TEST_SUITE_P(, CompareLook,
                         ::testing::Values(Look{1280, 800, ThemeMode::light, ""}, Look{1920, 1080, ThemeMode::dark, ""},
                                           Look{1280, 800, ThemeMode::dark, "van-der-pol"},
                                           Look{1920, 1080, ThemeMode::light, "van-der-pol"}),
                         [](const auto& param) {
                             return fmt::format("{}{}x{}{}", *param.param.problem ? "Problem" : "Bodies",
                                                param.param.width, param.param.height,
                                                param.param.mode == ThemeMode::dark ? "Dark" : "Light");
                         });

}  // namespace
}  // namespace syzygy::testing
