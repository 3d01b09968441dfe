// Every row of the table of views does what a view promises.
#include "tests/ui/support/input.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/data/examples.hpp"
#include "ui/session/ablation.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/plot_view.hpp"
#include "ui/views/view.hpp"

#include <QPicture>

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace syzygy {

static void PrintTo(const ViewInfo& row, std::ostream* out)
{
    *out << row.id;
}

namespace {

/// Fields of a line of a table, commas in quotes being text.
std::size_t fields_of(const std::string& line)
{
    std::size_t fields = 1;
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (c == ',' && !quoted) ++fields;
    }
    return fields;
}

using testing::wait;
using testing::wait_until;
using namespace std::chrono_literals;

/// A view over a session of its own.
class ViewsConformance : public ::testing::TestWithParam<ViewInfo> {
protected:
    ViewsConformance() : view_(GetParam().make({&session_, &timeline_, &compare_}, nullptr)) { view_->resize(500, 260); }

    void fit()
    {
        Recipe recipe{"aca", {}};
        recipe.simulate.t1 = 1;
        recipe.simulate.samples = 200;
        recipe.simulate.noise = 1e-3;
        if (GetParam().id == "radial-velocity") {
            recipe.simulate.series = "rv1,rv3:Keck";
            recipe.simulate.series_noise = 1e-3;
        }
        FitSetup setup;
        setup.fit.start = {1, 1, 1};
        setup.solver.rtol = 1e-9;
        setup.data.window = {0, 0.8};
        if (of_correction()) {
            recipe.correction.correction = "post-newtonian";
            recipe.correction.values = "inverse-c2=0.01";
            setup.correction.correction = "pairwise";
            setup.correction.network = "6";
            setup.optimizer = training_defaults();
            setup.optimizer.iterations = 8;
            // Eight epochs need not predict better than Newton's fit, from which they begin, and whose correction is zero.
            if (GetParam().id == "correction-share") setup.train.validation = 0;
            setup.fit.free = "masses,correction";
        }
        session_.set_data(make_data(recipe), setup);
        ASSERT_TRUE(wait_until([&] { return session_.picture() != nullptr; }));
        timeline_.set_range(session_.picture()->solution->begin(), session_.picture()->horizon);
        timeline_.set_time(0.3);
        session_.start_fit();
        ASSERT_TRUE(wait_until([&] { return session_.result() != nullptr; }));
        ASSERT_TRUE(wait_until([&] { return session_.picture()->solution->point.masses == session_.point().masses; }));
        if (GetParam().workspace == Workspace::compare) run_comparison();
        if (GetParam().id != "ablation") return;
        session_.ablation().run();
        ASSERT_TRUE(wait_until([&] { return !session_.ablation().running(); }, 60s));
        ASSERT_NE(session_.ablation().result(), nullptr);
    }
    void run_comparison()
    {
        CompareSetup setup;
        setup.gradients = {"aca", "adjoint", "backprop"};
        setup.rtols = {1e-4, 1e-6};
        setup.horizons = {0.3, 0.6};
        setup.repeats = 1;
        compare_.set_setup(setup);
        compare_.run();
        ASSERT_TRUE(wait_until([&] { return compare_.state() == CompareState::idle; }, 60s));
        ASSERT_NE(compare_.result(), nullptr);
        ASSERT_EQ(compare_.result()->rows.size(), 12U);
        compare_.sweep().set_place(1.4);
    }
    QImage drawn(QSize size = {500, 260})
    {
        QImage image(size, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::magenta);
        view_->render_to(image, size);
        return image;
    }
    /// Pixels that differ from the most frequent colour.
    static int drawn_pixels(const QImage& image)
    {
        std::map<QRgb, int> count;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) ++count[image.pixel(x, y)];
        int most = 0;
        for (const auto& [colour, pixels] : count) most = std::max(most, pixels);
        return image.width() * image.height() - most;
    }
    bool of_correction() const
    {
        const std::set<std::string_view> views{"correction-force", "correction-share", "training", "ablation"};
        return views.contains(GetParam().id);
    }
    bool is_plot() const { return dynamic_cast<PlotView*>(view_.get()) != nullptr; }

    Session session_;
    Timeline timeline_;
    CompareSession compare_{session_, timeline_};
    std::unique_ptr<View> view_;
};

TEST_P(ViewsConformance, SaysWhatWouldBeSeenWhileThereIsNothing)
{
    EXPECT_TRUE(view_->empty());
    view_->show();
    wait(100ms);
    // The orbit view says it with a label, which is a widget.
    EXPECT_GT(drawn_pixels(is_plot() ? drawn() : view_->grab().toImage()), 100);
    EXPECT_TRUE(!is_plot() || !view_->table());
    view_->reset_view();
    wait(50ms);
}

