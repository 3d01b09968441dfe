// What a person sees: nothing clipped, nothing empty, at the sizes and in the colours that are promised.
#include "tests/ui/support/desktop.hpp"
#include "tests/ui/support/velocities.hpp"
#include "ui/document/loaded_data.hpp"

#include <fmt/format.h>

namespace syzygy::testing {
namespace {

struct Look {
    int width, height;
    ThemeMode mode;
};

class LookDesktop : public Desktop, public ::testing::WithParamInterface<Look> {};

TEST_P(LookDesktop, ShowsEveryViewWholeAndFilled)
{
    const auto [width, height, mode] = GetParam();
    const std::string name = fmt::format("{}x{}-{}", width, height, mode == ThemeMode::dark ? "dark" : "light");
    open_window(QSize(width, height), mode);
    open_example("aca");
    ASSERT_TRUE(fit_to_end());
    EXPECT_EQ(window().size(), QSize(width, height)) << "its contents do not fit";
    timeline().set_time(timeline().begin() + 0.6 * (timeline().end() - timeline().begin()));
    wait(700ms);
    screenshot(window(), QString::fromStdString("studio-" + name));
    EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());

    // Each view in front, by its tab.
    for (const ViewInfo& info : views()) {
        // Those of a correction are empty without one: correction_desktop_test looks at them.
        if (info.workspace != Workspace::fit || info.place == ViewPlace::right) continue;
        // The example has no series: the test below has.
        if (info.id == "radial-velocity") continue;
        SCOPED_TRACE(std::string(info.id));
        View& view = *window().view(info.id);
        window().show_view(info.id);
        EXPECT_TRUE(wait_until([&] { return is_in_sight(view); }, 2s));
        wait(300ms);
        EXPECT_FALSE(view.empty());
        const QImage image =
            screenshot(window(), QString::fromStdString(fmt::format("view-{}-{}", std::string(info.id), name)));
        const QRect place = place_in(image, view);
        EXPECT_GT(place.width(), 150);
        EXPECT_GT(place.height(), 90);
        // The table of numbers has no colours of its own.
        if (info.id != "numbers") { EXPECT_GT(colorful_pixels(image, place), 60) << "an empty plot"; }
        EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
    }
}

TEST_P(LookDesktop, ShowsVelocitiesOfInstrumentsWholeAndFilled)
{
    const auto [width, height, mode] = GetParam();
    const std::string name = fmt::format("{}x{}-{}", width, height, mode == ThemeMode::dark ? "dark" : "light");
    open_window(QSize(width, height), mode);
    FitSetup setup;
    setup.fit.free = "masses,initial";
    session().set_data(make_data(with_velocities("rv1,rv2:Keck,rv2:HIRES", 120)), setup);
    ASSERT_TRUE(settled());
    ASSERT_TRUE(fit_to_end());
    View& view = *window().view("radial-velocity");
    window().show_view("radial-velocity");
    EXPECT_TRUE(wait_until([&] { return is_in_sight(view); }, 2s));
    wait(300ms);
    EXPECT_FALSE(view.empty());
    const QImage image = screenshot(window(), QString::fromStdString("velocities-" + name));
    EXPECT_GT(colorful_pixels(image, place_in(image, view)), 60) << "an empty plot";
    EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(, LookDesktop,
                         ::testing::Values(Look{1280, 800, ThemeMode::light}, Look{1280, 800, ThemeMode::dark},
                                           Look{1920, 1080, ThemeMode::light}, Look{1920, 1080, ThemeMode::dark}),
                         [](const auto& param) {
                             return fmt::format("{}x{}{}", param.param.width, param.param.height,
                                                param.param.mode == ThemeMode::dark ? "Dark" : "Light");
                         });

TEST_F(Desktop, IsNeverEmptyAlsoBeforeThereAreData)
{
    open_window();
    wait(300ms);
    const QImage image = screenshot(window(), QStringLiteral("studio-before-data"));
    EXPECT_THAT(clipped_texts(window()), ::testing::IsEmpty());
    EXPECT_FALSE(image.isNull());
}

TEST_F(Desktop, ChangesBetweenLightAndDarkWhileItRuns)
{
    open_window();
    open_example("aca");
    wait(300ms);
    ASSERT_TRUE(choose(*window().menuBar(), window().actions()["theme-dark"]));
    EXPECT_TRUE(wait_until([] { return theme().dark; }));
    wait(500ms);
    const QImage image = screenshot(window(), QStringLiteral("studio-changed-to-dark"));
    long bright = 0;
    for (int y = 0; y < image.height(); y += 2)
        for (int x = 0; x < image.width(); x += 2) bright += qGray(image.pixel(x, y)) > 200;
    EXPECT_LT(bright, image.width() * image.height() / 4 / 20) << "something stayed light";
}

}  // namespace
}  // namespace syzygy::testing
