// Rows of other settings than those on screen are veiled in every view and in exports, until they are those again.
#include "tests/ui/support/input.hpp"
#include "tests/ui/support/screenshot.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/compare/look_note.hpp"
#include "ui/data/examples.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/view.hpp"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::wait_until;
using namespace std::chrono_literals;

class CompareOutdated : public ::testing::Test {
protected:
    CompareOutdated()
    {
        setup_.problem = "van-der-pol";
        setup_.gradients = {"aca", "backprop"};
        setup_.rtols = {1e-4, 1e-6};
        setup_.horizons = {0.5, 1};
        setup_.repeats = 1;
    }
    bool run(const CompareSetup& setup)
    {
        compare_.set_setup(setup);
        compare_.run();
        return wait_until([&] { return compare_.state() == CompareState::idle; }, 60s);
    }
    void show_data()
    {
        Recipe recipe{"aca", {}};
        recipe.simulate.t1 = 0.5;
        recipe.simulate.samples = 50;
        FitSetup setup;
        setup.fit.start = {1, 1, 1};
        session_.set_data(make_data(recipe), setup);
        ASSERT_TRUE(wait_until([&] { return session_.picture() != nullptr; }));
    }

    Session session_;
    Timeline timeline_;
    CompareSession compare_{session_, timeline_};
    CompareSetup setup_;
};

TEST_F(CompareOutdated, AnyChangeOfTheSetupIsOneAndTakingItBackIsNone)
{
    EXPECT_EQ(compare_.outdated(), "");
    compare_.set_setup(setup_);
    EXPECT_EQ(compare_.outdated(), "") << "nothing is shown";
    ASSERT_TRUE(run(setup_));
    EXPECT_EQ(compare_.outdated(), "");
    QSignalSpy changed(&compare_, &CompareSession::outdated_changed);
    int changes = 0;
    const auto differs = [&](auto change) {
        CompareSetup other = setup_;
        change(other);
        compare_.set_setup(other);
        EXPECT_TRUE(compare_.outdated().startsWith("Settings changed")) << compare_.outdated().toStdString();
        EXPECT_TRUE(compare_.outdated().contains("Shift+F5"));
        compare_.set_setup(setup_);
        EXPECT_EQ(compare_.outdated(), "");
        changes += 2;
        EXPECT_EQ(changed.count(), changes);
    };
    differs([](CompareSetup& s) { s.problem = "lorenz"; });
    differs([](CompareSetup& s) { s.problem.clear(); });
    differs([](CompareSetup& s) { s.rtols = {1e-4}; });
    differs([](CompareSetup& s) { s.gradients.push_back("adjoint"); });
    differs([](CompareSetup& s) { s.methods = {"tsit5"}; });
    differs([](CompareSetup& s) { s.t1 = 2; });
    differs([](CompareSetup& s) { s.horizons = {0.7}; });
    differs([](CompareSetup& s) { s.options.adjoint_rtol = 3e-3; });
    // A run of the new settings makes them hold.
    setup_.options.adjoint_rtol = 3e-3;
    compare_.set_setup(setup_);
    EXPECT_NE(compare_.outdated(), "");
    ASSERT_TRUE(run(setup_));
    EXPECT_EQ(compare_.outdated(), "");
}

TEST_F(CompareOutdated, OwnDataAreAnotherComparisonAtOtherMasses)
{
    show_data();
    setup_.problem.clear();
    setup_.horizons.clear();
    ASSERT_TRUE(run(setup_));
    ASSERT_NE(compare_.result(), nullptr);
    EXPECT_EQ(compare_.outdated(), "");
    session_.set_mass(0, 1.1);
    ASSERT_TRUE(wait_until([&] { return !compare_.outdated().isEmpty(); }));
    EXPECT_TRUE(compare_.outdated().startsWith("Data or masses changed")) << compare_.outdated().toStdString();
    session_.set_mass(0, 1);
    ASSERT_TRUE(wait_until([&] { return compare_.outdated().isEmpty(); }));
    // Test problems do not depend on them.
    setup_.problem = "van-der-pol";
    ASSERT_TRUE(run(setup_));
    session_.set_mass(0, 1.2);
    ASSERT_TRUE(wait_until([&] { return session_.picture()->solution->point.masses[0] == 1.2; }));
    EXPECT_EQ(compare_.outdated(), "");
}

TEST_F(CompareOutdated, IsSaidOnceWhileTheWorkspaceIsInFront)
{
    ASSERT_TRUE(run(setup_));
    QSignalSpy said(&compare_, &CompareSession::said);
    CompareSetup other = setup_;
    other.rtols = {1e-5};
    compare_.set_setup(other);
    for (const auto& message : said) EXPECT_EQ(message[0].toString(), "") << "the workspace is not in front";
    said.clear();
    compare_.set_shown(true);
    ASSERT_EQ(said.count(), 1);
    EXPECT_TRUE(said[0][0].toString().startsWith("Settings changed"));
}

class CompareVeilOfView : public CompareOutdated, public ::testing::WithParamInterface<const ViewInfo*> {};

TEST_P(CompareVeilOfView, ComesWithOtherSettingsAndGoesWithThem)
{
    const std::unique_ptr<View> view(GetParam()->make({&session_, &timeline_, &compare_}, nullptr));
    const QSize size(700, 420);
    view->resize(size);
    view->show();
    ASSERT_TRUE(run(setup_));
    compare_.sweep().set_place(1.4);
    const auto exported = [&] {
        QImage image(size, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        view->render_to(image, size);
        return image;
    };
    const auto on_screen = [&] {
        testing::wait(300ms);
        return view->grab().toImage().convertToFormat(QImage::Format_RGB32);
    };
    const QImage before = exported(), screen_before = on_screen();
    CompareSetup other = setup_;
    other.rtols = {1e-5};
    compare_.set_setup(other);
    const QImage veiled = exported(), screen_veiled = on_screen();
    testing::screenshot(*view, QStringLiteral("veil-%1").arg(QLatin1String(GetParam()->id.data())));
    const auto faded = [&](const QImage& now, const QImage& then) {
        ASSERT_EQ(now.size(), then.size());
        // All but a fifth of what was drawn is gone, and the sentence with its frame has come.
        double left = 0, all = 0, come = 0;
        for (int y = 0; y < now.height(); ++y)
            for (int x = 0; x < now.width(); ++x) {
                const auto off = [&](const QImage& image) {
                    return std::abs(qGray(image.pixel(x, y)) - qGray(theme().plot.rgb()));
                };
                all += off(then);
                left += std::min(off(now), off(then));
                come += off(now) > off(then) + 60;
            }
        std::printf("%s: %.2f of the contrast is left, %.0f pixels have come\n", std::string(GetParam()->id).c_str(),
                    left / all, come);
        EXPECT_LT(left, 0.4 * all);
        EXPECT_GT(come, 100);
    };
    faded(veiled, before);
    faded(screen_veiled, screen_before);
    compare_.set_setup(setup_);
    EXPECT_EQ(exported(), before);
    EXPECT_EQ(on_screen(), screen_before);
}

std::vector<const ViewInfo*> compare_views()
{
    std::vector<const ViewInfo*> found;
    for (const ViewInfo& view : views())
        if (view.workspace == Workspace::compare) found.push_back(&view);
    return found;
}

INSTANTIATE_TEST_SUITE_P(Views, CompareVeilOfView, ::testing::ValuesIn(compare_views()), [](const auto& one) {
    std::string name(one.param->id);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace syzygy