TEST_P(ViewsConformance, ShowsTheFitOnScreenAndOnAnyDevice)
{
    view_->show();
    fit();
    EXPECT_FALSE(view_->empty());
    wait(200ms);
    EXPECT_GT(drawn_pixels(view_->grab().toImage()), 500);
    const QImage image = drawn();
    EXPECT_GT(drawn_pixels(image), 500);
    if (is_plot()) {
        // Every pixel is the view's own.
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) ASSERT_NE(image.pixel(x, y), QColor(Qt::magenta).rgb());
    }
    QPicture picture;
    view_->render_to(picture, {500, 260});
    EXPECT_GT(picture.size(), 1000U);
    // Small ones as well.
    EXPECT_GT(drawn_pixels(drawn({380, 180})), 300);
}

TEST_P(ViewsConformance, TheThemeChangesItWhileItIsShown)
{
    view_->show();
    fit();
    const QImage light = drawn();
    set_theme_mode(ThemeMode::dark);
    wait(100ms);
    const QImage dark = drawn();
    set_theme_mode(ThemeMode::light);
    EXPECT_NE(light, dark);
    EXPECT_LT(qGray(dark.pixel(1, 1)), qGray(light.pixel(1, 1)));
}

TEST_P(ViewsConformance, ItsTableIsCommaSeparatedWithUnits)
{
    fit();
    const auto make = view_->table();
    if (!make) GTEST_SKIP() << "no table to it";
    std::istringstream lines(make());
    std::string line;
    std::size_t commented = 0, rows = 0, columns = 0;
    while (std::getline(lines, line)) {
        if (line.starts_with("#")) {
            ++commented;
            EXPECT_EQ(rows, 0U);
            continue;
        }
        const std::size_t fields = fields_of(line);
        if (rows++ == 0) columns = fields;
        EXPECT_EQ(fields, columns) << line;
    }
    EXPECT_TRUE(!is_plot() || commented > 0);
    EXPECT_GE(rows, 2U);
}

TEST_P(ViewsConformance, NewPicturesLeaveTheChosenRangeAndAResetShowsAll)
{
    view_->show();
    fit();
    wait(200ms);
    auto* plot = dynamic_cast<PlotView*>(view_.get());
    // The distances that there are change with the masses.
    const std::set<std::string_view> fixed{"correction-force", "correlation",     "compare-gradients", "compare-precision",
                                           "compare-horizon", "compare-steps",     "compare-evaluations"};
    if (!plot || !plot->plot().axisRect(0) || fixed.contains(GetParam().id)) GTEST_SKIP() << "no range to choose";
    const auto range = [&] { return plot->plot().axisRect(0)->axis(QCPAxis::atBottom)->range(); };
    const QCPRange whole = range();
    testing::wheel(*plot, plot->rect().center(), 2);
    ASSERT_TRUE(wait_until([&] { return range().size() < 0.9 * whole.size(); }, 2s));
    const QCPRange chosen = range();
    const auto picture = session_.picture();
    session_.set_mass(0, 1.01 * session_.point().masses[0]);
    ASSERT_TRUE(wait_until([&] { return session_.picture() != picture; }));
    wait(100ms);
    EXPECT_EQ(range(), chosen);
    view_->reset_view();
    EXPECT_TRUE(wait_until([&] { return std::abs(range().size() - whole.size()) < 1e-3 * whole.size(); }, 2s));
}

TEST_P(ViewsConformance, AClickOnTimeSeeksAndOnlyTheCursorMoves)
{
    view_->show();
    fit();
    wait(200ms);
    const std::set<std::string_view> over_time{"step-size", "checkpoints", "error",        "residuals",
                                               "drift",     "distances",   "compare-drift", "compare-player",
                                               "correction-share"};
    if (!over_time.contains(GetParam().id)) GTEST_SKIP() << "not over time";
    auto& plot = dynamic_cast<PlotView&>(*view_);
    const QCPAxisRect& rect = *plot.plot().axisRect(0);
    const int x = rect.left() + rect.width() / 4;
    int replots = 0;
    QObject::connect(&plot.plot(), &QCustomPlot::afterReplot, [&] { ++replots; });
    testing::click(plot, QPoint(x, plot.height() / 2));
    const double aimed = rect.axis(QCPAxis::atBottom)->pixelToCoord(x);
    EXPECT_NEAR(timeline_.time(), aimed, 2 * rect.axis(QCPAxis::atBottom)->range().size() / rect.width());
    wait(100ms);
    EXPECT_EQ(replots, 0);
}

INSTANTIATE_TEST_SUITE_P(All, ViewsConformance, ::testing::ValuesIn(views().begin(), views().end()),
                         [](const auto& row) {
                             std::string name(row.param.id);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(Views, IdsAreUniqueAndFindTheirRows)
{
    std::set<std::string_view> ids;
    for (const ViewInfo& row : views()) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        EXPECT_EQ(&find_view(row.id), &row);
        EXPECT_FALSE(row.label.empty());
        EXPECT_TRUE(row.help.ends_with("."));
    }
    EXPECT_ANY_THROW(find_view("nothing"));
}

}  // namespace
}  // namespace syzygy
