// A fit that is not to be trusted says so where it is looked at: status line, cards, Numbers; and its warnings can be
// acted on.
#include "tests/ui/support/desktop.hpp"
#include "ui/forms/note.hpp"
#include "ui/panels/body_card.hpp"
#include "ui/panels/status_line.hpp"
#include "ui/panels/warning_list.hpp"

#include <QPushButton>

namespace syzygy::testing {
namespace {

class WarningsDesktop : public Desktop {
protected:
    /// An arrow moved by hand, then F5.
    void fit_a_moved_arrow()
    {
        open_example("aca");
        session().set_velocity(2, session().point().initial_state.segment<3>(15) + Eigen::Vector3d(0.02, 0, 0));
        ASSERT_TRUE(wait_until([&] { return session().has_newest_picture(); }));
        ASSERT_TRUE(fit_to_end());
        wait(300ms);
    }
    std::string last_message() { return window().status_line().messages().back().text.toStdString(); }
};

TEST_F(WarningsDesktop, AFitThatConvergedToNonsenseIsNotShownAsAResult)
{
    for (const auto& [mode, name] : {std::pair{ThemeMode::light, "light"}, std::pair{ThemeMode::dark, "dark"}})
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
            SCOPED_TRACE(fmt::format("{} {}", name, size.width()));
            open_window(size, mode);
            fit_a_moved_arrow();
            ASSERT_NE(session().result(), nullptr);
            EXPECT_EQ(trust(*session().result()), Trust::untrusted);
            std::printf("%s\n", last_message().c_str());
            EXPECT_THAT(last_message(), ::testing::StartsWith("Converged, but not to be trusted: "));
            EXPECT_FALSE(window().status_line().messages().back().error);
            for (const BodyCard* card : window().findChildren<BodyCard*>()) {
                std::string text;
                for (const Note* note : card->findChildren<Note*>())
                    if (note->isVisible()) text += note->text().toStdString() + "\n";
                EXPECT_THAT(text, ::testing::HasSubstr("(not to be trusted)"));
            }
            auto* show = window().findChild<QPushButton*>(QStringLiteral("show-warnings"));
            ASSERT_NE(show, nullptr);
            ASSERT_TRUE(show->isVisible());
            click(*show);
            auto* list = window().findChild<WarningList*>();
            ASSERT_NE(list, nullptr);
            ASSERT_TRUE(wait_until([&] { return list->isVisible() && !list->visibleRegion().isEmpty(); }));
            wait(300ms);
            screenshot(window(), QString("warnings-%1-%2").arg(name).arg(size.width()));
            EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
        }
}

TEST_F(WarningsDesktop, AButtonOfAWarningMakesTheFitRight)
{
    open_window();
    fit_a_moved_arrow();
    click(*window().findChild<QPushButton*>(QStringLiteral("show-warnings")));
    wait(300ms);
    auto* remedy = window().findChild<QPushButton*>(QStringLiteral("misfit:free-state"));
    ASSERT_NE(remedy, nullptr);
    QSignalSpy results(&session(), &Session::result_changed);
    click(*remedy);
    ASSERT_TRUE(wait_until([&] { return results.count() >= 1 && session().result(); }));
    ASSERT_TRUE(settled());
    EXPECT_EQ(session().setup().fit.free, "masses,initial");
    std::printf("%s\n", last_message().c_str());
    EXPECT_EQ(trust(*session().result()), Trust::trusted);
    EXPECT_THAT(last_message(), ::testing::StartsWith("Converged after "));
    EXPECT_FALSE(window().findChild<QPushButton*>(QStringLiteral("show-warnings"))->isVisible());
    screenshot(window(), QStringLiteral("warnings-remedied"));
}

}  // namespace
}  // namespace syzygy::testing
