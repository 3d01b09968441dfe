// A correction as a person uses it: chosen in the panel, trained, stopped, fitted without; all with the real mouse and keys.
#include "tests/ui/support/desktop.hpp"
#include "ui/session/ablation.hpp"

#include <fmt/format.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>

namespace syzygy::testing {
namespace {

struct Look {
    int width, height;
    ThemeMode mode;
};

class CorrectionDesktop : public Desktop {
protected:
    /// The ACA example under relativity that is far too strong.
    void open_relativistic()
    {
        ExampleInfo example = find_example("aca");
        example.recipe.correction.correction = "post-newtonian";
        example.recipe.correction.values = "inverse-c2=0.01";
        window().open_example(example, false);
        ASSERT_TRUE(wait_until([&] { return session().picture() != nullptr; }));
        ASSERT_TRUE(settled());
    }
    /// In the panel's combo box, by its label's beginning.
    void choose_kind(const QString& label)
    {
        auto* section = window().findChild<QWidget*>(QStringLiteral("correction-section"));
        ASSERT_NE(section, nullptr);
        auto* kinds = visible_child<QComboBox>(*section);
        ASSERT_NE(kinds, nullptr);
        click(*kinds);
        wait(200ms);
        type(window(), label);
        key(window(), QKeySequence(Qt::Key_Return));
        wait(100ms);
    }
    /// At most so many epochs.
    void set_epochs(long epochs)
    {
        FitSetup setup = session().setup();
        setup.optimizer.iterations = epochs;
        session().set_setup(setup);
    }
    template <class Widget>
    Widget& named(const char* name)
    {
        auto* found = window().findChild<Widget*>(QString::fromLatin1(name));
        EXPECT_NE(found, nullptr) << name;
        bring_into_reach(*found);
        return *found;
    }
};

TEST_F(CorrectionDesktop, IsChosenTrainedStoppedAndFittedWithout)
{
    open_window();
    open_relativistic();
    EXPECT_FALSE(is_in_sight(*window().view("correction-force")));
    const StallMonitor monitor;
    choose_kind(QStringLiteral("Pair"));
    ASSERT_TRUE(wait_until([&] { return session().setup().correction.correction == "pairwise"; }, 3s));
    EXPECT_TRUE(session().trains());
    // Its column comes with it.
    EXPECT_TRUE(wait_until([&] { return is_in_sight(*window().view("correction-force")); }, 3s));
    EXPECT_TRUE(named<QCheckBox>("correction-free").isChecked());
    ASSERT_TRUE(settled());

    set_epochs(100000);
    key(window(), QKeySequence(QStringLiteral("F5")));
    ASSERT_TRUE(wait_until([&] { return session().epochs().size() > 3; }, 30s));
    wait(500ms);
    screenshot(window(), QStringLiteral("correction-training"));
    key(window(), QKeySequence(QStringLiteral("F8")));
    ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::idle; }, 10s));
    EXPECT_GT(session().epochs().size(), 3U);
    ASSERT_TRUE(settled());
    EXPECT_GT(session().picture()->solution->correction->largest_acceleration(), 0);

    // To an end of its own, and then without.
    set_epochs(40);
    ASSERT_TRUE(fit_to_end());
    ASSERT_NE(session().training(), nullptr);
    window().show_view("ablation");
    auto& run = named<QPushButton>("ablation-run");
    ASSERT_TRUE(wait_until([&] { return run.isVisible() && run.isEnabled(); }, 3s));
    click(run);
    ASSERT_TRUE(wait_until([&] { return session().ablation().result() != nullptr; }, 60s));
    wait(300ms);
    screenshot(window(), QStringLiteral("correction-ablation"));
    EXPECT_FALSE(window().view("ablation")->empty());
    if (timing_counts) { EXPECT_LT(monitor.counted(), 100ms) << monitor.report(); }
}

TEST_F(CorrectionDesktop, AValueIsTypedFittedAndHeld)
{
    open_window();
    open_relativistic();
    choose_kind(QStringLiteral("Rela"));
    ASSERT_TRUE(wait_until([&] { return session().setup().correction.correction == "post-newtonian"; }, 3s));
    ASSERT_TRUE(settled());
    // The column beside the orbits opens, and the panel moves with it.
    wait(500ms);
    auto& value = named<QLineEdit>("correction-inverse-c2");
    click(value, QPoint(20, value.height() / 2));
    ASSERT_TRUE(wait_until([&] { return value.hasFocus(); }, 2s));
    key(window(), QKeySequence(QStringLiteral("Ctrl+A")));
    type(window(), QStringLiteral("0.004"));
    screenshot(window(), QStringLiteral("correction-value-typed"));
    key(window(), QKeySequence(Qt::Key_Return));
    ASSERT_TRUE(wait_until([&] { return session().point().correction.size() == 1 && session().point().correction[0] == 0.004; }, 3s));
    ASSERT_TRUE(fit_to_end());
    EXPECT_NEAR(session().point().correction[0], 0.01, 1e-5);
    // Held, it stays what it is.
    click(named<QCheckBox>("correction-free"));
    ASSERT_TRUE(wait_until([&] { return session().setup().fit.free == "masses"; }, 3s));
    session().set_correction_parameter(0, 0.009);
    ASSERT_TRUE(wait_until([&] { return session().picture()->solution->point.correction[0] == 0.009; }, 3s));
    ASSERT_TRUE(fit_to_end());
    EXPECT_EQ(session().point().correction[0], 0.009);
}

class CorrectionLook : public CorrectionDesktop, public ::testing::WithParamInterface<Look> {};

TEST_P(CorrectionLook, ShowsEveryViewWholeAndFilled)
{
    const auto [width, height, mode] = GetParam();
    const std::string name = fmt::format("{}x{}-{}", width, height, mode == ThemeMode::dark ? "dark" : "light");
    open_window(QSize(width, height), mode);
    open_relativistic();
    CorrectionOptions correction;
    correction.correction = "pairwise";
    correction.network = "8";
    session().set_correction(correction, true);
    set_epochs(60);
    ASSERT_TRUE(fit_to_end());
    session().ablation().run();
    ASSERT_TRUE(wait_until([&] { return session().ablation().result() != nullptr; }, 60s));
    EXPECT_EQ(window().size(), QSize(width, height)) << "its contents do not fit";
    timeline().set_time(timeline().begin() + 0.6 * (timeline().end() - timeline().begin()));
    wait(700ms);
    for (const char* const id : {"correction-force", "correction-share", "training", "ablation", "drift"}) {
        SCOPED_TRACE(id);
        View& view = *window().view(id);
        window().show_view(id);
        EXPECT_TRUE(wait_until([&] { return is_in_sight(view); }, 2s));
        wait(300ms);
        EXPECT_FALSE(view.empty());
        const QImage image = screenshot(window(), QString::fromStdString(fmt::format("correction-{}-{}", id, name)));
        EXPECT_GT(colorful_pixels(image, place_in(image, view)), 60) << "an empty plot";
        EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
    }
}

INSTANTIATE_TEST_SUITE_P(, CorrectionLook,
                         ::testing::Values(Look{1280, 800, ThemeMode::light}, Look{1920, 1080, ThemeMode::dark}),
                         [](const auto& param) {
                             return fmt::format("{}x{}{}", param.param.width, param.param.height,
                                                param.param.mode == ThemeMode::dark ? "Dark" : "Light");
                         });

}  // namespace
}  // namespace syzygy::testing
