// One time over all views, and what is dragged re-solves while it is dragged.
#include "tests/ui/support/desktop.hpp"

#include "ui/forms/factor_slider.hpp"
#include "ui/forms/range_slider.hpp"
#include "ui/orbit/orbit_view.hpp"
#include "ui/views/plot_view.hpp"

#include <set>

namespace syzygy::testing {
namespace {

class CursorDesktop : public Desktop {
protected:
    /// Plots that are in front, with a time axis.
    std::vector<PlotView*> visible_time_plots()
    {
        std::vector<PlotView*> found;
        for (const char* id : {"step-size", "checkpoints", "error", "residuals", "drift", "distances"})
            if (auto* plot = dynamic_cast<PlotView*>(window().view(id)); plot && is_in_sight(*plot))
                found.push_back(plot);
        return found;
    }
    static QPoint place_of(PlotView& view, double time)
    {
        const QCPAxisRect* rect = view.plot().axisRect(0);
        const double x = rect->axis(QCPAxis::atBottom)->coordToPixel(time);
        return view.plot().mapTo(&view, QPointF(x, rect->center().y())).toPoint();
    }
    /// Whether the cursor stands there: a column of pixels that was not so before.
    static int changed_near(const QImage& before, const QImage& after, const QWidget& view, QPoint place)
    {
        const QRect inside = place_in(after, view);
        const QRect column(inside.x() + place.x() - 2, inside.y() + 10, 5, inside.height() - 20);
        return changed_pixels(before.copy(column), after.copy(column));
    }
};

TEST_F(CursorDesktop, AClickInAnyPlotMovesTimeAndTheCursorsOfAllOthers)
{
    open_window(QSize(1920, 1080));
    open_example("aca");
    const auto plots = visible_time_plots();
    ASSERT_GE(plots.size(), 2U);
    double share = 0.2;
    for (PlotView* clicked : plots) {
        key(window(), QKeySequence(QStringLiteral("Home")));
        wait(200ms);
        const QImage before = screenshot(window(), QStringLiteral("cursor-before"));
        const double aimed = timeline().begin() + share * (timeline().end() - timeline().begin());
        click(*clicked, place_of(*clicked, aimed));
        const double pixel =
            clicked->plot().axisRect(0)->axis(QCPAxis::atBottom)->range().size() / clicked->plot().axisRect(0)->width();
        EXPECT_NEAR(timeline().time(), aimed, 2 * pixel);
        wait(300ms);
        const QImage after = screenshot(window(), QStringLiteral("cursor-after"));
        for (PlotView* other : plots) {
            const QPoint place = place_of(*other, timeline().time());
            EXPECT_GT(changed_near(before, after, *other, place), 20) << other->objectName().toStdString();
        }
        EXPECT_GT(changed_pixels(before.copy(place_in(before, *window().view("orbit"))),
                                 after.copy(place_in(after, *window().view("orbit")))),
                  50)
            << "the bodies in the orbit view";
        share += 0.15;
    }
}

TEST_F(CursorDesktop, TheWheelZoomsAndADoubleClickShowsEverythingAgain)
{
    open_window(QSize(1920, 1080));
    open_example("aca");
    const auto plots = visible_time_plots();
    ASSERT_FALSE(plots.empty());
    PlotView& plot = *plots.front();
    const auto range = [&] { return plot.plot().axisRect(0)->axis(QCPAxis::atBottom)->range(); };
    wait(200ms);
    const QCPRange whole = range();
    wheel(plot, place_of(plot, whole.center()), 3);
    EXPECT_TRUE(wait_until([&] { return range().size() < 0.8 * whole.size(); }, 2s));
    double_click(plot, place_of(plot, range().center()));
    EXPECT_TRUE(wait_until([&] { return std::abs(range().size() - whole.size()) < 1e-6 * whole.size(); }, 2s));
}

/// Notes each new picture as long as it lives.
struct Pictures {
    explicit Pictures(Session& session)
        : connection(QObject::connect(&session, &Session::picture_changed,
                                      [this, &session] { seen.push_back(session.picture()); }))
    {
    }
    ~Pictures() { QObject::disconnect(connection); }
    std::vector<std::shared_ptr<const Picture>> seen;
    QMetaObject::Connection connection;
};

TEST_F(CursorDesktop, DraggingAMassSolvesWhileItIsDragged)
{
    open_window();
    open_example("aca");
    auto* slider = visible_child<FactorSlider>(window());
    ASSERT_NE(slider, nullptr);
    std::size_t while_held = 0;
    const MachineLoad load;
    const Eigen::Vector3d before = session().point().masses;
    Pictures pictures(session());
    const QPoint middle = slider->rect().center();
    drag(*slider, middle, QPoint(slider->width() - 10, middle.y()), 12, [&] {
        wait(40ms);
        while_held = pictures.seen.size();
    });
    if (timing_counts && load.is_quiet()) { EXPECT_GE(while_held, 4U); }
    ASSERT_TRUE(settled());
    std::set<double> masses;
    for (const auto& picture : pictures.seen) masses.insert(picture->solution->point.masses[0]);
    if (timing_counts && load.is_quiet()) { EXPECT_GE(masses.size(), 4U); }
    EXPECT_GT(session().point().masses[0], 1.5 * before[0]);
    EXPECT_EQ(session().point().masses[1], before[1]);
}

TEST_F(CursorDesktop, DraggingAVelocityArrowSolvesWhileItIsDragged)
{
    open_window();
    open_example("aca");
    wait(300ms);
    auto* view = dynamic_cast<OrbitView*>(window().view("orbit"));
    ASSERT_NE(view, nullptr);
    const OrbitDisplay& display = view->display();
    ASSERT_TRUE(display.arrows[0].shown);
    const auto tip = display.camera.project(display.arrows[0].tip);
    ASSERT_TRUE(tip.has_value());
    const State before = session().point().initial_state;
    std::size_t while_held = 0;
    const MachineLoad load;
    Pictures pictures(session());
    drag(*view, tip->position.toPoint(), tip->position.toPoint() + QPoint(40, -30), 12, [&] {
        wait(40ms);
        while_held = pictures.seen.size();
    });
    if (timing_counts && load.is_quiet()) { EXPECT_GE(while_held, 4U); }
    ASSERT_TRUE(settled());
    const State after = session().point().initial_state;
    EXPECT_EQ(after.head<9>(), before.head<9>());
    EXPECT_GT((after - before).segment<3>(9).norm(), 1e-3);
    EXPECT_EQ(after.tail<6>(), before.tail<6>());
}

TEST_F(CursorDesktop, DraggingTheEndOfTheWindowSolvesWhileItIsDragged)
{
    open_window();
    open_example("aca");
    auto* slider = visible_child<RangeSlider>(window());
    ASSERT_NE(slider, nullptr);
    const auto [begin, end] = session().window();
    const auto [first, last] = session().data_range();
    constexpr double margin = 8;
    const auto place = [&](double time) {
        return QPoint(static_cast<int>(margin + (time - first) / (last - first) * (slider->width() - 2 * margin)),
                      slider->height() / 2);
    };
    std::size_t while_held = 0;
    const MachineLoad load;
    Pictures pictures(session());
    drag(*slider, place(end), place(begin + 0.5 * (end - begin)), 12, [&] {
        wait(40ms);
        while_held = pictures.seen.size();
    });
    if (timing_counts && load.is_quiet()) { EXPECT_GE(while_held, 4U); }
    EXPECT_NEAR(session().window().second, begin + 0.5 * (end - begin), 0.05 * (last - first));
    EXPECT_EQ(session().window().first, begin);
}

TEST_F(CursorDesktop, KeepFittedFitsAgainWhileTheWindowIsDragged)
{
    open_window();
    open_example("aca");
    ASSERT_TRUE(fit_to_end());
    key(window(), QKeySequence(QStringLiteral("F9")));
    ASSERT_TRUE(session().keeps_fitted());
    auto* slider = visible_child<RangeSlider>(window());
    ASSERT_NE(slider, nullptr);
    int fits = 0;
    const MachineLoad load;
    const auto connection = QObject::connect(&session(), &Session::result_changed,
                                             [&] { fits += session().result() != nullptr; });
    const QPoint middle = slider->rect().center();
    drag(*slider, QPoint(middle.x() - 4, middle.y()), QPoint(middle.x() - 40, middle.y()), 12, [] { wait(30ms); });
    if (timing_counts && load.is_quiet()) { EXPECT_GE(fits, 3); }
    QObject::disconnect(connection);
    ASSERT_TRUE(settled());
    EXPECT_NEAR(session().point().masses[2], 0.9, 1e-4);
}

}  // namespace
}  // namespace syzygy::testing
